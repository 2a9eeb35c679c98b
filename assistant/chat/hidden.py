"""A turn as it may be stored, rated and exported: without personal data, without what one village only may see."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.accounts.permissions import PUBLIC_SCOPE
from assistant.chat.types import AskResponse, Block
from kb.base import KnowledgeBase
from kb.redaction.redact import redact_all
from kb.redaction.types import Redacted

#: In the place of a case that isn't public.
WITHHELD = "（这里引用了本村的案件，只在当时显示）"
#: Parts that come from a shelf as they are: no word in them is the asker's.
_FROM_SHELVES = ("law", "more", "village", "qa", "case")
_QUOTED = re.compile(r"(「[^」]*」)")
#: A piece found in a text that belongs to no placeholder of its own.
_SOMEBODY = "某某"


@dataclass(frozen=True)
class Hidden:
    """A turn without personal data, and what its placeholders stand for: personal data itself, never stored."""

    question: str
    response: AskResponse
    names: Mapping[str, str]


def hide(
    kb: KnowledgeBase,
    question: str,
    response: AskResponse,
    names: Mapping[str, str] | None = None,
    earlier: Sequence[str] = (),
) -> Hidden:
    """Return a turn as it may be kept. Provisions, quotations and addresses stay to the letter.

    Args:
        kb: tells which cases are public.
        question: as it was asked.
        response: as it was answered; it isn't changed.
        names: of earlier turns of the conversation, so that a person keeps the letter.
        earlier: redacted texts of the conversation: whoever is named anew gets a letter that they don't have.
    """
    out = _public(kb, response)
    own = [question, out.understood_as, *(risk.evidence for risk in out.risks)]
    done = redact_all([*own, *earlier], names)
    pieces = _pieces(own, done)
    out.understood_as = done[1].text
    for risk, hidden in zip(out.risks, done[2:], strict=False):
        risk.evidence = hidden.text
    out.answer, out.reason = (_swapped(text, pieces) for text in (out.answer, out.reason))
    for block in out.blocks:
        _hide_block(block, pieces)
    for lines in (out.where, out.clarify, out.suggestions):
        lines[:] = [_swapped(line, pieces) for line in lines]
    for removed in out.checked.removed:
        removed.text, removed.reason = _swapped(removed.text, pieces), _swapped(removed.reason, pieces)
    for repair in out.checked.repairs:
        repair.text, repair.was = _swapped(repair.text, pieces), _swapped(repair.was, pieces)
        repair.reason = _swapped(repair.reason, pieces)
    for passed in out.checked.passed:
        passed.text = _swapped(passed.text, pieces)
    return Hidden(done[0].text, out, done[0].mapping)


def _hide_block(block: Block, pieces: Mapping[str, str]) -> None:
    if block.kind not in _FROM_SHELVES:
        block.title, block.text = _swapped(block.title, pieces), _swapped(block.text, pieces)
        block.items = [_swapped(item, pieces) for item in block.items]


def _public(kb: KnowledgeBase, response: AskResponse) -> AskResponse:
    """Return a copy without cases that not everybody may see: what is kept outlives the right to see them."""
    out = response.model_copy(deep=True)
    sources = {item.id for item in out.similar if item.kind == "case"}
    sources |= {block.source for block in out.blocks if block.source}
    own = {source for source in sources if _is_own(kb, source, response)}
    if not own:
        return out
    words = [w for item in out.similar if item.id in own for w in (item.title, item.text)]
    for block in out.blocks:
        if block.source in own:
            words += [block.title, block.text, *block.items]
    for word in sorted((w for w in words if w.strip()), key=len, reverse=True):
        out.answer = out.answer.replace(word, WITHHELD)
    out.similar = [item for item in out.similar if item.id not in own]
    out.blocks = [block for block in out.blocks if block.source not in own]
    return out


def _is_own(kb: KnowledgeBase, source: str, response: AskResponse) -> bool:
    case = kb.catalog.case(source)
    if case is not None:
        return case.scope != PUBLIC_SCOPE
    # a case that is gone by now: nobody can say any more who might see it
    return any(item.id == source and item.kind == "case" for item in response.similar) or any(
        block.source == source and block.kind == "case" for block in response.blocks
    )


def _pieces(texts: Sequence[str], done: Sequence[Redacted]) -> dict[str, str]:
    """Return what was found in the asker's words, and what stands for it, to look for in the answer's."""
    found: dict[str, str] = {original: word for word, original in done[0].mapping.items()}
    for text, hidden in zip(texts, done, strict=False):
        for span in hidden.spans:
            piece = text[span.start : span.end]
            word = found.get(piece) or _word(piece, done[0].mapping)
            if len(piece) == 1:  # the 刘 of 刘主任: alone it would be found inside other words
                behind = text[span.end : span.end + 2]
                piece, word = piece + behind, word + behind
            found.setdefault(piece, word)
    return {piece: word for piece, word in found.items() if len(piece) > 1}


def _word(piece: str, mapping: Mapping[str, str]) -> str:
    """Return the placeholder of whom a shorter way of writing means."""
    return next((word for word, original in mapping.items() if piece in original), _SOMEBODY)


def _swapped(text: str, pieces: Mapping[str, str]) -> str:
    """Return a text with placeholders in the place of pieces; what stands in 「」 is quoted and stays."""
    if not pieces or not text:
        return text
    pattern = re.compile("|".join(map(re.escape, sorted(pieces, key=len, reverse=True))))
    parts = _QUOTED.split(text)
    parts[::2] = [pattern.sub(lambda match: pieces[match.group()], part) for part in parts[::2]]
    return "".join(parts)
