from datetime import date

from eval.systems.base import Shelf, distinct, in_force, plain_jieba
from kb.base import KnowledgeBase
from tests.eval.conftest import SOME


def test_in_force_holds_what_is_law_on_the_day(shelf: Shelf, kb: KnowledgeBase) -> None:
    addresses = [a.address for a in shelf.articles]
    assert len(addresses) == len(set(addresses)) > 20_000
    assert set(SOME) <= set(addresses)
    for article in shelf.articles[::2000]:
        found = kb.resolve(article.address, shelf.on)
        assert found.provision is not None
        assert (found.in_force, found.provision.id) == (True, article.id)
        assert article.passages[0].startswith(article.address)


def test_in_force_follows_the_day(kb: KnowledgeBase) -> None:
    """The Civil Code is law since 2021-01-01, as its own article 1260 says."""
    before = {a.address for a in in_force(kb.catalog, date(2020, 12, 31))}
    assert not {a for a in before if a.startswith("民法典")}
    assert "民法典第一千二百六十条" in {a.address for a in in_force(kb.catalog, date(2021, 1, 1))}


def test_plain_jieba_has_no_words_of_ours(kb: KnowledgeBase) -> None:
    plain = plain_jieba(kb.settings.home / "cache")
    for term in ("侵权责任编", "消保法"):
        assert term in kb.lexical.tokens.terms(term)
        assert not plain.FREQ.get(term)


def test_distinct_keeps_the_first() -> None:
    assert distinct(["b", "a", "b", "c"], 2) == ["b", "a"]
