"""Passages of real law: nothing lost, nothing too long for the model, ids that stay."""

from datetime import date

import pytest

from kb.catalog.catalog import Catalog
from kb.model import LawVersion, MediationCase, Passage, Provision, ReviewedQA, Village, VillageRule
from kb.passages.cases import case_passages
from kb.passages.provisions import MAX_PIECES, PIECE, WHOLE, provision_passages
from kb.passages.qa import qa_passages
from kb.passages.rules import rule_passages
from tests.law_catalog import laws

__all__ = ["laws"]

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def cut(laws: Catalog) -> list[tuple[Provision, LawVersion, list[Passage]]]:
    return [
        (p, version, provision_passages(p, version))
        for version in laws.laws(limit=1000)
        for p in laws.provisions(version.id)
    ]


def test_every_article_has_a_passage(cut: list[tuple[Provision, LawVersion, list[Passage]]]) -> None:
    assert len(cut) == 26193
    assert all(passages for _, _, passages in cut)


def test_ids_are_unique_and_point_to_the_article(
    cut: list[tuple[Provision, LawVersion, list[Passage]]],
) -> None:
    ids = [p.id for _, _, passages in cut for p in passages]
    assert len(ids) == len(set(ids))
    assert all(p.parent_id == article.id for article, _, passages in cut for p in passages)


def test_a_short_article_is_one_passage_and_a_long_one_loses_nothing(
    cut: list[tuple[Provision, LawVersion, list[Passage]]],
) -> None:
    for article, _, passages in cut:
        if len(article.text) <= WHOLE:
            assert [p.text for p in passages] == [article.text]
        elif len(passages) < MAX_PIECES:
            assert "".join("".join(p.text for p in passages).split()) == "".join(article.text.split())


def test_only_tables_behind_a_law_are_cut_short(
    cut: list[tuple[Provision, LawVersion, list[Passage]]],
) -> None:
    cut_short = {article.address for article, _, passages in cut if len(passages) == MAX_PIECES}
    assert cut_short == {
        "印花税法第二十条", "环境保护税法第二十九条", "资源税法第十七条", "香港特别行政区基本法第一百六十条"
    }  # fmt: skip


def test_no_passage_is_longer_than_the_model_reads(
    cut: list[tuple[Provision, LawVersion, list[Passage]]],
) -> None:
    """e5 reads 512 tokens; a Chinese character is about 0.7 of one."""
    for article, _, passages in cut:
        for passage in passages:
            assert len(passage.text) <= 3 * PIECE, article.address
            assert passage.text.strip(), article.address


def test_passages_carry_what_search_filters_by(
    cut: list[tuple[Provision, LawVersion, list[Passage]]],
) -> None:
    for article, version, passages in cut[::13]:
        for passage in passages:
            assert passage.kind == "provision"
            assert passage.law == version.law
            assert (passage.effective_from, passage.effective_until) == (
                version.effective_from,
                version.effective_until,
            )
            assert passage.address == article.address
            assert passage.embed_text.startswith(article.address)


def test_a_part_names_the_paragraphs_it_holds(
    cut: list[tuple[Provision, LawVersion, list[Passage]]],
) -> None:
    article, _, passages = next(entry for entry in cut if entry[0].address == "民法典第一千零七十九条")
    assert len(article.text) <= WHOLE
    assert [p.part for p in passages] == [""]
    long = [(a, p) for a, _, p in cut if len(a.text) > WHOLE and len(p) > 1]
    assert long
    for article, passages in long[::20]:
        assert all(p.part.startswith("第") and p.part.endswith("款") for p in passages), article.address


def test_cases_show_facts_and_outcome() -> None:
    case = MediationCase(
        id="c", name="甲乙相邻纠纷案", keywords=["相邻"], facts="树枝过界。", result="修剪树枝。", handling="上门。",
        dispute_type="邻里", village="v", scope="village:v",
    )  # fmt: skip
    found = case_passages(case)
    assert [(p.part, p.text) for p in found] == [("基本案情", "树枝过界。"), ("处理与结果", "修剪树枝。")]
    assert {(p.kind, p.dispute_type, p.village, p.scope, p.parent_id) for p in found} == {
        ("case", "邻里", "v", "village:v", "c")
    }
    assert case_passages(MediationCase(id="x", name="空案")) == []


def test_rules_and_answers_are_one_passage_each() -> None:
    rule = VillageRule(
        id="r", village="v", village_name="某村", index=3, label="三、", text="红事不得超过二十桌。"
    )
    (passage,) = rule_passages(rule, Village(id="v", name="某村", place=["某省"]))
    assert (passage.address, passage.village, passage.kind) == ("某村村规民约第3条", "v", "rule")
    qa = ReviewedQA(id="q", question="问？", answer="答。", approved_on=TODAY, author="甲", reviewer="乙")
    (passage,) = qa_passages(qa)
    assert (passage.kind, passage.address, passage.text) == ("qa", "问？", "答。")
