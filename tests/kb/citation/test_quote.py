"""Is a quotation verbatim? Width, blanks and quotation marks don't matter; words and their order do."""

import pytest

from kb.catalog.catalog import Catalog
from kb.citation.quote import plain, same_text


@pytest.fixture(scope="module")
def article(laws: Catalog) -> str:
    version = laws.versions("民法典")[0]
    found = laws.article(version.id, 1067)
    assert found is not None
    return found.text


def test_the_whole_and_its_parts(article: str) -> None:
    first, second = article.split("\n")
    assert same_text(article, article)
    assert same_text(second, article)
    assert same_text(second[5:20], article)
    assert same_text(f"“{first[:12]}”"[1:-1], article)


def test_blanks_and_width_do_not_matter(article: str) -> None:
    assert same_text(article.replace("，", " ,\n"), article)
    assert same_text(article.replace("\n", "　"), article)


@pytest.mark.parametrize(
    "change", [lambda t: t[1:10] + t[12:20], lambda t: t[:10] + "不" + t[10:20], lambda t: t[20:30] + t[:10]]
)
def test_changed_words_do(article: str, change) -> None:  # type: ignore[no-untyped-def]
    assert not same_text(change(article), article)


def test_an_ellipsis_leaves_out_but_never_turns_round(article: str) -> None:
    first, second = article.split("\n")
    for mark in ("……", "..."):
        assert same_text(first.replace("要求父母", mark), article)
        assert not same_text(f"{second[-10:]}{mark}{first[:10]}", article)


def test_an_ellipsis_leaves_out_neither_a_negation_nor_a_rule_between(article: str) -> None:
    first, second = article.split("\n")
    assert "不履行" in second
    assert not same_text(second.replace("不履行", "……履行"), article)
    # the condition of one rule with the consequence of the other
    assert not same_text(f"{first[:10]}……{second[-10:]}", article)


@pytest.mark.parametrize("nothing", ["", " ", "……", "　\n"])
def test_nothing_is_no_quotation(article: str, nothing: str) -> None:
    assert not same_text(nothing, article)


def test_plain_makes_alike() -> None:
    assert plain("第１０ 条，“甲”") == plain("第10条,「甲」")
