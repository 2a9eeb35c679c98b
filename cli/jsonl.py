"""`--jsonl FILE`: one request a line in, one response a line out, in order, models loaded once."""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from kb.errors import BadRequest, FengqiaoError


@contextmanager
def _lines(source: str) -> Iterator[Iterable[bytes | str]]:
    if source == "-":
        yield getattr(sys.stdin, "buffer", sys.stdin)
        return
    path = Path(source)
    if not path.is_file():
        raise BadRequest(f"找不到文件：{source}", "请检查路径；从标准输入读请写 --jsonl -")
    with path.open("rb") as file:
        yield file


def run(source: str, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer every line of `source`; a line that fails gets its error in its place and the rest goes on.

    Args:
        source: a path, or - for standard input.
        answer: takes a request, returns what is to be written.
    """
    with _lines(source) as lines:
        for number, raw in enumerate(lines):
            line = raw.encode() if isinstance(raw, str) else raw
            line = line.removeprefix(BOM_UTF8) if number == 0 else line
            if not line.strip():
                continue
            sys.stdout.buffer.write(orjson.dumps(_one(line, answer)) + b"\n")
            sys.stdout.buffer.flush()


def _one(line: bytes, answer: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        request = orjson.loads(line.decode("utf-8"))
        if not isinstance(request, dict):
            raise BadRequest("这一行不是 JSON 对象", '每行写成 {"query": "…"} 这样')
        return answer(request)
    except UnicodeDecodeError:
        return {
            "error": {
                "code": "bad_encoding",
                "message": "这一行不是 UTF-8 编码的文字",
                "hint": "请把文件另存为 UTF-8 编码再试",
            }
        }
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
