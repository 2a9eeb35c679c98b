"""Fit when the chat answers and when it refuses: `python -m eval.training.refusal`, about an hour on one core.

It learns from questions written for it alone (sets/asked.jsonl: answerable and not, sets/outside.jsonl: not), of
which neither encoder nor ranker has seen the answerable ones, and from predicted questions. Cross-validated figures are printed; what is
reported is measured on eval/sets, of which nothing is read here.
"""

import argparse
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

import corpora
from assistant.chat.confidence import NAMES, gather
from assistant.chat.judge import FILE, Floats, Judge, Panel, question_states
from assistant.desks.causes import match_causes
from eval.redaction_pools import pools
from eval.redaction_words import person
from kb.base import KnowledgeBase
from kb.clock import today
from kb.embedding.base import Vectors
from kb.embedding.weights import store
from kb.ranking.questions import load_questions
from kb.search.types import SearchRequest
from kb.settings import get_settings

SETS = Path(__file__).with_name("sets")
DEPTH, FOLDS, SEEDS = 12, 5, (0, 1)
EPOCHS, BATCH, RATE = 20, 32, 1e-3
#: Predicted questions that are learnt from beside those written for it.
PREDICTED = 2500
_ARTICLE = re.compile(r"第[零一二三四五六七八九十百千\d]+条")
_SOMEBODY = re.compile(r"邻居|隔壁(?!村)|老板|房东|他(?!们)|那人")
#: Share of the questions about somebody that name him.
NAMED = 1 / 3


def questions() -> list[tuple[str, bool]]:
    """Return questions, and whether the shelves answer them.

    Those that cite an article are left out: they are answered by looking it up. A third of those that speak of
    somebody have a name there, answerable or not: a name must not look like asking after other people's affairs.
    """
    asked = [json.loads(line) for line in (SETS / "asked.jsonl").read_text("utf-8").splitlines()]
    never = [json.loads(line) for line in (SETS / "outside.jsonl").read_text("utf-8").splitlines()]
    found = [(r["question"], bool(r.get("answerable"))) for r in [*asked, *never]]
    chance = random.Random(SEEDS[0])  # noqa: S311 -- questions, not secrets
    return [(_named(q, chance), label) for q, label in found if not _ARTICLE.search(q)]


def _named(question: str, chance: random.Random) -> str:
    somebody = _SOMEBODY.search(question)
    if somebody is None or chance.random() > NAMED:
        return question
    name = person(chance, chance.choice(pools(held_out=False))).full
    return question[: somebody.start()] + name + question[somebody.end() :]


class Asked(NamedTuple):
    """Questions as the networks see them: (pieces, dim) states each, (n, numbers), and (n,) whether answerable."""

    states: list[Vectors]
    numbers: Floats
    answerable: NDArray[np.int64]


def gathered(kb: KnowledgeBase, asked: Sequence[tuple[str, bool]]) -> Asked:
    """Return the evidence for questions, each searched."""
    on, states, rows = today(), [], []
    for done, (question, _) in enumerate(asked, 1):
        request = SearchRequest(query=question, kinds=["provision"], on=on, limit=DEPTH)
        found = gather(kb, question, on, kb.search(request).hits, match_causes(question))
        rows.append(found.numbers)
        states.append(question_states(question))
        if done % 200 == 0:
            print(f"{done}/{len(asked)}", flush=True)  # noqa: T201
    return Asked(states, np.array(rows), np.array([int(answerable) for _, answerable in asked]))


def predicted(count: int, asked: Asked) -> Asked:
    """Return predicted questions as answerable ones: of all law, in plain and in formal words.

    They are part of what is searched, so what the search finds for them says nothing: they get the numbers of
    answerable questions drawn by chance.
    """
    chance = random.Random(SEEDS[0])  # noqa: S311
    texts = chance.sample([question.text for question in load_questions()], count)
    others = np.flatnonzero(asked.answerable == 1).tolist()
    numbers = asked.numbers[chance.choices(others, k=count)]
    return Asked([question_states(text) for text in texts], numbers, np.ones(count, np.int64))


def joined(first: Asked, second: Asked) -> Asked:
    """Return both, in order."""
    return Asked(
        first.states + second.states,
        np.concatenate([first.numbers, second.numbers]),
        np.concatenate([first.answerable, second.answerable]),
    )


def fit(asked: Asked, rows: NDArray[np.int64], seeds: Sequence[int], model: str) -> Panel:
    """Return networks trained on some of the questions.

    Args:
        rows: positions of those to learn from.
        seeds: one network each.
        model: key of the embedding model.
    """
    mean, scale = asked.numbers[rows].mean(axis=0), asked.numbers[rows].std(axis=0) + 1e-6
    judges = [_judge(asked, rows, (mean, scale), seed) for seed in seeds]
    return Panel(judges, mean, scale, model, NAMES)


def _judge(asked: Asked, rows: NDArray[np.int64], norm: tuple[Floats, Floats], seed: int) -> Judge:
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    judge = Judge(asked.states[0].shape[1], asked.numbers.shape[1]).train()
    optimiser = torch.optim.AdamW(judge.parameters(), RATE, weight_decay=0.02)
    order = [n for _ in range(EPOCHS) for n in chance.permutation(rows).tolist()]
    batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    for step, batch in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 30) * max(0.03, 1 - step / len(batches))
        right = torch.from_numpy(asked.answerable[batch]).float()
        loss = F.binary_cross_entropy_with_logits(judge(*tensors(asked, batch, norm)), right)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return judge.eval()


def tensors(asked: Asked, batch: Sequence[int], norm: tuple[Floats, Floats]) -> tuple[Tensor, Tensor, Tensor]:
    """Return padded states, their lengths and standardised numbers of some questions."""
    lengths = torch.tensor([len(asked.states[n]) for n in batch])
    padded = nn.utils.rnn.pad_sequence([torch.from_numpy(asked.states[n]) for n in batch], batch_first=True)
    return padded, lengths, torch.from_numpy((asked.numbers[list(batch)] - norm[0]) / norm[1]).float()


def cross_validated(asked: Asked) -> Floats:
    """Return (n,) probabilities, each by a network that hasn't seen the question; it has seen predicted ones."""
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    found = np.zeros(len(asked.answerable))
    both = joined(asked, predicted(PREDICTED, asked))
    more = np.arange(len(found), len(both.answerable))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEEDS[0])
    for train, test in folds.split(asked.numbers, asked.answerable):
        judges = fit(both, np.concatenate([train, more]), SEEDS[:1], "")
        for at in range(0, len(test), 64):
            batch = test[at : at + 64].tolist()
            with torch.inference_mode():
                odds = judges.judges[0](*tensors(asked, batch, (judges.mean, judges.scale)))
            found[batch] = torch.sigmoid(odds).numpy()
    return found


def save(judges: Panel, file: Path) -> None:
    """Write networks, in halves."""
    store(
        judges.judges, file, dim=judges.judges[0].state.in_features, model=judges.model, features=judges.features,
        mean=judges.mean.tolist(), scale=judges.scale.tolist(),
    )  # fmt: skip


def main() -> None:
    """Fit and write the shipped networks; print cross-validated figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with KnowledgeBase.open(get_settings()) as kb:
        asked, key = gathered(kb, questions()), kb.embedder.key
    chance, right = cross_validated(asked), asked.answerable == 1
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        wrong, refused = (chance[~right] >= threshold).mean(), (chance[right] < threshold).mean()
        print(f"{threshold}：不该答而答 {wrong:.3f}，该答而拒 {refused:.3f}", flush=True)  # noqa: T201
    both = joined(asked, predicted(PREDICTED, asked))
    save(fit(both, np.arange(len(both.answerable)), SEEDS, key), corpora.path("ranker", FILE))


if __name__ == "__main__":
    main()
