"""One JSON error shape for everything: `{"error": {"code", "message", "hint"}, "request_id", "details"?}`.

But for what other programs' protocols fix: below /v1 errors have OpenAI's shape (decision 017).
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from assistant.api.messages import Problem, describe
from assistant.ports.openai.errors import openai_error, speaks_openai
from kb.errors import FengqiaoError
from kb.storage_errors import storage_problem
from kb.text.visible import visible

log = logging.getLogger("fengqiao.api")

#: Renders an error as a page. The web package may put one on `app.state.error_page`; it is asked
#: only for paths outside /api/ when the client accepts HTML.
ErrorPage = Callable[[Request, int, dict[str, Any]], Response]


class ErrorDetail(BaseModel):
    """The one error: a stable code, what is wrong and how to mend it, both in Chinese."""

    code: str = Field(examples=["bad_request"])
    message: str = Field(examples=["日期“2026-13-40”写法不对"])
    hint: str = Field(examples=["日期写法应为 2026-11-21"])


class InvalidBodyError(RequestValidationError):
    """A body read by hand that its model refuses; `known` are the fields it takes."""

    def __init__(self, errors: Sequence[Any], known: Sequence[str]) -> None:
        super().__init__(errors)
        self.known = list(known)


class ErrorBody(BaseModel):
    """Body of every answer whose status is 400 or more."""

    error: ErrorDetail
    request_id: str = ""
    details: Any = Field(None, description="the fields at fault, or the citation as far as it was understood")


#: For `responses=` of every router, so that OpenAPI shows the shape that is really sent.
ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody, "description": "the request itself can't be read: no JSON, or not in UTF-8"},
    401: {"model": ErrorBody, "description": "log in first"},
    403: {"model": ErrorBody, "description": "not with these roles"},
    404: {"model": ErrorBody, "description": "no such thing"},
    409: {"model": ErrorBody, "description": "not in the state that the thing is in now"},
    413: {"model": ErrorBody, "description": "larger than the limits"},
    422: {"model": ErrorBody, "description": "the input can't be used; `error.hint` says how to mend it"},
    429: {"model": ErrorBody, "description": "too often; `Retry-After` says when to come back"},
    503: {"model": ErrorBody, "description": "index, model, disk or database not there at the moment"},
}

_HTTP: dict[int, tuple[str, str, str]] = {
    400: (
        "bad_request",
        "请求读不懂",
        "请检查请求体：JSON 用 UTF-8 编码，上传文件用 multipart/form-data",
    ),
    404: ("not_found", "没有这个地址", "接口地址见 /api/v1/openapi.json"),
    405: ("method_not_allowed", "这个地址不接受这种请求方法", ""),
    413: ("too_large", "请求体太大", "请缩短文本或分几次提交"),
}


def error_response(
    request: Request,
    status: int,
    code: str,
    message: str,
    hint: str = "",
    details: Any = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the error as JSON, or as a page where a browser asked for one outside /api/."""
    if speaks_openai(request.url.path):
        status, foreign = openai_error(status, code, visible(message), visible(hint), details)
        return JSONResponse(foreign, status, headers=dict(headers or {}))
    body: dict[str, Any] = {
        "error": {"code": code, "message": visible(message), "hint": visible(hint)},
        "request_id": request.scope.get("fengqiao.request_id", ""),
    }
    if details is not None:
        body["details"] = jsonable_encoder(details)
    page: ErrorPage | None = (
        getattr(request.app.state, "error_page", None) if "app" in request.scope else None
    )
    wants_page = "text/html" in request.headers.get("accept", "")
    if page is not None and wants_page and not request.url.path.startswith("/api/"):
        return page(request, status, body)
    return JSONResponse(body, status, headers=dict(headers or {}))


def _on_own(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, FengqiaoError)
    seconds = getattr(exc, "retry_after", 5 if exc.status == 503 else 0)
    headers = {"Retry-After": str(seconds)} if seconds else None
    details = getattr(exc, "details", None)
    return error_response(request, exc.status, exc.code, exc.message, exc.hint, details, headers)


def _on_storage(request: Request, exc: Exception) -> Response:
    """Disks fill up and databases go away: that is no fault of the program, and passes."""
    problem = storage_problem(exc)
    if problem is None:
        raise exc
    log.error("disk or database failed", exc_info=exc)
    return _on_own(request, problem)


def _on_validation(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    known = exc.known if isinstance(exc, InvalidBodyError) else _known_fields(request)
    problems = describe(exc.errors(), known)
    first = problems[0] if problems else Problem("", "请求写法不对", "")
    malformed = any(e["type"] == "json_invalid" for e in exc.errors())
    return error_response(
        request,
        400 if malformed else 422,
        "malformed_json" if malformed else "bad_request",
        first.message if len(problems) < 2 else "；".join(p.message for p in problems[:5]),
        first.hint if len(problems) < 2 else "；".join(dict.fromkeys(p.hint for p in problems[:5] if p.hint)),
        [p._asdict() for p in problems],
    )


def _on_http(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    headers = dict(exc.headers or {})
    code, message, hint = _HTTP.get(exc.status_code, ("http_error", "请求没有成功", ""))
    if exc.status_code == 404 and request.url.path not in ("", "/"):
        message = f"没有这个地址：{request.url.path[:200]}"
    if exc.status_code == 405:
        allowed = _methods(request) or [(exc.headers or {}).get("Allow", "")]
        headers["Allow"] = ", ".join(allowed)
        message = f"{request.url.path[:200]} 不接受 {request.method} 请求"
        hint = f"请改用 {'、'.join(allowed)}" if any(allowed) else hint
    if exc.status_code == 413 and isinstance(exc.detail, str) and not exc.detail.isascii():
        message = exc.detail
    return error_response(request, exc.status_code, code, message, hint, headers=headers)


def _methods(request: Request) -> list[str]:
    """Return every method that the path takes; Starlette names only those of the first route that fits."""
    described: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    found = {
        method.upper()
        for path, item in described.items()
        if compile_path(path)[0].match(request.url.path)
        for method in item
    }
    return sorted(found)


def unhandled(request: Request) -> Response:
    """Return the answer to a failure of ours: the request id to quote, never a trace."""
    failure = _internal(request.scope.get("fengqiao.request_id", ""))
    return error_response(request, failure.status, failure.code, failure.message, failure.hint)


def _internal(request_id: str) -> FengqiaoError:
    return FengqiaoError(
        "服务内部出错，这次请求没有完成",
        f"请稍后再试；如仍出错，请把请求编号 {request_id} 告诉管理员，日志里可以查到原因",
    )


def error_body(failure: Exception, request_id: str) -> ErrorBody:
    """Return what to say of a failure where the status has been sent already; what nobody foresaw is logged."""
    known = failure if isinstance(failure, FengqiaoError) else storage_problem(failure)
    if known is None or known is not failure:
        log.error("request %s failed while it was answered", request_id, exc_info=failure)
    found = known or _internal(request_id)
    return ErrorBody(
        error=ErrorDetail(code=found.code, message=visible(found.message), hint=visible(found.hint)),
        request_id=request_id,
    )


def _known_fields(request: Request) -> list[str]:
    """Return the field names the route takes, to help a caller who mistyped one."""
    route = request.scope.get("route")
    names: list[str] = []
    body = getattr(route, "body_field", None)
    models = [getattr(getattr(body, "field_info", None), "annotation", None)]
    dependant = getattr(route, "dependant", None)
    for parameter in getattr(dependant, "query_params", []):
        annotation = parameter.field_info.annotation
        models.append(annotation)
        if not hasattr(annotation, "model_fields"):
            names.append(parameter.alias)
    for model in models:
        names += list(getattr(model, "model_fields", {}))
    return names


def install(app: FastAPI) -> None:
    """Register the handlers on the app."""
    app.add_exception_handler(FengqiaoError, _on_own)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in (SQLAlchemyError, sqlite3.Error, OSError):
        app.add_exception_handler(kind, _on_storage)
