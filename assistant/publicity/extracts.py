"""Cut verbatim extracts out of provisions: whole 款, or whole sentences where a format is short."""

import re
from dataclasses import dataclass, field
from datetime import date

from assistant.publicity.citations import squeeze
from kb.citation.resolution import Resolution
from kb.citation.resolver import format_address
from kb.model import Paragraph, Provision

#: A sentence that only makes sense together with the one before it.
_LEANS = re.compile(r"^(?:但是?|前[款两三项]|上款|其|该|此|本款|另有规定)")
_PIECE = re.compile(r"[^。；\n]*(?:[。；]|\n|$)")
_BRACKETS = re.compile(r"[（()）《》〈〉【】\[\]「」]")
_ITEM_LABEL = re.compile(r"^[（(][零一二三四五六七八九十百]+[）)]\s*")


@dataclass(frozen=True)
class Extract:
    """One 款 (or an article of one 款, or an 项) to quote. `text` is its exact wording."""

    law: str
    address: str
    text: str
    paragraph: Paragraph
    chapter: str = ""
    effective_from: date | None = None
    item: int | None = None
    context: str = field(default="", repr=False)

    @property
    def cited(self) -> str:
        """Return the address as print writes it: 《民法典》第二百八十八条第一款."""
        return f"《{self.law}》{self.address.removeprefix(self.law)}"


def extracts_of(found: Resolution) -> list[Extract]:
    """Return what can be quoted of a resolved provision: the 款 or 项 asked for, or every 款 of it.

    A 款 that leans on the one before it (前款规定的…) is quoted together with that one, so it is
    left out when every 款 is asked for and the first of them can stand alone.
    """
    provision = found.provision
    if provision is None or not provision.number:
        return []
    if found.item is not None:
        number = found.paragraph or next((p.number for p in provision.paragraphs if p.items), 1)
        paragraph = provision.paragraphs[number - 1]
        text = _ITEM_LABEL.sub("", found.text)
        return [_extract(provision, paragraph, found.address, text, found.item)]
    if found.paragraph is not None:
        paragraph = provision.paragraphs[found.paragraph - 1]
        return [_extract(provision, paragraph, found.address, paragraph.text)]
    several = len(provision.paragraphs) > 1
    every = [
        _extract(
            provision, p, format_address(found.law, provision.article, p.number if several else None), p.text
        )
        for p in provision.paragraphs
    ]
    return [e for e in every if not _LEANS.match(e.text)] or every[:1]


def before(extract: Extract, found: Resolution) -> Extract | None:
    """Return the 款 that this one leans on, when it does (前款规定的…)."""
    number = extract.paragraph.number
    if number < 2 or found.provision is None or not re.match("前款", extract.text):
        return None
    earlier = found.provision.paragraphs[number - 2]
    address = format_address(found.law, found.provision.article, earlier.number)
    return _extract(found.provision, earlier, address, earlier.text)


def _extract(
    provision: Provision, paragraph: Paragraph, address: str, text: str, item: int | None = None
) -> Extract:
    return Extract(
        law=provision.law,
        address=address,
        text=text,
        paragraph=paragraph,
        chapter=provision.chapter,
        effective_from=provision.effective_from,
        item=item,
        context=provision.text,
    )


def fit(text: str, limit: int) -> tuple[str, bool]:
    """Return as many whole sentences or 项 from the start as `limit` characters hold, and whether cut.

    Never stops before a sentence that qualifies the last one (但是…), and never inside a sentence: a
    single sentence longer than the limit comes back whole.
    """
    whole = squeeze(text)
    if len(whole) <= limit:
        return whole, False
    kept: list[str] = []
    pieces = _pieces(text)
    for i, piece in enumerate(pieces):
        if kept and len(squeeze("".join([*kept, piece]))) > limit:
            while len(kept) > 1 and _LEANS.match(pieces[i].strip()):
                kept.pop()
                i -= 1
            break
        kept.append(piece)
    quote = squeeze("".join(kept))
    return quote, quote != whole


def sentences(extract: Extract, limit: int) -> list[str]:
    """Return the sentences of an extract that stand alone within `limit` characters, in order.

    Left out are those that lean on another, those that the next one qualifies, list heads and 项.
    """
    if extract.paragraph.items and extract.item is None:
        return []
    pieces = [p.strip() for p in re.findall(r"[^。\n]*[。]|[^。\n]+$", extract.text)]
    alone: list[str] = []
    for i, piece in enumerate(pieces):
        following = pieces[i + 1] if i + 1 < len(pieces) else ""
        qualified = piece.startswith("但") or following.startswith(("但", "另有规定"))
        if 6 <= len(piece) <= limit and not _LEANS.match(piece) and not qualified and piece[-1] == "。":
            alone.append(piece)
    return alone


def spoken(extract: Extract, limit: int) -> list[tuple[str, str]]:
    """Return what an announcer reads of an extract: (label, words) lines without any bracket.

    A list is read as its head and its 项, each a line of its own (label 第一项, …) without the printed
    number. Sentences with brackets in them are left out; an empty list means that none can be read.
    """
    text = extract.text
    if extract.paragraph.items and extract.item is None:
        head, *rest = text.split("\n")
        lines = [("", head.strip())]
        for item in extract.paragraph.items[:5]:
            words = _ITEM_LABEL.sub("", squeeze(item.text))
            lines.append((f"第{'一二三四五'[len(lines) - 1]}项", words))
        if any(_BRACKETS.search(words) for _, words in lines) or not rest:
            return []
        return lines
    quote, _ = fit(text, limit)
    if not _BRACKETS.search(quote):
        return [("", quote)]
    return [("", s) for s in sentences(extract, limit) if not _BRACKETS.search(s)][:2]


def _pieces(text: str) -> list[str]:
    return [p for p in _PIECE.findall(text) if p.strip()]
