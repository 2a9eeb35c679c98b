"""Is a quotation verbatim?"""

import re
import unicodedata

_BLANK = re.compile(r"[\s　]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "『": '"', "』": '"'})


def plain(text: str) -> str:
    """Return the text without blanks, and with width and quotation marks made alike.

    >>> plain("第１０ 条，“甲”")
    '第10条,"甲"'
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)


def same_text(quote: str, text: str) -> bool:
    """Return whether `quote` stands word for word in `text`; …… in a quotation leaves words out.

    An ellipsis may leave out what stands between two pieces, never change their order.
    """
    whole = plain(text)
    pieces = [p for p in re.split(r"\.{3,}|…+", plain(quote)) if p]
    position = 0
    for piece in pieces:
        found = whole.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return bool(pieces)
