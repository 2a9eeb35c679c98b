"""The learnt ranking over a BEIR folder, with a ranker and questions made here."""

import json
from pathlib import Path

import pytest

import corpora
from eval import beir
from eval.ranked import attach, pools, ranked_rankings
from eval.retrieval import encode, lexical_rankings, run_retrieval
from kb.embedding.load import load_embedder
from kb.errors import NotReady
from kb.lexical.encoder import load_encoder
from kb.ranking.questions import PredictedQuestions, load_questions, question_vectors, text_print
from kb.settings import Settings, get_settings
from tests.kb.ranking.handmade import content, ranker

# Written for this test; no statute.
CORPUS = [
    ("a", "某法第一条", "邻居的树枝越过围墙伸进院子，主人应当修剪。"),
    ("b", "某法第二条", "老板不按月给工人发工资，工人可以要求补发。"),
    ("c", "他法第一条", "夫妻分开以后，孩子由谁带由两人商量。"),
    ("d", "他法第二条", "狗咬伤了路人，由养狗的人赔医药费。"),
]
#: The second is asked in words that say nothing of its answer: only the predicted question leads there.
QUESTIONS = {"1": ("隔壁树枝伸到我家院子", "a"), "2": ("毛孩子惹祸了，树枝和院子都没事", "d")}

ASKED = "BM25 + predicted questions"


@pytest.fixture
def settings() -> Settings:
    found = Settings(home=get_settings().home)
    load_embedder(found)  # before corpora is moved: the model may lie there
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [json.dumps({"_id": i, "title": t, "text": x}, ensure_ascii=False) for i, t, x in CORPUS]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    asked = [json.dumps({"_id": i, "text": q}, ensure_ascii=False) for i, (q, _) in QUESTIONS.items()]
    (tmp_path / "queries.dev.jsonl").write_text("\n".join(asked), "utf-8")
    (tmp_path / "qrels").mkdir()
    lines = [f"{i}\t{gold}\t1" for i, (_, gold) in QUESTIONS.items()]
    (tmp_path / "qrels" / "dev.tsv").write_text("\n".join(lines), "utf-8")
    return tmp_path


@pytest.fixture
def shipped(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Corpora with a ranker that looks at predicted questions alone, and one question for each of a and d."""
    root = tmp_path / "corpora"
    (root / "ranker").mkdir(parents=True)
    (root / "questions").mkdir()
    key = load_embedder(settings).key
    (root / "ranker" / "ranker.json").write_text(json.dumps(content({"asked": 1.0}, key)), "utf-8")
    asked = {"d": "毛孩子惹祸了怎么办", "a": "隔壁的树长过来了"}
    titles, texts = {i: t for i, t, _ in CORPUS}, {i: x for i, _, x in CORPUS}
    rows = [f"{titles[i]}\t{text_print(texts[i])}\t{question}" for i, question in asked.items()]
    (root / "questions" / "some.tsv").write_text("\n".join(["articles\tprints\tquestion", *rows]), "utf-8")
    monkeypatch.setattr(corpora, "ROOT", root)
    return root


def test_ranked_is_measured_beside_the_others(folder: Path, shipped: Path, settings: Settings) -> None:
    rows = run_retrieval(folder, "dev", settings=settings)
    assert [row.system for row in rows] == ["BM25", ASKED, "Dense", "Hybrid", "Ranked"]
    assert rows[4].measures["MRR@10"] == 1.0
    assert rows[0].measures["MRR@10"] < 1.0  # by words, the second question is about branches
    (alone,) = run_retrieval(folder, "dev", ["ranked"], settings=settings)
    assert alone == rows[4]


@pytest.mark.parametrize("absent", ["ranker/ranker.json", "questions/some.tsv"])
def test_without_a_ranker_the_others_are_measured(
    folder: Path, shipped: Path, settings: Settings, absent: str
) -> None:
    (shipped / absent).unlink()
    assert [r.system for r in run_retrieval(folder, "dev", settings=settings)] == [
        "BM25",
        ASKED,
        "Dense",
        "Hybrid",
    ]
    with pytest.raises(NotReady, match="排序模型"):
        run_retrieval(folder, "dev", ["ranked"], settings=settings)


def test_candidates_come_from_all_three(folder: Path, shipped: Path, settings: Settings) -> None:
    data = beir.load(folder, "dev")
    encoded = encode(data, settings)
    lexical = {"1": [("b", 2.5)], "2": []}
    questions = load_questions()
    predicted = PredictedQuestions(questions, question_vectors(load_embedder(settings), questions))
    asked = attach(data, predicted)
    assert set(asked.rows) == {"a", "d"}
    encoder = load_encoder(settings.home / "cache")
    first, second = pools(data, encoded, lexical, asked, encoder, dense_candidates=1)
    assert [f.key for f in first.found] == ["a", "b", "d"]  # nearest by meaning, by words, by questions
    assert [f.lexical for f in first.found] == [0.0, 2.5, 0.0]
    assert (first.found[0].law, first.found[0].number, first.found[0].text) == ("某法", 1, CORPUS[0][2])
    for found in first.found:  # also what the search by meaning left out
        row = [d.id for d in data.documents].index(found.key)
        assert found.cosine == pytest.approx(float(encoded.passages[row] @ encoded.queries["1"]), abs=1e-5)
    assert second.query == "2" and {"a", "d"} <= {f.key for f in second.found}
    assert second.asked["d"][0] > second.asked["a"][0]


def test_an_amended_document_has_no_questions(folder: Path, shipped: Path, settings: Settings) -> None:
    data = beir.load(folder, "dev")
    rows = [(d.id, d.title, d.text.replace("狗", "猫")) for d in data.documents]
    questions = load_questions()
    predicted = PredictedQuestions(questions, question_vectors(load_embedder(settings), questions))
    assert set(predicted.attach(rows).rows) == {"a"}


def test_the_order_is_the_rankers(folder: Path, shipped: Path, settings: Settings) -> None:
    """By cosine alone, the order is that of the search by meaning."""
    data = beir.load(folder, "dev")
    encoded = encode(data, settings)
    asked = attach(data, PredictedQuestions([], encoded.passages[:0]))
    encoder = load_encoder(settings.home / "cache")
    lexical = lexical_rankings(data, settings)
    found = ranked_rankings(ranker(cosine=1.0), pools(data, encoded, lexical, asked, encoder, 200))
    for query, vector in encoded.queries.items():
        cosines = dict(zip([d.id for d in data.documents], encoded.passages @ vector, strict=True))
        assert [key for key, _ in found[query]] == sorted(cosines, key=lambda key: -cosines[key])
