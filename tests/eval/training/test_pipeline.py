"""All stages on a model of two layers: what they learn from, and that a stopped run resumes."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.beir import Document
from eval.training.batches import Item
from eval.training.config import Config, load_config
from eval.training.data import Material, Narrative
from eval.training.encoder import Encoder
from eval.training.pipeline import train_model
from eval.training.ranking import embed
from eval.training.stages import Ground, narrative_items, run_stage
from eval.training.tokens import Tokens
from kb.embedding.folder import plain_bert
from kb.embedding.precision import PASSAGES, QUESTIONS
from tests.eval.training.stand_in import write_model

TEXTS = (*QUESTIONS, *PASSAGES)
CAUSES = ("借款", "借款", "相邻", "借款")


@pytest.fixture
def material() -> Material:
    documents = [Document(str(n), f"某法第{c}条", TEXTS[-1 - n]) for n, c in enumerate("一二三四五六")]
    return Material(
        documents=documents,
        asked=[Item(q, (n,)) for n, q in enumerate(TEXTS[:6])],
        judged=[Item(q[::-1], (n,)) for n, q in enumerate(TEXTS[:6])],
        ids=[str(n) for n in range(6)],
        narratives=[
            Narrative(c, (documents[n].title, "别法第一条"), f"{c}{n}") for n, c in enumerate(CAUSES)
        ],
        row_of={d.title: n for n, d in enumerate(documents)},
    )


@pytest.fixture
def config() -> Config:
    config = load_config()
    small = {"epochs": 1, "batch": 3, "run": 2, "frozen": 1, "negative_ranks": (1, 4)}
    stages = [stage.model_copy(update=small) for stage in config.stage]
    return config.model_copy(update={"stage": stages})


@pytest.fixture
def ground(tmp_path: Path, material: Material, config: Config) -> Ground:
    base = write_model(tmp_path / "work" / "base", layers=2)
    tokens = Tokens(base, config)
    passages = tokens.passages([d.embed_text for d in material.documents])
    return Ground(
        config, material, tokens, passages, embed(Encoder(base), passages), list(range(6)), "texts 1"
    )


class Steps:
    """Counts the steps of each stage; stops the run, as Ctrl-C does, at the first of one."""

    def __init__(self, stop_at: str = "") -> None:
        self.count: Counter[str] = Counter()
        self._stop_at = stop_at

    def __call__(self, name: str, done: int, total: int, loss: float) -> None:
        if name == self._stop_at:
            raise KeyboardInterrupt
        self.count[name] += 1
        assert self.count[name] == done <= total and np.isfinite(loss)


def run(ground: Ground, judged: list[int] | None = None, tag: str = "all", stop_at: str = "") -> set[str]:
    """Return the names of the stages that were trained."""
    steps = Steps(stop_at)
    try:
        train_model(ground, ground.tokens.folder.parent, judged, tag, steps)
    except KeyboardInterrupt:
        assert stop_at
    return set(steps.count)


ALL = {"questions", "narratives", "consultations-all"}


def test_every_stage_goes_on_from_the_one_before(ground: Ground) -> None:
    work = ground.tokens.folder.parent
    last = train_model(ground, work, None, "all")
    assert last == work / "consultations-all" and plain_bert(last)
    assert sorted(p.name for p in work.iterdir()) == sorted({"base", *ALL})
    weights = [Encoder(work / name).tensors() for name in ("base", "questions", "narratives", last.name)]
    frozen, learns = "encoder.layer.0.output.dense.weight", "encoder.layer.1.output.dense.weight"
    for before, after in pairwise(weights):
        assert torch.equal(before[frozen], after[frozen])
        assert not torch.equal(before[learns], after[learns])


def test_a_stage_may_keep_some_of_the_weights_before_it(ground: Ground) -> None:
    *_, last = ground.config.stage
    start = ground.tokens.folder
    name = "encoder.layer.1.output.dense.weight"
    before = Encoder(start).tensors()[name]
    free, kept = (
        run_stage(ground, last.model_copy(update={"keep": keep}), start).tensors()[name]
        for keep in (0.0, 0.5)
    )
    assert not torch.equal(free, before)
    torch.testing.assert_close(kept, (free + before) / 2)


def test_a_stopped_run_goes_on_after_its_last_finished_stage(ground: Ground) -> None:
    assert run(ground, stop_at="narratives") == {"questions"}
    assert not (ground.tokens.folder.parent / "narratives").exists()
    assert run(ground) == {"narratives", "consultations-all"}
    assert run(ground) == set()


def test_half_a_checkpoint_does_not_count(ground: Ground) -> None:
    run(ground)
    target = ground.tokens.folder.parent / "narratives"
    (target / "done").unlink()
    target.rename(target.with_name("narratives.new"))  # as a kill while writing leaves it
    assert run(ground) == {"narratives"}
    assert not target.with_name("narratives.new").exists()


def test_folds_share_what_has_not_seen_a_judged_question(ground: Ground) -> None:
    run(ground)
    assert run(ground, [0, 1, 2], "0") == {"consultations-0"}
    assert run(ground, [3, 4, 5], "1") == {"consultations-1"}
    assert run(ground, [0, 1, 2], "0") == set()
    assert run(ground, [0, 1, 3], "0") == {"consultations-0"}


def test_what_was_trained_otherwise_is_trained_anew(ground: Ground) -> None:
    run(ground)
    stages = list(ground.config.stage)
    stages[1] = stages[1].model_copy(update={"learning_rate": 1e-3})
    config = ground.config.model_copy(update={"stage": stages})
    assert run(replace(ground, config=config)) == {"narratives", "consultations-all"}
    assert run(replace(ground, config=config, key="texts 2")) == ALL
    assert run(replace(ground, config=config, key="texts 2")) == set()


def test_a_narrative_goes_to_its_articles_and_to_its_cause(material: Material) -> None:
    items = narrative_items(material, 6, seed=1)
    by_text = {n.text: [i for i in items if i.question == n.text] for n in material.narratives}
    articles, cause = by_text["借款0"]
    assert articles.gold == (0,) and set(cause.gold) == {7, 9}
    # Its own text, its cause and its article: nothing of these is wrong for either.
    assert set(articles.also) == set(cause.also) == {0, 6, 7, 9}
    (alone,) = by_text["相邻2"]
    assert alone.gold == (2,) and set(alone.also) == {2, 8}
