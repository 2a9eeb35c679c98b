"""Alike cases and cited articles: figures worked out by hand, and a run over a small folder."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from eval.beir import Dataset, Document
from eval.mediation import (
    SameCause,
    case_vectors,
    cited_dataset,
    measure_cited,
    run_mediation,
    same_cause,
    similarity,
)
from eval.mediation_cases import Case
from eval.ranked import Encoded
from kb.embedding.cache import EmbeddingCache
from kb.embedding.load import load_embedder
from kb.errors import BadRequest
from kb.ranking.causes import WEIGHT, Causes
from kb.settings import Settings, get_settings
from tests.eval.small import ship, write_lines

# Written for this test; no statute.
DOG = "狗咬伤了路人，由养狗的人赔医药费。"
WAGES = "老板不按月给工人发工资，工人可以要求补发。"
ARTICLES = [("某法第一条", DOG), ("某法第二条", WAGES), ("某法第三条", "孩子由谁带，由父母两人商量。")]


@pytest.fixture
def settings() -> Settings:
    return Settings(home=get_settings().home)


def test_similarity_by_hand() -> None:
    queries = np.array([[1, 0], [0, 1]], np.float32)
    passages = np.array([[0.6, 0.8], [1, 0]], np.float32)
    assert similarity(queries, passages) == pytest.approx(np.array([[0.6, 1.0], [0.8, 0.0]]))
    causes = Causes(["甲", "乙"], np.eye(2, dtype=np.float32) * 1000, np.zeros(2, np.float32))
    # queries are surely of 甲 and of 乙; passages of 乙 and of 甲
    expected = np.array([[0.6, 1.0 + WEIGHT], [0.8 + WEIGHT, 0.0]])
    assert similarity(queries, passages, causes) == pytest.approx(expected)


def test_precision_by_hand() -> None:
    """Two causes of six and a case of none; that one is the nearest to all, so one place in five is lost."""
    causes = [*["甲纠纷"] * 6, *["乙纠纷"] * 6, ""]
    alike = np.array([[float(a == b) for b in causes] for a in causes], np.float32)
    alike[:, 12] = alike[12, :] = 2.0
    np.fill_diagonal(alike, 9.0)  # a case is not its own neighbour
    assert same_cause(causes, alike) == SameCause(12, 2, among_all=0.8, among_common=1.0)


def test_a_rare_cause_is_not_asked_for_but_stands_in_the_way() -> None:
    """Of 甲, the two rare cases take two places of five; as candidates of common causes they are gone."""
    causes = [*["甲纠纷"] * 6, "丙纠纷", "丙纠纷"]
    alike = np.ones((8, 8), np.float32)
    alike[:, 6:] = 2.0
    assert same_cause(causes, alike) == SameCause(6, 1, among_all=0.6, among_common=1.0)


def test_five_cases_are_too_few() -> None:
    causes = [*["甲纠纷"] * 5, *[""] * 9]
    with pytest.raises(BadRequest, match="多于 5 件"):
        same_cause(causes, np.zeros((14, 14), np.float32))


def test_cited_articles_are_found_in_the_corpus() -> None:
    documents = [
        Document("d1", "某法第一条", "甲"),
        Document("d2", "某法第二条", "乙"),
        Document("d3", "某法第二条", "乙"),  # the corpus has a few articles twice
    ]
    cases = [
        Case("甲事", "", ("《某法》第2条", "《某法》第99条")),
        Case("乙事", "", ("《他法》第1条",)),
        Case("丙事", "", ("《中华人民共和国某法》第1条", "《某法》第2条")),
    ]
    data = cited_dataset(cases, documents)
    assert data.queries == {"0": "甲事", "2": "丙事"}
    assert data.qrels == {"0": {"d2": 1}, "2": {"d1": 1, "d2": 1}}
    with pytest.raises(BadRequest, match="一条也没有"):
        cited_dataset(cases[1:2], documents)


def test_dense_recall_by_hand(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirteen articles, the first the nearest: of what a case cites, the first ten are found."""
    ship(tmp_path / "corpora", monkeypatch, {}, [])
    documents = [Document(f"d{n}", f"某法第{n}条", "文") for n in range(13)]
    cases = {"0": {"d0": 1}, "1": {"d9": 1, "d10": 1}, "2": {"d12": 1}}
    passages = np.linspace(1, 0.1, 13, dtype=np.float32)[:, None]
    data = Dataset(documents, dict.fromkeys(cases, "事"), cases)
    encoded = Encoded(passages, {query: np.ones(1, np.float32) for query in cases})
    with closing(EmbeddingCache(tmp_path / "cache.db")) as cache:
        (row,) = measure_cited(data, encoded, settings, load_embedder(settings), cache)
    assert (row.system, row.questions) == ("Dense", 3)
    assert row.measures == {"R@10": 0.5, "R@100": 1.0}


def test_vectors_of_cases_are_kept(settings: Settings, tmp_path: Path) -> None:
    embedder = load_embedder(settings)
    cases = [Case(DOG, "", ()), Case(WAGES, "", ())]
    with closing(EmbeddingCache(tmp_path / "cache.db")) as cache:
        queries, passages = case_vectors(cases, embedder, cache)
        assert cache.count(embedder.key) == 4
        again, _ = case_vectors(cases, embedder, cache)
    assert np.array_equal(queries, again)
    direct = embedder.embed_queries([DOG, WAGES])
    assert np.einsum("nd,nd->n", queries, direct) == pytest.approx([1, 1], abs=0.01)
    assert not np.allclose(queries, passages, atol=0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A BEIR folder, and six cases about a dog and six about wages beside it; the last one cites nothing."""
    data = tmp_path / "data"
    (data / "qrels").mkdir(parents=True)
    rows = [{"_id": f"d{n}", "title": title, "text": text} for n, (title, text) in enumerate(ARTICLES)]
    write_lines(data / "corpus.jsonl", rows)
    write_lines(data / "queries.dev.jsonl", [{"_id": "1", "text": "问"}])
    (data / "qrels" / "dev.tsv").write_text("1\td0\t1", "utf-8")
    whose = ("老张", "老李", "老王", "老赵", "老钱", "老孙")
    cases = [
        *(
            {"关键词": "动物纠纷", "基本案情": f"{w}家的狗咬了人。", "引用法条": ["《某法》第1条"]}
            for w in whose
        ),
        *(
            {"关键词": "劳动争议", "基本案情": f"{w}欠工人工资。", "引用法条": ["《某法》第2条"]}
            for w in whose
        ),
    ]
    write_lines(tmp_path / "cases.jsonl", [*cases[:-1], cases[-1] | {"引用法条": []}])
    return tmp_path


def test_a_run_over_a_small_folder(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """By predicted questions alone, in which the dog's article is the one that is always nearest."""
    ship(folder / "corpora", monkeypatch, {"asked": 1.0}, [("某法第一条", DOG, "狗咬了人谁赔")])
    found = run_mediation(folder / "cases.jsonl", folder / "data", "dev", settings)
    assert (found["cases"], found["same_cause"]["queries"], found["same_cause"]["causes"]) == (12, 12, 2)
    assert found["same_cause"]["among_all"] == found["same_cause"]["among_common"] == 1.0
    cited = found["cited"]
    assert (cited["cases"], cited["articles"], cited["corpus"]) == (11, 11, 3)
    assert [row["system"] for row in cited["systems"]] == ["Dense", "Ranked"]
    assert all(row["measures"] == {"R@10": 1.0, "R@100": 1.0} for row in cited["systems"])


def test_without_a_ranker_dense_alone_is_measured(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(folder / "corpora", monkeypatch, {}, [])
    found = run_mediation(folder / "cases.jsonl", folder / "data", "dev", settings)
    assert [row["system"] for row in found["cited"]["systems"]] == ["Dense"]
