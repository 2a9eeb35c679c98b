"""From an article to the 款 that matters, and the words for it."""

import re
from datetime import date

from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.citation.resolver import format_address
from kb.model import Paragraph, Provision

#: An article up to this long is quoted whole.
WHOLE = 170
_HEADING = re.compile(r"^第[一二三四五六七八九十百零]+(?:编|分编|章|节)[\s　]*")
_VAGUE = {"法律责任", "一般规定", "总则", "附则", "其他规定", "基本规定", "罚则", "通则"}


def resolve_ok(kb: KnowledgeBase, address: str, on: date) -> Resolution | None:
    """Return the provision when it exists and is in force on the day, else None."""
    found = kb.resolve(address, on)
    return found if found.ok else None


def narrowed(kb: KnowledgeBase, found: Resolution, about: str, on: date) -> Resolution:
    """Return the 款 (or 项) of a long article that shares most with `about`; shorter ones as they are."""
    provision = found.provision
    if provision is None or found.item is not None or len(found.text) <= WHOLE:
        return found
    if found.paragraph is None:
        if len(provision.paragraphs) > 1:
            best = max(provision.paragraphs, key=lambda p: (overlap(about, p.text), -p.number))
            found = kb.resolve(_address(provision, best.number), on)
        elif provision.paragraphs:
            return _item(kb, found, provision, provision.paragraphs[0], about, on)
    return found


def _item(
    kb: KnowledgeBase, found: Resolution, provision: Provision, paragraph: Paragraph, about: str, on: date
) -> Resolution:
    """Return the one item that clearly matters in a long list, else the whole."""
    if len(found.text) <= 2 * WHOLE or len(paragraph.items) < 4:
        return found
    scored = sorted(((overlap(about, i.text), i.number) for i in paragraph.items), reverse=True)
    if scored[0][0] > 0 and scored[0][0] > 1.5 * scored[1][0]:
        item = kb.resolve(format_address(provision.law, provision.article, None, scored[0][1]), on)
        return item if item.ok else found
    return found


def _address(provision: Provision, paragraph: int) -> str:
    return format_address(provision.law, provision.article, paragraph)


def overlap(a: str, b: str) -> float:
    """Return the share of the character pairs of `b` that stand in `a`, damped for short texts."""
    left, right = _pairs(a), _pairs(b)
    return len(left & right) / (len(right) + 20) if right else 0.0


def _pairs(text: str) -> set[str]:
    han = re.sub(r"[^\u4e00-\u9fff]+", " ", text)
    return {word[i : i + 2] for word in han.split() for i in range(len(word) - 1)}


def matter_of(provision: Provision | None) -> str:
    """Return what the article is about by the heading it stands under, e.g. 相邻关系."""
    if provision is None:
        return ""
    for heading in (provision.section, provision.chapter, provision.book):
        plain = _HEADING.sub("", heading).strip()
        if plain and plain not in _VAGUE:
            return plain
    return provision.law
