"""Logs: one line a record, as JSON or for a terminal, with the request's id and without what people typed."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any, Literal, TextIO

from assistant.observe.context import current

LogFormat = Literal["text", "json"]
#: Whose messages are written. What other packages put into theirs nobody here has read.
_OURS = ("fengqiao", "kb", "assistant", "ingest", "cli", "eval", "corpora", "uvicorn")
#: What `fengqiao.access` says of a request, besides who and which.
ACCESS_FIELDS = ("route", "method", "status", "duration_ms")
_WITHHELD = "(message withheld)"


def configure(form: LogFormat = "text", stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log record of the process to one place, in one form; replaces what was there.

    Args:
        form: "text" for a terminal, "json" for one JSON object a line.
        stream: where to; standard error by default.
        level: least level of our own records. Of other packages only warnings and worse are written.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = True
        logger.handlers.clear()
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)
    # Its lines hold the path with the query; `fengqiao.access` says the same without.
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL + 1)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is written of a record.

    Of an exception only its class and the places in the code it passed: its message may hold a query, a
    row or an address.
    """
    info = current()
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
        "request_id": getattr(record, "request_id", "") or (info.request_id if info else ""),
        "who": getattr(record, "who", "") or (info.who if info else ""),
    }
    fields.update({name: getattr(record, name) for name in ACCESS_FIELDS if hasattr(record, name)})
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = describe(record.exc_info[1])
    return {name: value for name, value in fields.items() if value not in ("", None)}


def describe(error: BaseException) -> list[dict[str, Any]]:
    """Return the exception and those behind it, latest first: class, and frames as `file:line function`."""
    chain: list[dict[str, Any]] = []
    following: BaseException | None = error
    while following is not None and len(chain) < 8:
        kind = type(following)
        chain.append(
            {"type": f"{kind.__module__}.{kind.__qualname__}", "frames": _frames(following.__traceback__)}
        )
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return chain


def _frames(trace: TracebackType | None) -> list[str]:
    # Without the lines of code: looking them up reads files, and they say nothing that the place doesn't.
    walked = traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False)
    return [f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in walked][-30:]


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in _OURS:
        return record.getMessage()
    # A format with arguments apart is a constant of the program; anything else may hold anything.
    return str(record.msg) if record.args and isinstance(record.msg, str) else _WITHHELD


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; characters of other scripts as they are, line ends escaped."""
        return json.dumps(fields_of(record), ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """One line a record, an exception's places below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record for a person's eyes; control characters can't make a second line."""
        fields = fields_of(record)
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        parts = [when, f"{fields['level']:<7}", fields["logger"], fields.get("message", "")]
        if "route" in fields:
            parts[-1] = f"{fields['method']} {fields['route']} {fields['status']} {fields['duration_ms']} ms"
        parts += [f"{name}={fields[name]}" for name in ("who", "request_id") if name in fields]
        lines = ["".join(c if c.isprintable() else repr(c)[1:-1] for c in " ".join(parts))]
        for error in fields.get("error", []):
            lines += [f"    {error['type']}", *(f"      {frame}" for frame in error["frames"])]
        return "\n".join(lines)
