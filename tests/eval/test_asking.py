from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from eval import gate
from eval.asking import Reply, ask, load_sets, opened
from eval.gate import GATE, Question
from kb.base import KnowledgeBase
from kb.errors import BadRequest, NotReady
from kb.ranking.questions import Question as Predicted
from kb.ranking.questions import text_print
from kb.ranking.ranking import Ranking
from kb.settings import Settings, get_settings
from tests.eval.small import FREE, ODD, free_text, mediation_law
from tests.ingest.tree import small_home
from tests.kb.ranking.handmade import ranker

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """One law, ordered by how near the one predicted question is."""
    with mediation_law(tmp_path_factory.mktemp("asking")) as kb:
        asked = Predicted(ODD, ((FREE, frozenset({text_print(free_text())})),))
        kb.ranking = Ranking(ranker(asked=1.0), [asked], kb.embedder, kb.catalog)
        kb.refresh()
        yield kb


def test_what_answers_comes_first(small: KnowledgeBase) -> None:
    seen: list[tuple[str, int, int]] = []
    questions = [Question("g1", ODD, (FREE,)), Question("u1", "红烧肉怎么炖才不柴", ())]
    right, wrong = ask(small, questions, TODAY, lambda *step: seen.append(step), "问")
    free = small.resolve(FREE, TODAY).provision
    assert free is not None
    assert (right.id, right.gold, right.hits[0]) == ("g1", {free.id}, free.id)
    assert right.first == right.confidence == pytest.approx(1.0, abs=0.02)  # low precision rounds
    assert right.first_is_gold
    assert len(right.hits) == len(wrong.hits) == 10
    assert wrong.gold == frozenset() and not wrong.first_is_gold
    assert 0 <= wrong.confidence < right.confidence
    assert seen == [("问", 1, 2), ("问", 2, 2)]


def test_a_cited_provision_has_no_probability_but_the_rest_have(small: KnowledgeBase) -> None:
    (reply,) = ask(small, [Question("g1", f"{FREE}是什么意思", (FREE,))], TODAY)
    assert reply.first is None
    assert reply.first_is_gold
    assert reply.confidence > 0


def test_gold_that_is_no_law_is_not_found(small: KnowledgeBase) -> None:
    (reply,) = ask(small, [Question("g1", ODD, ("民法典第一条",))], TODAY)
    assert reply.gold == frozenset() and not reply.first_is_gold


def test_nothing_found_has_no_confidence(small: KnowledgeBase) -> None:
    (reply,) = ask(small, [Question("g1", ODD, (FREE,))], date(1900, 1, 1))
    assert reply == Reply("g1", frozenset(), (), None, 0.0)


def test_both_sets_ship() -> None:
    right, wrong = load_sets()
    assert len(right) >= 150 and all(q.gold for q in right)
    assert len(wrong) >= 150 and not any(q.gold for q in wrong)
    assert not {q.id for q in right} & {q.id for q in wrong}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        ("not json", "第 1 行"),
        ("[1]", "第 1 行"),
        ('\n{"id": "u1"}', "第 2 行"),
        ('{"id": "u1", "question": " "}', "第 1 行没有问题"),
    ],
)
def test_a_bad_set_is_explained(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRequest, match=said):
        gate.load(path, answerable=False)
    with pytest.raises(BadRequest, match=said):
        load_sets(GATE, path)


def test_a_missing_set_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="没有问题集"):
        gate.load(tmp_path / "none.jsonl", answerable=False)


def test_an_empty_index_is_explained(tmp_path: Path) -> None:
    home = small_home(get_settings().home, tmp_path / "home")
    with pytest.raises(NotReady, match="空的"), opened(Settings(home=home)):
        pass
