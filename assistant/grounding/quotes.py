"""Quotations in a claim: which of them claim to be statute text, and whether they are."""

import difflib
import re
from dataclasses import dataclass
from itertools import pairwise

from kb.citation.quote import plain, same_text

_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|\"([^\"]+)\"")
_INTRO = re.compile(
    r"(?:规定|明确|载明|指出|写明|要求|原文(?:是|为)?|条文(?:是|为)?|如下|即|称|[:：])[，,的了：:\s]*$"
)
_AFTER = re.compile(r"^[。，,\s]{0,2}[（(]?(?:见|参见|引自|——)?[《（(]")
_PLAIN_QUOTE = re.compile(
    r"(?:规定|明确|载明|原文(?:是|为)?|条文(?:是|为)?|内容(?:是|为)?|如下)\s*[:：]\s*(?P<body>[^“「『\"\s][^“「『\"]*)$"
)
#: Shorter quotations are terms, not text.
MIN_CHARS = 6
#: Words that turn round what follows them: a quotation that begins right behind one says the opposite.
_TURNS = re.compile(r"(?:不得|不能|不应当?|不可以?|不予|不需要?|不必|无须|无需|无权|禁止|严禁|没有|未|不)$")
#: From this likeness on, words that differ from the statute are a quotation gone wrong.
ALIKE = 0.6


@dataclass(frozen=True)
class Quotation:
    """A quotation and where it stands in the claim; `marked` when in quotation marks."""

    text: str
    start: int
    end: int
    marked: bool = True


def quotations(claim: str, cited_until: list[tuple[int, int]]) -> list[Quotation]:
    """Return what claims to be statute text in `claim`.

    Args:
        claim: the claim.
        cited_until: spans of the citations inside it.
    """
    found: list[Quotation] = []
    for match in _QUOTED.finditer(claim):
        body = next(group for group in match.groups() if group is not None)
        if len(plain(body)) < MIN_CHARS:
            continue
        before, after = claim[: match.start()], claim[match.end() :]
        cited_before = not cited_until or any(end <= match.start() for _, end in cited_until)
        if (
            (cited_before and _INTRO.search(before))
            or _AFTER.match(after)
            or _hugs(cited_until, match.start())
        ):
            found.append(Quotation(body, *match.span()))
        else:
            found.append(Quotation(body, *match.span(), marked=False))
    bare = None if found else _PLAIN_QUOTE.search(claim)
    if bare and len(plain(bare["body"])) >= MIN_CHARS:
        found.append(Quotation(bare["body"], *bare.span("body"), marked=False))
    return found


def _hugs(cited: list[tuple[int, int]], start: int) -> bool:
    """Return whether the quotation follows a citation at once: 第一条“……”."""
    return any(0 <= start - end <= 2 for _, end in cited)


def matches(quote: str, texts: list[str]) -> bool:
    """Return whether the quotation stands verbatim in one of the texts; its last stop may differ."""
    trimmed = quote.strip().rstrip("。；;，,.")
    return any(same_text(trimmed, text) for text in texts)


def left_out(quote: str, before: str, text: str) -> str:
    """Return the word (不得, 未 …) behind which the quotation begins wherever it stands in the text, '' where there is none.

    Args:
        before: the claim up to the quotation; what stands at its end isn't left out.
    """
    whole, begin = plain(text), re.split(r"\.{3,}|…+", plain(quote.strip().rstrip("。；;，,.")))[0]
    words = [_TURNS.search(whole[: match.start()]) for match in re.finditer(re.escape(begin), whole)]
    turning = [word.group() for word in words if word]
    if not begin or not turning or len(turning) < len(words):
        return ""
    said = plain(before).rstrip(',:"')
    return "" if any(said.endswith(word) for word in turning) else turning[0]


def likeness(quote: str, texts: list[str]) -> float:
    """Return how much of the quotation stands in the texts in order, 0 to 1."""
    wanted = plain(quote)
    best = 0.0
    for text in texts:
        blocks = difflib.SequenceMatcher(None, wanted, plain(text), autojunk=False).get_matching_blocks()
        best = max(best, sum(b.size for b in blocks if b.size > 1) / max(1, len(wanted)))
    return best


def difference(quote: str, texts: list[str]) -> str:
    """Return in Chinese the first places where the quotation leaves the text most like it."""
    text = max(texts, key=lambda t: likeness(quote, [t]), default="")
    wanted, original = plain(quote), plain(text)
    matcher = difflib.SequenceMatcher(None, wanted, original, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size > 1]
    notes: list[str] = []
    for one, two in pairwise(blocks):
        mine = wanted[one.a + one.size : two.a]
        law = original[one.b + one.size : two.b]
        if mine == law or len(law) > 40:
            continue
        if mine and law:
            notes.append(f"“{mine}”原文是“{law}”")
        elif mine:
            notes.append(f"多了“{mine}”")
        else:
            notes.append(f"漏了“{law}”")
    return "；".join(notes[:3])
