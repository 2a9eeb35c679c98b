"""The latency bench over a BEIR folder of thirty articles."""

from pathlib import Path

import pytest

from eval.beir import Document
from eval.corpus_bench import fill, run_corpus_bench
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.errors import BadRequest
from kb.settings import Settings
from tests.eval.training.beir_folder import QUESTIONS, write_beir


@pytest.mark.long
def test_every_article_is_searched_through_the_product(base_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "cache").symlink_to(base_home / "cache", target_is_directory=True)
    stages: set[str] = set()
    data = write_beir(tmp_path / "data")
    found = run_corpus_bench(
        data, "dev", Settings(home=home), rounds=2, progress=lambda stage, *_: stages.add(stage)
    )
    assert found["articles"] == found["passages"] == 30
    assert found["questions"] == len(QUESTIONS) and found["ranked"]
    total, embedding = found["latency_ms"]["total"], found["latency_ms"]["embedding"]
    assert total["n"] == 2 * len(QUESTIONS)
    assert 0 < embedding["p50"] < total["p50"] <= total["p95"]
    assert stages == {"入库", "提问"}


def test_the_catalog_is_filled_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    documents = [
        Document("1", "某法第一条", "甲"),
        Document("2", "某法第三条", "乙"),
        Document("3", "他法第一条", "丙"),
    ]
    for _ in range(2):
        fill(settings, documents)
    catalog = Catalog(get_engine(settings))
    (law,) = catalog.versions("某法")
    assert [p.address for p in catalog.provisions(law.id)] == ["某法第一条", "某法第三条"]
    assert catalog.counts()["provisions"] == 3
    fill(settings, documents[:1])
    assert catalog.counts()["provisions"] == 1


def test_titles_must_be_addresses(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="没有一个是法条的地址"):
        fill(Settings(home=tmp_path), [Document("1", "某决定", "甲")])
