"""Turn materials into drafts whose every citation was read back from the text and verified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.grounding.types import Claim
from assistant.publicity.citations import check, problems_of
from assistant.publicity.claims import claims_of
from assistant.publicity.formats import FORMATS, too_long
from assistant.publicity.material import Material
from assistant.publicity.types import DraftCitation, DraftFormat

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


@dataclass(frozen=True)
class Composed:
    """A draft as composed, not yet stored."""

    title: str
    question: str
    answer: str
    citations: list[DraftCitation]
    notes: list[str]
    claims: list[Claim]


def compose(
    kb: "KnowledgeBase", materials: Iterable[Material], format_: DraftFormat, count: int, on: date
) -> list[Composed]:
    """Return up to `count` different drafts; one that does not verify or does not fit is left out."""
    made: list[Composed] = []
    seen: set[str] = set()
    for material in materials:
        if len(made) >= count:
            break
        text = FORMATS[format_].write(material)
        # two drafts with one question, or two screens with one line, are no choice for the staff
        key = text.answer.split("\n")[0] if text and format_ == "led" else material.question
        if text is None or key in seen:
            continue
        citations, problems = inspect(kb, format_, text.title, material.question, text.answer, on)
        if problems:
            continue
        seen.add(key)
        claims = claims_of(kb, text.answer, on)
        made.append(Composed(text.title, material.question, text.answer, citations, material.notes, claims))
    return made


def inspect(
    kb: "KnowledgeBase", format_: DraftFormat, title: str, question: str, answer: str, on: date
) -> tuple[list[DraftCitation], list[str]]:
    """Return the citations of a saved text and everything that keeps it from being submitted."""
    citations = check(f"{title}\n{question}\n{answer}", kb, on)
    problems = problems_of(citations) + too_long(format_, answer)
    if not answer.strip() or not question.strip():
        problems.append("问题和正文都不能为空")
    elif not citations:
        problems.append("正文没有引用任何法条，读者没法核对")
    return citations, problems
