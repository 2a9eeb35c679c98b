"""The systems that run in this process."""

import builtins
from typing import Any

import pytest

from eval.systems.base import Shelf
from eval.systems.ours import ours
from eval.systems.plain_bm25 import plain_bm25
from eval.systems.zero_shot import zero_shot
from kb.embedding import builder
from kb.errors import NotReady
from kb.settings import Settings


def quiet(stage: str, done: int, total: int) -> None:
    pass


def test_ours_gives_whole_articles(shelf: Shelf) -> None:
    with ours(shelf, quiet) as system:
        found = system.search("民法典第一千零六十七条第二款", 5)
        assert found[0] == "民法典第一千零六十七条"
        assert len(found) == len(set(found)) == 5
        assert set(found) <= {a.address for a in shelf.articles}


def test_bm25_ranks_what_shares_rare_words(small_shelf: Shelf) -> None:
    seen = []
    with plain_bm25(small_shelf, lambda *step: seen.append(step)) as system:
        assert system.search("借款人应当按照约定的期限返还借款", 3)[0] == "民法典第六百七十五条"
        assert system.search("zzz", 3) == []
        assert len(system.search("饲养的动物", 100)) <= len(small_shelf.articles)
    assert seen[-1] == ("BM25 分词", 10, 10)


def test_without_bm25s_it_says_so(small_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name == "bm25s":
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(NotReady, match="没有安装 bm25s"), plain_bm25(small_shelf, quiet):
        pass


def test_zero_shot_finds_by_meaning(small_shelf: Shelf) -> None:
    seen = []
    with zero_shot(small_shelf, lambda *step: seen.append(step)) as system:
        assert system.search("养的狗咬伤了人由谁赔偿", 1) == ["民法典第一千二百四十五条"]
        found = system.search("养的狗咬伤了人由谁赔偿", 100)
        assert sorted(found) == sorted(a.address for a in small_shelf.articles)
    passages = sum(len(a.passages) for a in small_shelf.articles)
    assert seen[-1] == ("e5 计算向量", passages, passages)
    with zero_shot(small_shelf, quiet) as system:
        assert system.note.endswith(f"{passages} 段，向量已有")


def test_zero_shot_is_the_built_model_whatever_the_settings_name(small_shelf: Shelf) -> None:
    class Kb:
        settings = Settings(home=small_shelf.kb.settings.home, embedding_model="no/such/folder")

    with zero_shot(Shelf(Kb(), small_shelf.on, small_shelf.articles), quiet) as system:
        assert system._embedder.name == builder.NAME
