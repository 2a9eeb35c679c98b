"""What the asking commands share: one request from the options, or many from --jsonl; JSON or for people."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import orjson
import typer

from cli import jsonl
from cli.client import Client
from kb.errors import BadRequest
from kb.settings import get_settings

Jsonl = Annotated[str, typer.Option("--jsonl", metavar="FILE", help="批量：每行一个 JSON 请求，- 为标准输入")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
OnDay = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="按这一天的法律，默认今天")]
VillageOption = Annotated[str, typer.Option("--village", help="村的编号，见 /api/v1/villages")]


def serve(
    method: str,
    path: str,
    body: dict[str, Any],
    show: Callable[[dict[str, Any]], None],
    source: str = "",
    as_json: bool = False,
    needed: str = "",
) -> dict[str, Any] | None:
    """Send one request, or each line of `source`, and print the answers; return that to the one request.

    Args:
        body: the request from the options; empty values are left out.
        show: prints one answer for people.
        source: the --jsonl file; then `body` is not used.
        needed: the field of `body` that must be there without --jsonl.
    """
    wanted = {k: v for k, v in body.items() if v not in ("", None, [])}
    if not source and needed and needed not in wanted:
        raise BadRequest("没有写内容", "请在命令后面写上内容，或用 --jsonl 给出一批请求")
    with Client(get_settings()) as client:
        if source:
            jsonl.run(source, lambda request: client.send(method, path, request))
            return None
        answer = client.send(method, path, wanted)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        show(answer)
    return answer
