"""The lists that generated records are filled from: eight pools for development, one for what is held out."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).with_name("sets") / "redaction-words.toml"


@dataclass(frozen=True)
class Pool:
    """What records are filled with.

    Attributes:
        surnames: from frequent to rare; drawn with a weight that falls with the rank.
        compound: surnames of two characters.
        names: given names of two characters as people have them.
        given: characters that given names are put together from.
        wide: characters that are rare in names.
        wordy: given names of two characters that are also words.
        whole: whole names that are also words.
        dotted: first and last parts of names with a dot.
        plain: names of other peoples without one.
        hotlines: public numbers; they must survive, as must bodies, laws and orgs.
    """

    surnames: str
    compound: tuple[str, ...]
    names: tuple[str, ...]
    given: str
    wide: str
    wordy: tuple[str, ...]
    whole: tuple[str, ...]
    dotted: tuple[tuple[str, ...], ...]
    plain: tuple[str, ...]
    villages: tuple[str, ...]
    communities: tuple[str, ...]
    roads: tuple[str, ...]
    towns: tuple[str, ...]
    bodies: tuple[str, ...]
    laws: tuple[str, ...]
    orgs: tuple[str, ...]
    hotlines: tuple[str, ...]


@lru_cache
def pools(held_out: bool) -> tuple[Pool, ...]:
    """Return the pools of the records held out, or of those for development."""
    tables = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return tuple(
        Pool(**{key: _tuple(value) for key, value in tables[name].items()})
        for name in (
            ("held",)
            if held_out
            else ("tuned", "second", "fresh", "sealed", "last", "newest", "north", "south")
        )
    )


def _tuple(value: Any) -> Any:
    return tuple(_tuple(v) for v in value) if isinstance(value, list) else value
