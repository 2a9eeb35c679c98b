"""The whole run on thirty articles, from a BEIR folder to model, ranker and table."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from eval.retrieval import run_retrieval
from eval.training.config import load_config
from eval.training.run import OUTSIDE, Note, Outcome, run_training
from kb.clock import today
from kb.embedding.builder import NAME
from kb.embedding.load import load_embedder
from kb.embedding.shipped_model import SUMS, problem
from kb.errors import BadRequest
from kb.ranking.causes import load_causes
from kb.ranking.features import NAMES
from kb.ranking.model import load_ranker
from kb.ranking.prototypes import load_prototypes
from kb.settings import Settings, get_settings
from tests.eval.training.beir_folder import QUESTIONS, write_beir, write_config

STAGES = {"questions", "consultations-all", "consultations-0", "consultations-1"}


class Run:
    """What a finished run left, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        self.settings = Settings(home=get_settings().home, embedding_precision="fp32")
        write_beir(folder / "data")
        write_config(folder / "own.toml")
        self.notes: list[str] = []
        self.outcome, self.trained = self.again(self.out, note=self.notes.append)

    def again(self, out: Path, cross: bool = True, note: Note = lambda _: None) -> tuple[Outcome, set[str]]:
        """Return the outcome and the names of the stages that were trained."""
        seen: set[str] = set()
        config = load_config(self.folder / "own.toml")
        outcome = run_training(
            self.folder / "data",
            "dev",
            config,
            self.settings,
            out,
            cross,
            lambda name, *_: seen.add(name),
            note,
        )
        return outcome, seen & STAGES


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("training"))


pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def test_every_stage_and_every_fold_is_trained(run: Run) -> None:
    assert run.trained == STAGES
    assert [note[:9] for note in run.notes] == ["交叉验证 1/2，", "交叉验证 2/2，"]


def test_the_model_loads_and_knows_what_it_learnt(run: Run) -> None:
    assert run.outcome.model == run.out / "tiny" and problem(run.outcome.model) is None
    settings = run.settings.model_copy(update={"embedding_model": str(run.outcome.model)})
    embedder = load_embedder(settings)
    vectors = embedder.embed_queries(["隔壁养的狗把我咬了"])
    assert vectors.shape == (1, 384) and np.linalg.norm(vectors) == pytest.approx(1, abs=1e-3)
    measures = {
        model: run_retrieval(
            run.folder / "data",
            "dev",
            ["dense"],
            settings=run.settings.model_copy(update={"embedding_model": model}),
        )[0].measures["MRR@10"]
        for model in (NAME, str(run.outcome.model))
    }
    # On the very questions it learnt from.
    assert measures[str(run.outcome.model)] >= measures[NAME]


def test_the_ranker_is_that_models(run: Run) -> None:
    settings = run.settings.model_copy(update={"embedding_model": str(run.outcome.model)})
    key = load_embedder(settings).key
    ranker = load_ranker(key, run.outcome.ranker)
    assert ranker is not None and load_ranker("another", run.outcome.ranker) is None
    scores = ranker.scores(np.zeros((3, len(NAMES)), np.float32))
    assert np.isfinite(scores).all()


def test_what_ships_beside_it_is_that_models_too(run: Run) -> None:
    settings = run.settings.model_copy(update={"embedding_model": str(run.outcome.model)})
    embedder = load_embedder(settings)
    ranker = load_ranker(embedder.key, run.outcome.ranker)
    assert ranker is not None
    law, weather = embedder.embed_queries(["隔壁养的狗把我咬了，能要求赔医药费吗", "明天下不下雨"])
    assert ranker.answerable(law) > 0.5 > ranker.answerable(weather)
    prototypes = load_prototypes(embedder.key, run.out / f"{embedder.key}.prototypes.npz")
    assert len(prototypes.questions) > len(QUESTIONS) and prototypes.vectors.shape[1] == 384
    causes = load_causes(embedder.key, run.out / f"{embedder.key}.causes.npz")
    assert causes is not None
    told = embedder.embed_queries(["钱某向孙某借款三万元，约定一年归还，到期后分文未还，孙某多次催要无果"])[0]
    assert next(iter(causes.profile(told))) in ("民间借贷纠纷", "借款合同纠纷")


def test_the_table_says_when_and_from_what(run: Run) -> None:
    found = json.loads((run.out / "results.json").read_text("utf-8"))
    assert found["date"] == today().isoformat()
    assert re.fullmatch(r"[0-9a-f]{7,40}|unknown", found["commit"])
    assert found["config"]["name"] == "tiny" and found["config"]["folds"] == 2
    assert found["measures"] == run.outcome.table and found["auroc"] == run.outcome.auroc
    assert set(run.outcome.table) == {"dense", "ranked", "narratives, dense", "narratives, ranked"}
    assert run.outcome.auroc is not None and 0.5 < run.outcome.auroc <= 1
    for measures in run.outcome.table.values():
        assert 0 <= measures["R@5"] <= measures["R@10"] <= measures["R@100"] <= 1
    # All thirty articles are candidates: a right one missed would be a right one lost.
    assert run.outcome.table["dense"]["R@100"] == run.outcome.table["ranked"]["R@100"] == 1.0
    table = (run.out / "results.md").read_text("utf-8")
    assert f"{found['date']}, commit {found['commit']}, 2-fold" in table
    card = (run.outcome.model / "README.md").read_text("utf-8")
    assert table.strip() in card


def test_a_finished_run_trains_nothing_again(run: Run) -> None:
    sums = (run.outcome.model / SUMS).read_text("utf-8").splitlines()
    ranker = (run.out / "ranker.json").read_bytes()
    outcome, trained = run.again(run.out)
    assert outcome.table == run.outcome.table and not trained
    again = (run.outcome.model / SUMS).read_text("utf-8").splitlines()
    assert [line for line in again if "README" not in line] == [line for line in sums if "README" not in line]
    assert (run.out / "ranker.json").read_bytes() == ranker


def test_without_cross_validation_there_is_a_model_alone(run: Run) -> None:
    fresh = run.folder / "alone"
    shutil.copytree(run.out / "checkpoints", fresh / "checkpoints")
    outcome, trained = run.again(fresh, cross=False)
    assert outcome.ranker is None and outcome.table == {} and not trained
    assert problem(outcome.model) is None and not (fresh / "ranker.json").exists()
    assert "Not measured" in (fresh / "results.md").read_text("utf-8")


def test_what_lies_in_the_way_is_told_before_training(run: Run) -> None:
    taken = run.folder / "taken"
    (taken / "tiny").mkdir(parents=True)
    (taken / "tiny" / "thesis.txt").write_text("years of work")
    with pytest.raises(BadRequest, match="别的文件"):
        run.again(taken)
    assert not (taken / "checkpoints").exists()


def test_questions_without_an_answer_are_told_apart_from_ours() -> None:
    outside = {json.loads(line)["question"] for line in OUTSIDE.read_text("utf-8").splitlines()}
    assert len(outside) > 500 and not outside & {text for text, _ in QUESTIONS}
