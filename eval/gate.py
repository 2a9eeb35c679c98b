"""Reader of the fixed question sets under eval/sets: questions and the provisions that answer them."""

import json
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BadRequest

GATE = Path(__file__).with_name("sets") / "gate.jsonl"


@dataclass(frozen=True)
class Question:
    """A question and the addresses of the whole articles that answer it; any one of them is an answer."""

    id: str
    text: str
    gold: tuple[str, ...]
    topic: str = ""


def load(path: Path = GATE) -> list[Question]:
    """Return the questions of a set, in the file's order.

    Raises:
        BadRequest: the file is missing, empty, or a line isn't a question, with the line's number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadRequest(f"没有问题集 {path}", "请从完整的代码仓库运行。") from error
    found = [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BadRequest(f"问题集 {path.name} 是空的", "每行应为一个 JSON 对象：id、question、gold、topic。")
    if len({q.id for q in found}) < len(found) or len({q.text for q in found}) < len(found):
        raise BadRequest(f"问题集 {path.name} 里有重复的编号或问题", "请让每行的 id 和 question 各不相同。")
    return found


def _question(path: Path, number: int, line: str) -> Question:
    try:
        row = json.loads(line)
        question = Question(
            str(row["id"]), str(row["question"]), tuple(map(str, row["gold"])), str(row.get("topic", ""))
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadRequest(
            f"{path.name} 第 {number} 行不是一个问题", "每行应为一个 JSON 对象：id、question、gold、topic。"
        ) from error
    if not question.text.strip() or not question.gold or isinstance(row["gold"], str):
        raise BadRequest(f"{path.name} 第 {number} 行没有问题或没有 gold", "gold 应为法条地址的列表。")
    return question
