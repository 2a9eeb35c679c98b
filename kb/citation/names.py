"""Which law a written name means: full titles, short titles, abbreviations, repealed titles."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import corpora

_PRC = "中华人民共和国"
_NPCSC = "全国人民代表大会常务委员会"
_INNER = str.maketrans("〈〉", "《》")
_VERSION_TAIL = re.compile(r"[（(](?:\d{4}|[一二〇零○0-9年]{2,}).{0,8}(?:修正|修订|年|版)?[）)]$")


def short_title(title: str) -> str:
    """Return the canonical short title: no 书名号, no 中华人民共和国, no year in brackets.

    >>> short_title("《中华人民共和国民法典》")
    '民法典'
    >>> short_title("中华人民共和国民事诉讼法（2023修正）")
    '民事诉讼法'
    """
    plain = re.sub(r"[\s　]+", "", title).strip("《》〈〉<>“”\"'")
    plain = plain.replace("(", "（").replace(")", "）")
    stripped = _VERSION_TAIL.sub("", plain)
    if "修正案" not in stripped:
        plain = stripped
    return plain.removeprefix(_PRC) if plain != _PRC else plain


@dataclass(frozen=True)
class Repealed:
    """A title that is no longer law: since when, by which provision, replaced by which law."""

    law: str
    since: date
    by_law: str
    by_address: str


@lru_cache
def shipped_aliases() -> dict[str, str]:
    """Return the abbreviations of corpora/aliases.toml."""
    data = tomllib.loads(corpora.path("aliases.toml").read_text(encoding="utf-8"))
    return {str(k): str(v) for k, v in data["aliases"].items()}


class LawNames:
    """Finds law names in text; longest match first.

    Args:
        titles: canonical short titles of every law in the catalog.
        repealed: titles outside the catalog that some law in it repeals.
        aliases: abbreviation → canonical title; those whose target is unknown still resolve to
            their target, so that the answer can say what is missing.
    """

    def __init__(
        self,
        titles: Iterable[str],
        repealed: Iterable[Repealed] = (),
        aliases: dict[str, str] | None = None,
    ) -> None:
        self.titles = set(titles)
        self.repealed = {r.law: r for r in repealed}
        self.aliases = dict(shipped_aliases() if aliases is None else aliases)
        known = sorted(self.titles | set(self.repealed) | set(self.aliases), key=len, reverse=True)
        alternation = "|".join(map(re.escape, known)) or "(?!)"
        self._bare = re.compile(f"(?:{_PRC})?({alternation})")

    def canonical(self, written: str) -> str:
        """Return the canonical short title of a written name; unknown names come back shortened.

        >>> LawNames(["民事诉讼法"]).canonical("《民诉法》")
        '民事诉讼法'
        """
        short = short_title(written)
        for title in (short, short.translate(_INNER).replace("全国人大常委会", _NPCSC)):
            if title in self.titles or title in self.repealed:
                return title
        return self.aliases.get(short, short)

    def known(self, law: str) -> bool:
        """Return whether the canonical title is a law in the catalog."""
        return law in self.titles

    def match(self, text: str) -> re.Match[str] | None:
        """Return the known name that `text` begins with."""
        return self._bare.match(text)

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        """Yield matches of bare known names in `text`; group 1 is the name without the prefix."""
        return self._bare.finditer(text)

    def suggestions(self, law: str, limit: int = 3) -> list[str]:
        """Return the known titles most like an unknown one."""
        return difflib.get_close_matches(law, self.titles, n=limit, cutoff=0.6)
