"""Routes that take a text either as JSON or as an uploaded file."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from assistant.api.errors import InvalidBodyError
from assistant.api.state import Backend
from kb.errors import BadRequest
from kb.text.visible import one_line

M = TypeVar("M", bound=BaseModel)
FILE_FIELD = "file"
#: Of a file's name so much is kept, for messages.
MAX_NAME = 100


@dataclass
class Incoming(Generic[M]):
    """A body that has arrived but isn't read yet: reading a file is slow and is left to the handler's thread.

    Attributes:
        model: the request type.
        text_field: the field that a file's text fills.
        fields: the other fields as sent.
        upload: name and bytes of the file, if one came.
    """

    model: type[M]
    text_field: str
    fields: Any
    upload: tuple[str, bytes] | None = None

    def read(self, backend: Backend) -> M:
        """Return the request, the file read into its text field.

        Raises:
            UnreadableFile: when the file isn't what it claims to be.
            BadRequest: for text and file at once, an empty or too large file, or a service without readers.
            InvalidBodyError: when the model refuses the fields.
        """
        fields = self.fields
        if self.upload is not None:
            fields = {**fields, self.text_field: self._file_text(backend)}
        try:
            return self.model.model_validate(fields)
        except ValidationError as error:
            located = [{**e, "loc": ("body", *e["loc"])} for e in error.errors(include_url=False)]
            raise InvalidBodyError(located, list(self.model.model_fields)) from error

    def _file_text(self, backend: Backend) -> str:
        assert self.upload is not None
        name, data = self.upload
        if self.fields.get(self.text_field):
            raise BadRequest("文本和文件只能给一个", f"请去掉 {self.text_field} 或 {FILE_FIELD}")
        if not data:
            raise BadRequest(f"文件“{name}”是空的", "请确认上传的是有内容的文件")
        if len(data) > backend.settings.max_upload_mb << 20:
            raise BadRequest(f"文件超过上限 {backend.settings.max_upload_mb} MB", "请拆成几个文件分别上传")
        if backend.read_upload is None:
            raise BadRequest("这个服务没有启用文件读取", f"请把文字粘贴到 {self.text_field} 里")
        text = backend.read_upload(name, data)
        if not text.strip():
            raise BadRequest(f"文件“{name}”里没有文字", "如果是扫描件，请先做文字识别")
        return text


def intake(model: type[M], text_field: str) -> Callable[[Request], Awaitable[Incoming[M]]]:
    """Return a dependency that takes `model` as JSON, or as multipart with a file for `text_field`."""

    async def receive(request: Request) -> Incoming[M]:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "multipart/form-data":
            return Incoming(model, text_field, await _json(request, kind, model))
        fields: dict[str, Any] = {}
        upload: tuple[str, bytes] | None = None
        async with request.form(max_files=1, max_fields=20) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if name != FILE_FIELD:
                        raise BadRequest(
                            f"没有“{one_line(name, 40)}”这个文件字段", f"文件请放在 {FILE_FIELD} 字段里"
                        )
                    # Only the last part of the name counts; old browsers send whole paths.
                    base = PurePosixPath((value.filename or "").replace("\\", "/")).name
                    # The suffix is at the end, and it is what the name is read for.
                    upload = (one_line(base, 1000)[-MAX_NAME:] or "未命名", await value.read())
                elif value.strip():
                    fields[name] = value
        return Incoming(model, text_field, fields, upload)

    return receive


async def _json(request: Request, kind: str, model: type[BaseModel]) -> Any:
    body = await request.body()
    known = list(model.model_fields)
    if body and not (kind.startswith("application/") and kind.endswith("json")):
        raise InvalidBodyError([{"type": "model_attributes_type", "loc": ("body",)}], known)
    if not body:
        raise InvalidBodyError([{"type": "missing", "loc": ("body",)}], known)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError, too
        place = getattr(error, "pos", None)
        raise InvalidBodyError([{"type": "json_invalid", "loc": ("body", place)}], known) from error


def body_schema(model: type[BaseModel], text_field: str, examples: dict[str, Any]) -> dict[str, Any]:
    """Return `openapi_extra` for such a route: both kinds of body, and examples of the JSON one."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    others = {k: v for k, v in schema.get("properties", {}).items() if k != text_field}
    form = {
        "type": "object",
        "required": [FILE_FIELD],
        "properties": {FILE_FIELD: {"type": "string", "format": "binary"}, **others},
    }
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": schema, "examples": examples},
                "multipart/form-data": {"schema": form},
            },
        }
    }
