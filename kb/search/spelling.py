"""Slips of an input method: a word of the law typed with other characters of the same sound, or as bare pinyin.

Only a stretch that is no word of its own is read anew, and only where exactly one legal term sounds like it.
"""

import re
from functools import lru_cache
from importlib.resources import files

from kb.lexical.tokens import Tokens
from kb.search.dialect import sayings

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"(?<![A-Za-z@.])[a-z]{5,20}(?![A-Za-z@.])")
_LONGEST = 4
#: From this frequency on in jieba's dictionary a character is a usual word of its own.
_USUAL = 6000


def sounds(word: str) -> str:
    """Return the pinyin of a word, without tones or blanks."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word))


@lru_cache
def _by_sound() -> dict[str, str]:
    """Return legal terms of two to four characters by sound; sounds of several terms are left out."""
    listed = files("kb.lexical").joinpath("legal_terms.txt").read_text("utf-8").split()
    found: dict[str, set[str]] = {}
    for word in {*listed, *(term for saying in sayings().values() for term in saying.law.split())}:
        if 2 <= len(word) <= _LONGEST and _HAN.fullmatch(word):
            found.setdefault(sounds(word), set()).add(word)
    return {sound: next(iter(words)) for sound, words in found.items() if len(words) == 1}


def mended(text: str, tokens: Tokens) -> str:
    """Return the text with slips of the input method put right.

    >>> [mended(t, Tokens()) for t in ("儿子不给善养费", "caili 要不要退", "娘家分地")]
    ['儿子不给赡养费', '彩礼 要不要退', '娘家分地']
    """
    text = _LATIN.sub(lambda m: _by_sound().get(m.group(), m.group()), text)
    return _HAN.sub(lambda m: _run(m.group(), tokens), text)


def _run(run: str, tokens: Tokens) -> str:
    words = tokens.words(run)
    out, at = [], 0
    while at < len(words):
        for size in range(min(len(words) - at, _LONGEST), 1, -1):
            piece = "".join(words[at : at + size])
            # single characters side by side are what a slip leaves; whole words are meant as they stand
            if len(piece) <= _LONGEST and sum(len(w) == 1 for w in words[at : at + size]) >= size - 1:
                right = _right(piece, tokens)
                if right:
                    out.append(right)
                    at += size
                    break
        else:
            out.append(words[at])
            at += 1
    return "".join(out)


def _right(piece: str, tokens: Tokens) -> str:
    """Return the legal term that a piece was meant to be, '' where it is none.

    All characters but one must be the term's; of a term of two, the other may not be a usual word: 协义 is a slip,
    分地 is none.
    """
    term = _by_sound().get(sounds(piece), "")
    wrong = [a for a, b in zip(piece, term, strict=False) if a != b]
    if len(wrong) != 1 or (len(term) == 2 and tokens.frequency(wrong[0]) > _USUAL):
        return ""
    return term
