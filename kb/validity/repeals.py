"""Read repeal clauses: 本法自…起施行。《婚姻法》、《继承法》……同时废止。"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kb.citation.names import short_title

_REPEALS = re.compile(r"(?:同时|即行|一并|予以)废止|(?:相应|同时)失效|(?:起|时)废止")
_TITLE = re.compile(r"《([^《》]+(?:〈[^〈〉]+〉[^《》]*)?)》")
_FROM = re.compile(r"自\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*起\s*(?:施行|实施|生效)")
_NAMED_AS_SOURCE = re.compile(r"(?:根据|依照|按照|依据)$")


@dataclass(frozen=True)
class RepealClause:
    """`address` (an article of `by_law`) repeals `law`, as of `since`."""

    law: str
    since: date
    by_law: str
    by_version: date
    address: str


def repeal_clauses(
    articles: Iterable[tuple[str, date, date, str, str]],
) -> Iterator[RepealClause]:
    """Yield what the clauses repeal.

    Args:
        articles: (law, version, effective_from, article label, text) of every article that may hold one.
    """
    for law, version, effective, label, text in articles:
        stated = _FROM.search(text)
        since = date(int(stated[1]), int(stated[2]), int(stated[3])) if stated else effective
        for sentence in re.split(r"[。\n]", text):
            if not _REPEALS.search(sentence):
                continue
            for match in _TITLE.finditer(sentence):
                title = short_title(match[1])
                if title != law and not _NAMED_AS_SOURCE.search(sentence[: match.start()]):
                    yield RepealClause(title, since, law, version, f"{law}{label}")
