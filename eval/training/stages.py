"""One stage of training: what it learns from, its negatives, and the run itself."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.training.batches import Item, mine
from eval.training.config import Config, Stage
from eval.training.data import Material
from eval.training.encoder import Encoder
from eval.training.loop import Recipe, Report, train
from eval.training.ranking import embed, nearest
from eval.training.tokens import Tokens
from kb.embedding.base import Vectors


@dataclass(frozen=True)
class Ground:
    """What the stages share.

    Attributes:
        passages: token ids by row.
        zero_shot: (documents, dim) vectors of the untrained model, to mine the early stages' negatives with.
        pool: rows among which the judged questions' negatives are mined and rankings are measured.
        key: digest of the untrained model and the texts: with others, checkpoints don't count.
    """

    config: Config
    material: Material
    tokens: Tokens
    passages: list[list[int]]
    zero_shot: Vectors
    pool: list[int]
    key: str = ""


def run_stage(
    ground: Ground,
    stage: Stage,
    start: Path,
    judged: Sequence[int] | None = None,
    report: Report | None = None,
) -> Encoder:
    """Train one stage on from the model in `start` and return the encoder.

    Args:
        judged: which judged questions to learn from (a fold's), by position; None for all.
    """
    encoder = Encoder(start, frozen=stage.frozen)
    items, passages, questions = _material(ground, stage, start, judged)
    recipe = Recipe(
        epochs=stage.epochs,
        batch=stage.batch,
        run=stage.run,
        learning_rate=stage.learning_rate,
        temperature=stage.temperature,
        negatives=stage.negatives,
        seed=ground.config.seed,
    )
    train(encoder, items, questions, passages, recipe, report)
    if stage.keep:
        encoder.interpolate(start, stage.keep)
    return encoder


def _material(
    ground: Ground, stage: Stage, start: Path, judged: Sequence[int] | None
) -> tuple[list[Item], list[list[int]], dict[str, list[int]]]:
    material, tokens = ground.material, ground.tokens
    if stage.source == "beir":
        chosen = range(len(material.judged)) if judged is None else judged
        items = [material.judged[n] for n in chosen]
        questions = tokens.questions([i.question for i in items])
        model = Encoder(start)
        vectors = embed(model, [ground.passages[row] for row in ground.pool])
        ranked = np.array(ground.pool)[
            nearest(embed(model, [questions[i.question] for i in items]), vectors, stage.negative_ranks[1])
        ]
        return _mined(items, ranked, stage), ground.passages, questions
    items = list(material.asked)
    if stage.source == "narratives":
        rng = random.Random(ground.config.seed)  # noqa: S311 (no secret)
        items = rng.sample(items, min(stage.sample, len(items)))
    questions = tokens.questions([i.question for i in items])
    if items:
        asked = embed(Encoder(ground.tokens.folder), [questions[i.question] for i in items])
        items = _mined(items, nearest(asked, ground.zero_shot, stage.negative_ranks[1]), stage)
    if stage.source == "questions":
        return items, ground.passages, questions
    texts = [n.text for n in material.narratives]
    questions |= tokens.questions(texts, narrative=True)
    passages = ground.passages + tokens.passages(texts, narrative=True)
    return items + narrative_items(material, len(ground.passages), ground.config.seed), passages, questions


def _mined(
    items: Sequence[Item], ranked: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", stage: Stage
) -> list[Item]:
    return mine(items, {n: row.tolist() for n, row in enumerate(ranked)}, *stage.negative_ranks)


def narrative_items(material: Material, first: int, seed: int) -> list[Item]:
    """Return each narrative twice: with its articles, and with up to two others of its cause.

    Args:
        first: row of the first narrative among the passages.
    """
    rng = random.Random(seed)  # noqa: S311 (no secret)
    by_cause: dict[str, list[int]] = defaultdict(list)
    for n, narrative in enumerate(material.narratives):
        by_cause[narrative.cause].append(first + n)
    items = []
    for n, narrative in enumerate(material.narratives):
        gold = tuple(material.row_of[a] for a in narrative.articles if a in material.row_of)
        same = [row for row in by_cause[narrative.cause] if row != first + n]
        right = (*gold, *same, first + n)  # in one batch, neither item takes the other's answers for wrong
        if gold:
            items.append(Item(narrative.text, gold, also=right))
        if same:
            some = tuple(rng.sample(same, min(2, len(same))))
            items.append(Item(narrative.text, some, also=right))
    return items
