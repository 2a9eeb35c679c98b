"""What lies outside the chat: other countries' law, people's private data, things that aren't law."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: The kind of questions about other matters: written patterns only suspect it.
NOT_LAW = "not_law"
_THANKS = re.compile(r"谢|辛苦|麻烦|好的|[好行]了|知道|晓得|明白|再见|拜拜")


@dataclass(frozen=True)
class Outside:
    """Why a question is not answered, and where to go."""

    kind: str
    reason: str
    where: tuple[str, ...]


@lru_cache
def _load() -> dict[str, Any]:
    return tomllib.loads(files("assistant.chat").joinpath("scope.toml").read_text("utf-8"))


def outside(question: str) -> Outside | None:
    """Return why the question is out of scope by a written rule, None when no rule says so."""
    for entry in _load()["outside"]:
        if any(re.search(p, question) for p in entry.get("unless", ())):
            continue
        if any(re.search(p, question) for p in entry["patterns"]):
            return Outside(entry["kind"], entry["reason"], tuple(entry["where"]))
    return None


def courtesy(words: str) -> Outside:
    """Return what is said to a greeting or a word of thanks; `where` has questions that one may ask."""
    entry = _load()["courtesy"]
    said = entry["thanks" if _THANKS.search(words) else "greeting"]
    return Outside("courtesy", said, tuple(entry["where"]))


def unsure() -> Outside:
    """Return the refusal for want of evidence."""
    entry = _load()["defaults"]
    return Outside("unsure", entry["reason"], tuple(entry["where"]))
