"""Passages of a provision: one for a short article, one for each group of 款 of a long one."""

from kb.model import LawVersion, Paragraph, Passage, Provision, stable_id
from kb.text.numerals import to_chinese

#: Longest article, in characters, that stays one passage; e5 reads 512 tokens, about 700 characters.
WHOLE = 400
#: Longest passage cut from a longer article.
PIECE = 350
#: A table printed behind the last article is text to read, not to find; only its start is indexed.
MAX_PIECES = 12


def provision_passages(provision: Provision, law: LawVersion, asked: str = "") -> list[Passage]:
    """Return the passages of an article, first to last; each carries the article's address.

    Args:
        asked: what laypeople ask that the article answers, for the words of its first passage.
    """
    if len(provision.text) <= WHOLE:
        return [_passage(provision, law, provision.text, "", 0, asked)]
    pieces = [piece for group in _groups(provision.paragraphs) for piece in _cut(group)]
    return [
        _passage(provision, law, text, part, i, "" if i else asked)
        for i, (text, part) in enumerate(pieces[:MAX_PIECES])
    ]


def _groups(paragraphs: list[Paragraph]) -> list[list[Paragraph]]:
    groups: list[list[Paragraph]] = []
    size = 0
    for paragraph in paragraphs:
        if groups and size + len(paragraph.text) <= PIECE:
            groups[-1].append(paragraph)
            size += len(paragraph.text)
        else:
            groups.append([paragraph])
            size = len(paragraph.text)
    return groups


def _cut(group: list[Paragraph]) -> list[tuple[str, str]]:
    first, last = group[0].number, group[-1].number
    part = f"第{to_chinese(first)}款" + (f"至第{to_chinese(last)}款" if last > first else "")
    text = "\n".join(p.text for p in group)
    if len(text) <= 2 * PIECE:
        return [(text, part)]
    pieces, current = [], ""
    for line in text.splitlines():
        if current and len(current) + len(line) > PIECE:
            pieces.append((current, part))
            current = ""
        current = f"{current}\n{line}".strip()[: 3 * PIECE]
    return [*pieces, (current, part)]


def _passage(provision: Provision, law: LawVersion, text: str, part: str, index: int, asked: str) -> Passage:
    return Passage(
        id=stable_id("passage", provision.id, index),
        parent_id=provision.id,
        kind="provision",
        address=provision.address,
        title=" ".join(filter(None, [law.law, provision.book, provision.chapter, provision.section])),
        text=text,
        embed_text=f"{provision.address} {text}",
        asked=asked,
        part=part,
        law=law.law,
        effective_from=law.effective_from,
        effective_until=law.effective_until,
        source=law.id,
    )
