"""Is a quotation verbatim?"""

import re
import unicodedata

_BLANK = re.compile(r"[\s　]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "『": '"', "』": '"'})

_STOP = "。;:"
#: Words that an ellipsis mustn't leave out of a sentence it joins: without them it says something else.
_TURNS = re.compile(r"不(?!动产|可抗力|当得利)|未(?!成年)|无(?!民事|因管理|偿)|没有|禁止|应当|必须|可以|有权")


def plain(text: str) -> str:
    """Return the text without blanks, and with width and quotation marks made alike.

    >>> plain("第１０ 条，“甲”")
    '第10条,"甲"'
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)


def same_text(quote: str, text: str) -> bool:
    """Return whether `quote` stands word for word in `text`; …… in a quotation leaves words out.

    An ellipsis may leave out what stands between two pieces, never change their order, nor turn a sentence round:
    用人单位……解除合同 isn't what 用人单位不得解除合同 says.
    """
    whole = plain(text)
    pieces = [p for p in re.split(r"\.{3,}|…+", plain(quote)) if p]
    position = 0
    for number, piece in enumerate(pieces):
        found = whole.find(piece, position)
        while number and found >= 0 and _turned(whole[:position], whole[position:found]):
            found = whole.find(piece, found + 1)
        if found < 0:
            return False
        position = found + len(piece)
    return bool(pieces)


def _turned(before: str, left_out: str) -> bool:
    """Return whether what was left out turns the sentence before it or the one behind it round."""
    sentences = re.split(f"[{_STOP}]", left_out)
    joined = [sentences[-1]] if before[-1:] in _STOP else [sentences[0], sentences[-1]]
    return any(_TURNS.search(part) for part in joined)
