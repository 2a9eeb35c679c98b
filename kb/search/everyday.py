"""From everyday words to the words of statutes: 树枝伸到我家院子 is 相邻关系."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("everyday.toml")
_GAP = "[^。；]{0,12}?"


@lru_cache
def _entries() -> list[tuple[list[re.Pattern[str]], str]]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [([re.compile(w.replace("〜", _GAP)) for w in e["when"]], str(e["terms"])) for e in data["entry"]]


def legal_terms(query: str, limit: int = 3) -> list[str]:
    """Return statutory wordings of what a query tells in everyday words, at most `limit` of them.

    >>> legal_terms("邻居家树枝伸到我家院子")
    ['相邻关系 不动产 相邻权利人']
    """
    return [terms for patterns, terms in _entries() if any(p.search(query) for p in patterns)][:limit]
