"""The causes of everyday disputes: recognised by written patterns, each with the provisions that decide it."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

STRONG, WEAK = 3.0, 1.0
#: What a strong match of a general cause counts.
GENERAL = 2.0
_CLAUSE = re.compile(r"[^，,。！？!?；;：:、\n]+")


@dataclass(frozen=True)
class CauseProvision:
    """An address and what the provision is about."""

    address: str
    matter: str


@dataclass(frozen=True)
class Cause:
    """One cause of action."""

    id: str
    type: str
    label: str
    strong: tuple[re.Pattern[str], ...]
    words: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    lead: str
    provisions: tuple[CauseProvision, ...]
    ask: tuple[str, ...]
    papers: tuple[str, ...]
    general: bool = False


@dataclass(frozen=True)
class CauseMatch:
    """A cause found in a text: its score, the matched words and the clause of the first strong match."""

    cause: Cause
    score: float
    words: tuple[str, ...]
    fact: str
    strong: int


@lru_cache
def load_causes() -> tuple[Cause, ...]:
    """Return the shipped causes, compiled."""
    data = tomllib.loads(files("assistant.desks").joinpath("causes.toml").read_text("utf-8"))

    def compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(p) for p in patterns)

    return tuple(
        Cause(
            id=raw["id"],
            type=raw["type"],
            label=raw["label"],
            strong=compiled(raw["strong"]),
            words=compiled(raw.get("words", [])),
            unless=compiled(raw.get("unless", [])),
            lead=raw["lead"],
            provisions=tuple(_provision(line) for line in raw["provisions"]),
            ask=tuple(raw.get("ask", [])),
            papers=tuple(raw.get("papers", [])),
            general=raw.get("general", False),
        )
        for raw in data["cause"]
    )


def _provision(line: str) -> CauseProvision:
    address, matter = (part.strip() for part in line.split("|", 1))
    return CauseProvision(address, matter)


def match_causes(text: str) -> list[CauseMatch]:
    """Return the causes in `text`, best first; a cause needs one strong match or two weak ones.

    `unless` takes one strong match away, not all of them: in a long story a single word that
    points elsewhere must not hide the cause.
    """
    found = [match for cause in load_causes() if (match := _match(cause, text))]
    return sorted(found, key=lambda m: -m.score)


def _match(cause: Cause, text: str) -> CauseMatch | None:
    strong = [m for pattern in cause.strong if (m := pattern.search(text))]
    weak = [m for pattern in cause.words if (m := pattern.search(text))]
    if not strong and len(weak) < 2:
        return None
    score = (GENERAL if cause.general else STRONG) * len(strong) + WEAK * len(weak)
    if any(pattern.search(text) for pattern in cause.unless):
        score -= STRONG
    if score < (GENERAL if strong else 2 * WEAK):
        return None
    best = (strong or weak)[0]
    words = tuple(dict.fromkeys(m[0] for m in [*strong, *weak]))
    return CauseMatch(cause, score, words, clause_at(text, best.start(), best.end()), len(strong))


def leading(causes: Sequence[CauseMatch]) -> list[CauseMatch]:
    """Return the best cause and at most two others that are nearly as clear."""
    if not causes:
        return []
    floor = max(STRONG, causes[0].score * 0.55)
    return [m for m in causes[:3] if m is causes[0] or (m.strong and m.score >= floor)]


def clauses(text: str) -> list[str]:
    """Return the clauses of a text, in order."""
    return [m.group().strip() for m in _CLAUSE.finditer(text) if m.group().strip()]


def clause_at(text: str, start: int, end: int, limit: int = 40) -> str:
    """Return, verbatim, the clauses that [start, end) touches, at most `limit` characters."""
    spans = [(m.start(), m.end()) for m in _CLAUSE.finditer(text) if m.start() < end and m.end() > start]
    if not spans:
        return text[start:end][:limit]
    return text[spans[0][0] : spans[-1][1]].strip()[:limit]
