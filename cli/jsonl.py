"""`--jsonl FILE`: one request a line in, one response a line out, in order, models loaded once."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import orjson

from kb.errors import BadRequest, FengqiaoError


@contextmanager
def _lines(source: str) -> Iterator[TextIO]:
    if source == "-":
        yield sys.stdin
        return
    path = Path(source)
    if not path.is_file():
        raise BadRequest(f"找不到文件：{source}", "请检查路径；从标准输入读请写 --jsonl -")
    with path.open(encoding="utf-8-sig") as file:
        yield file


def run(source: str, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer every line of `source`; a line that fails gets its error in its place and the rest goes on.

    Args:
        source: a path, or - for standard input.
        answer: takes a request, returns what is to be written.
    """
    with _lines(source) as lines:
        for line in lines:
            if not line.strip():
                continue
            sys.stdout.buffer.write(orjson.dumps(_one(line, answer)) + b"\n")
            sys.stdout.buffer.flush()


def _one(line: str, answer: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        request = orjson.loads(line)
        if not isinstance(request, dict):
            raise BadRequest("这一行不是 JSON 对象", '每行写成 {"query": "…"} 这样')
        return answer(request)
    except orjson.JSONDecodeError as error:
        return {
            "error": {
                "code": "malformed_json",
                "message": f"这一行不是合法的 JSON：{error}",
                "hint": "每行一个 JSON 对象",
            }
        }
    except FengqiaoError as error:
        return {"error": error.as_dict()}
