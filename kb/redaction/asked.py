"""Numbers out of what is asked, before it is embedded or searched.

Names and places stay: a query is kept nowhere, and hiding words that only look like a name (老人, 付清) would
change what is found. A number that belongs to somebody never helps to find anything.
"""

from kb.redaction.contacts import contacts
from kb.redaction.fold import fold
from kb.redaction.merge import merge
from kb.redaction.numbers import numbers
from kb.redaction.placeholders import WORDS


def without_numbers(text: str) -> str:
    """Return a query without ID, bank and telephone numbers, plates, accounts and dates of birth.

    >>> without_numbers("王建国欠我八千元，他电话13900001234，怎么办")
    '王建国欠我八千元，他电话某电话，怎么办'
    """
    folded = fold(text)
    out, at = [], 0
    for span in merge(numbers(folded) + contacts(folded)):
        start, end = folded.original(span.start, span.end)
        out += [text[at:start], WORDS[span.kind]]
        at = end
    return "".join([*out, text[at:]])
