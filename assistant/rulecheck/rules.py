"""The written legal rules of oversteps.toml, loaded and compiled once."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.rulecheck.types import Verdict

_TERM = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class Provision:
    """An address a rule rests on, and the days on which that number is the right one."""

    address: str
    since: date = date.min
    until: date = date.max


@dataclass(frozen=True)
class Rule:
    """One written rule; the fields are those of oversteps.toml."""

    kind: str
    verdict: Verdict
    act: tuple[re.Pattern[str], ...]
    context: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    near: str
    authority: bool
    provisions: tuple[Provision, ...]
    reason: str
    rewording: str

    def addresses(self, on: date) -> list[str]:
        """Return the addresses that hold on the day `on`, in order."""
        return [p.address for p in self.provisions if p.since <= on <= p.until]


@lru_cache
def load_rules() -> tuple[Rule, ...]:
    """Return the rules in file order.

    Raises:
        KeyError: when a rule names a term or a dated provision that is not defined.
        re.error: when a regex is malformed.
    """
    text = files("assistant.rulecheck").joinpath("oversteps.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return tuple(_rule(raw, data["terms"], data["dated"]) for raw in data["rule"])


def _rule(raw: dict[str, Any], terms: dict[str, str], dated: dict[str, list[dict[str, Any]]]) -> Rule:
    def compiled(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_expand(pattern, terms), re.MULTILINE) for pattern in raw.get(name, ()))

    provisions: list[Provision] = []
    for entry in raw["provisions"]:
        if entry.startswith("@"):
            provisions += [
                Provision(d["address"], d.get("from", date.min), d.get("until", date.max))
                for d in dated[entry[1:]]
            ]
        else:
            provisions.append(Provision(entry))
    return Rule(
        kind=raw["kind"],
        verdict=raw["verdict"],
        act=compiled("act"),
        context=compiled("with"),
        unless=compiled("unless"),
        near=raw.get("near", "clause"),
        authority=raw.get("authority", True),
        provisions=tuple(provisions),
        reason=raw["reason"],
        rewording=raw["rewording"],
    )


def _expand(pattern: str, terms: dict[str, str]) -> str:
    return _TERM.sub(lambda m: _expand(terms[m[1]], terms), pattern)
