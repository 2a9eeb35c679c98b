"""Reader of the fixed question sets under eval/sets: questions and the provisions that answer them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import BadRequest

GATE = Path(__file__).with_name("sets") / "gate.jsonl"


@dataclass(frozen=True)
class Question:
    """A question and the addresses of the whole articles that answer it; any one of them is an answer."""

    id: str
    text: str
    gold: tuple[str, ...]
    topic: str = ""


def load(path: Path = GATE, answerable: bool = True) -> list[Question]:
    """Return the questions of a set, in the file's order.

    Args:
        answerable: False for a set that nothing on the shelves answers: its lines have no gold.

    Raises:
        BadRequest: the file is missing, empty, or a line isn't a question, with the line's number.
    """
    form = "每行应为一个 JSON 对象：" + (
        "id、question、gold、topic。" if answerable else "id、question、topic。"
    )
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadRequest(f"没有问题集 {path}", "请从完整的代码仓库运行。") from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_question(json.loads(line), answerable))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise BadRequest(f"{path.name} 第 {number} 行不是一个问题", form) from error
            _check(found[-1], answerable, f"{path.name} 第 {number} 行")
    if not found:
        raise BadRequest(f"问题集 {path.name} 是空的", form)
    if len({q.id for q in found}) < len(found) or len({q.text for q in found}) < len(found):
        raise BadRequest(f"问题集 {path.name} 里有重复的编号或问题", "请让每行的 id 和 question 各不相同。")
    return found


def _question(row: dict[str, Any], answerable: bool) -> Question:
    gold = row["gold"] if answerable else ()
    addresses = () if isinstance(gold, str) else tuple(map(str, gold))
    return Question(str(row["id"]), str(row["question"]), addresses, str(row.get("topic", "")))


def _check(question: Question, answerable: bool, where: str) -> None:
    if answerable and not (question.text.strip() and question.gold):
        raise BadRequest(f"{where}没有问题或没有 gold", "gold 应为法条地址的列表。")
    if not question.text.strip():
        raise BadRequest(f"{where}没有问题", "请写上 question。")
