"""How well the grounding gate tells what a provision bears out: precision and recall on claim–provision pairs.

Each pair (sets/claims-*.jsonl) is a sentence with its citation and a label. Quotations are not in the file: `{text}`
stands for the provision's text on the day, with the pair's edits made, so that no statute is typed from memory.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.grounding.check import check_text
from assistant.grounding.gate import STANDS
from assistant.grounding.types import CheckRequest
from eval.asking import opened
from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.settings import Settings

SETS = Path(__file__).with_name("sets")
#: For development; held out; held out, by others, and run far more seldom.
DEVELOPMENT, HELD_OUT, FRESH = (SETS / f"claims-{name}.jsonl" for name in ("dev", "test", "fresh"))
Label = Literal[
    "supported",
    "contradicted",
    "unsupported",
    "wrong_article",
    "repealed",
    "altered_number",
    "flipped_modality",
    "invented_law",
]
#: What is wrong with the citation itself, and what is wrong with what is said of it.
WRONG_CITATION: tuple[Label, ...] = ("wrong_article", "repealed", "invented_law")
UNSUPPORTED: tuple[Label, ...] = ("unsupported", "contradicted", "altered_number", "flipped_modality")
BARS = {"wrong_citation": 0.99, "unsupported": 0.90, "precision": 0.85}


@dataclass(frozen=True)
class Pair:
    """A claim as it is checked.

    Attributes:
        address: what it cites, canonical; '' for a law that doesn't exist.
        on: the day whose law applies.
    """

    id: str
    label: Label
    claim: str
    address: str
    on: date


def load_pairs(kb: KnowledgeBase, path: Path) -> list[Pair]:
    """Return the pairs of a set, quotations filled in from the knowledge base.

    Raises:
        BadRequest: the file is missing, or a line isn't a pair, with its number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadRequest(f"没有核查用的句子集 {path}", "请从完整的代码仓库运行。") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(_pair(kb, json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise BadRequest(
                f"{path.name} 第 {number} 行不对：{error}", "每行应有 id、label、claim、address。"
            ) from error
    return found


def _pair(kb: KnowledgeBase, row: dict[str, Any]) -> Pair:
    if row["label"] not in get_args(Label):
        raise ValueError(f"label {row['label']}")
    on, claim = date.fromisoformat(row["on"]) if row.get("on") else today(), row["claim"]
    if "{text}" in claim:
        text = kb.resolve(row["address"], on).text
        if not text:
            raise ValueError(f"no text at {row['address']}")
        for old, new in row.get("edit", ()):
            if old not in text:
                raise ValueError(f"{old!r} is not in {row['address']}")
            text = text.replace(old, new, 1)
        claim = claim.replace("{text}", text.strip())
    return Pair(row["id"], row["label"], claim, row["address"], on)


@dataclass(frozen=True)
class Judged:
    """A pair, the worst verdict of its claims, and whether the gate would let all of it pass."""

    pair: Pair
    verdict: str
    passes: bool


def judge(kb: KnowledgeBase, pairs: Sequence[Pair], progress: Progress = lambda *_: None) -> list[Judged]:
    """Check every pair as `fengqiao check` does."""
    found = []
    for done, pair in enumerate(pairs, 1):
        claims = check_text(kb, CheckRequest(text=pair.claim, on=pair.on)).claims
        bad = [c.verdict for c in claims if c.verdict not in STANDS]
        cited = any(c.citations for c in claims)
        found.append(Judged(pair, (bad or [c.verdict for c in claims])[0], not bad and cited))
        progress("核查", done, len(pairs))
    return found


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return recall by label and group, and precision: the share of what was stopped that is not supported."""
    stopped = [j for j in judged if not j.passes]
    wrong = sum(j.pair.label != "supported" for j in stopped)

    def recall(labels: Sequence[str]) -> float:
        of = [j for j in judged if j.pair.label in labels]
        return sum(not j.passes for j in of) / len(of) if of else 1.0

    labels = [label for label in get_args(Label) if label != "supported"]
    right = [j for j in judged if j.pair.label == "supported"]
    return {
        "pairs": len(judged),
        "wrong_citation": recall(WRONG_CITATION),
        "unsupported": recall(UNSUPPORTED),
        "precision": wrong / len(stopped) if stopped else 1.0,
        "supported_passed": sum(j.passes for j in right) / len(right) if right else 1.0,
        "by_label": {
            label: {"pairs": sum(j.pair.label == label for j in judged), "stopped": recall([label])}
            for label in labels
        },
        "verdicts": {
            label: dict(Counter(j.verdict for j in judged if j.pair.label == label))
            for label in get_args(Label)
        },
    }


def run_claims(
    settings: Settings, file: Path = HELD_OUT, progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """Return the figures over the settings' knowledge base.

    Args:
        file: the set.

    Raises:
        BadRequest: the set can't be read.
        NotReady: there is no index yet, or no ranker for the embedding model.
        kb.store.lock.IndexHeld: a running service has the index.
    """
    with opened(settings) as kb:
        pairs = load_pairs(kb, file)
        return figures(judge(kb, pairs, progress))
