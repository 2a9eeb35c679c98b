"""The written risk rules, read once from risks.toml."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class RiskRule:
    """One kind of risk: what shows it, what undoes the find, and what to do."""

    kind: str
    label: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    phones: tuple[str, ...]
    advice: str
    mediable: bool
    basis: tuple[str, ...]
    advice_past: str = ""
    past_mediable: bool = False
    negatable: bool = True


@dataclass(frozen=True)
class RiskRules:
    """All rules, and what each phone number is."""

    rules: tuple[RiskRule, ...]
    phones: dict[str, str] = field(default_factory=dict)


@lru_cache
def load_rules() -> RiskRules:
    """Return the shipped rules, compiled."""
    data = tomllib.loads(files("assistant.risk").joinpath("risks.toml").read_text("utf-8"))
    macros: dict[str, str] = data["macros"]

    def compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_expand(p, macros)) for p in patterns)

    rules = tuple(
        RiskRule(
            kind=raw["kind"],
            label=raw["label"],
            patterns=compiled(raw["patterns"]),
            unless=compiled(raw.get("unless", [])),
            phones=tuple(raw["phones"]),
            advice=raw["advice"],
            mediable=raw["mediable"],
            basis=tuple(raw["basis"]),
            advice_past=raw.get("advice_past", ""),
            past_mediable=raw.get("past_mediable", False),
            negatable=raw.get("negatable", True),
        )
        for raw in data["risk"]
    )
    return RiskRules(rules, data["phones"])


def _expand(pattern: str, macros: dict[str, str]) -> str:
    for name, words in macros.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{words})")
    return pattern
