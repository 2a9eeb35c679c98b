"""Exchange a citation or a quotation in a claim; nothing else of it changes."""

import difflib
import re

from assistant.grounding.statement import statement
from kb.base import KnowledgeBase
from kb.citation.parser import parse
from kb.citation.quote import plain
from kb.citation.resolution import Resolution

#: Likeness of a quotation to the provision's own words from which these are put in its place.
CLOSE = 0.75
_PIECE = re.compile(r"[^，。；：\n]+[，。；：]?")
_END = "。！!；;"
_GOES_ON = re.compile(r"但|除外|除[^，。；]{2,20}外")


def written(found: Resolution) -> str:
    """Return a citation as it is put into texts: 《民法典》第一千零六十七条第二款."""
    law = found.law
    return (
        f"《{law}》{found.address.removeprefix(law)}"
        if law and not re.search(r"[《〈]", law)
        else found.address
    )


def exchanged(text: str, start: int, end: int, citation: str) -> str:
    """Return the text with another citation at [start, end); 书名号 around the old one go with it."""
    if text[start : start + 1] != "《" and text[start - 1 : start] == "《":
        start -= 1
    if text[end : end + 1] == "》" and "《" not in text[start + 1 : end]:
        end += 1
    return text[:start] + citation + text[end:]


def appended(text: str, citation: str) -> str:
    """Return the text with a citation in brackets before its last stop."""
    body = text.rstrip(_END + "，,、 ")
    return f"{body}（{citation}）{text[len(body) :].strip('，,、 ') or '。'}"


def exact_words(quote: str, texts: list[str]) -> str:
    """Return the stretch of whole clauses that a quotation comes close to, as it stands in the law; '' where none.

    An exception behind it in the same sentence is taken along.
    """
    best, score = "", CLOSE
    for text in texts:
        pieces = [m[0] for m in _PIECE.finditer(text)]
        for first in range(len(pieces)):
            for last in range(first, min(len(pieces), first + 12)):
                window = "".join(pieces[first : last + 1])
                if len(window) > 2 * len(quote) + 20:
                    break
                ratio = difflib.SequenceMatcher(None, plain(quote), plain(window), autojunk=False).ratio()
                if ratio > score:
                    best, score = _to_the_end(pieces, first, last), ratio
    words = re.sub(r"\s*\n\s*", "", best)
    return words if quote.rstrip()[-1:] in "。；" else words.rstrip("，。；：")


def _to_the_end(pieces: list[str], first: int, last: int) -> str:
    """Return the pieces, with what follows in the sentence where that is an exception."""
    stop = next((n for n in range(last, len(pieces)) if pieces[n].endswith("。")), len(pieces) - 1)
    following = pieces[last + 1 : stop + 1]
    if any(_GOES_ON.search(piece) for piece in following):
        last = stop
    return "".join(pieces[first : last + 1])


def without_citations(kb: KnowledgeBase, text: str) -> str:
    """Return a sentence without its citations and what leads in to them."""
    spans = [(c.start, c.end) for c in parse(text, kb.names)]
    marked = [(a - (text[a : a + 1] != "《" and text[a - 1 : a] == "《"), b) for a, b in spans]
    bare = statement(text, marked, [])
    return re.sub(r"（[》，、\s]*）", "", bare).lstrip("》，：: ")
