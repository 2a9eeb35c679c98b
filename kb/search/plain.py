"""A question as it is embedded: simplified characters, slips put right, regional words followed by the law's terms."""

from kb.lexical.tokens import Tokens
from kb.search.dialect import regional, spelled
from kb.search.spelling import mended
from kb.text.script import simplified


def corrected(text: str, tokens: Tokens) -> str:
    """Return the text in simplified characters with slips of writing and typing put right; its words stay.

    >>> corrected("他不給抚养废", Tokens())
    '他不给抚养费'
    """
    return mended(spelled(simplified(text)), tokens)


def plain_words(text: str, tokens: Tokens) -> str:
    """Return the corrected text, with statutory terms behind it for what only one region says.

    >>> plain_words("佢唔还钱", Tokens())
    '佢唔还钱（返还借款）'
    """
    text = corrected(text, tokens)
    terms = list(dict.fromkeys(" ".join(regional(text)).split()))
    return f"{text}（{' '.join(terms)}）" if terms else text
