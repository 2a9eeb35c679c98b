"""The shipped ranking as the knowledge base loads it, from files made here."""

import json
from pathlib import Path

import pytest

import corpora
from kb.base import KnowledgeBase
from kb.embedding.cache import EmbeddingCache, content_hash
from kb.ranking.questions import PREFIX, text_print
from kb.ranking.ranking import catalog_texts, load_ranking
from tests.kb.ranking.handmade import content

ADDRESS = "人民调解法第四条"


@pytest.fixture
def shipped(kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpora folder with a ranker for the model in use and one predicted question."""
    monkeypatch.setattr(corpora, "ROOT", tmp_path)
    for name in ("ranker", "questions"):
        (tmp_path / name).mkdir()
    ranker = content({"asked": 1.0}, kb.embedder.key)
    (tmp_path / "ranker" / "ranker.json").write_text(json.dumps(ranker), "utf-8")
    text = text_print(kb.resolve(ADDRESS).text)
    lines = f"articles\tprints\tquestion\n{ADDRESS}\t{text}\t请人调解要交钱吗\n"
    (tmp_path / "questions" / "some.tsv").write_text(lines, "utf-8")
    return tmp_path


def test_vectors_are_computed_once_and_matched_to_the_catalog(
    kb: KnowledgeBase, shipped: Path, tmp_path: Path
) -> None:
    cache = EmbeddingCache(tmp_path / "cache.db")
    ranking = load_ranking(kb.embedder, kb.catalog, cache)
    assert ranking is not None
    ranking.prepare()
    key = content_hash(PREFIX + "请人调解要交钱吗")
    vector = kb.embedder.embed_queries(["请人调解要交钱吗"])[0]
    assert cache.get(kb.embedder.key, [key])[key] @ vector > 0.999
    nearest = ranking.nearest(vector)
    provision = kb.resolve(ADDRESS).provision
    assert provision is not None
    assert nearest.first(5) == [provision.id]
    assert nearest.best[0] == pytest.approx(1.0, abs=1e-3)
    cache.close()


@pytest.mark.parametrize("absent", ["ranker/ranker.json", "questions/some.tsv"])
def test_half_of_it_is_none(kb: KnowledgeBase, shipped: Path, absent: str) -> None:
    (shipped / absent).unlink()
    assert load_ranking(kb.embedder, kb.catalog) is None


def test_a_ranker_of_another_model_is_none(kb: KnowledgeBase, shipped: Path) -> None:
    other = content({"asked": 1.0}, "another-model")
    (shipped / "ranker" / "ranker.json").write_text(json.dumps(other), "utf-8")
    assert load_ranking(kb.embedder, kb.catalog) is None


def test_the_texts_of_the_catalog_are_all_there(kb: KnowledgeBase) -> None:
    texts = {address: text for _, address, text in catalog_texts(kb.catalog)}
    assert texts[ADDRESS] == kb.resolve(ADDRESS).text
    assert len(list(catalog_texts(kb.catalog))) == kb.catalog.counts()["provisions"]
