"""The rules by which days are computed, on made-up laws, so that each rule stands alone."""

from datetime import date

from kb.validity.compute import VersionFacts, close_versions, effective_from
from kb.validity.corrections import Corrections, load
from kb.validity.repeals import RepealClause, repeal_clauses

NONE = Corrections(effective={}, repealed={}, amended={}, notes={})
D = date


def fact(
    law: str, version: date, stated: date | None = None, doc_type: str = "法律", status: str = "现行有效"
) -> VersionFacts:
    return VersionFacts(f"{law}{version}", law, version, stated, doc_type, status)


def test_the_stated_date_counts_unless_it_is_older_than_the_text() -> None:
    new, old = fact("甲法", D(2020, 1, 1), D(2020, 6, 1)), fact("乙法", D(2020, 1, 1), D(2000, 1, 1))
    found = effective_from([new, old], NONE)
    assert (found[new.id].effective_from, found[new.id].approximate) == (D(2020, 6, 1), False)
    assert (found[old.id].effective_from, found[old.id].approximate) == (D(2020, 1, 1), True)


def test_the_amending_decision_gives_the_date() -> None:
    law = fact("甲法", D(2020, 1, 1), D(2000, 1, 1))
    decision = fact(
        "全国人民代表大会常务委员会关于修改《中华人民共和国甲法》的决定",
        D(2020, 1, 1),
        D(2020, 3, 1),
        "修改决定",
    )
    found = effective_from([law, decision], NONE)
    assert found[law.id].effective_from == D(2020, 3, 1)
    assert not found[law.id].approximate


def test_a_decision_on_another_law_gives_nothing() -> None:
    law = fact("甲法", D(2020, 1, 1), D(2000, 1, 1))
    decision = fact(
        "全国人民代表大会常务委员会关于修改《中华人民共和国大甲法》的决定",
        D(2020, 1, 1),
        D(2020, 3, 1),
        "修改决定",
    )
    assert effective_from([law, decision], NONE)[law.id].approximate


def test_a_correction_comes_before_everything() -> None:
    law = fact("甲法", D(2020, 1, 1), D(2020, 6, 1))
    corrections = Corrections({("甲法", D(2020, 1, 1)): (D(2020, 9, 1), "公报")}, {}, {}, {})
    found = effective_from([law], corrections)[law.id]
    assert (found.effective_from, found.basis) == (D(2020, 9, 1), "公报")


def test_a_new_version_ends_the_old_one_the_day_before() -> None:
    old, new = fact("甲法", D(2000, 1, 1), D(2000, 2, 1)), fact("甲法", D(2020, 1, 1), D(2020, 6, 1))
    found = effective_from([new, old], NONE)
    close_versions([new, old], found, [], NONE)
    assert found[old.id].effective_until == D(2020, 5, 31)
    assert found[new.id].effective_until is None


def test_the_earliest_repeal_ends_a_law() -> None:
    law = fact("甲法", D(2000, 1, 1), D(2000, 2, 1))
    found = effective_from([law], NONE)
    clauses = [RepealClause("甲法", D(2022, 1, 1), "丙法", D(2021, 1, 1), "丙法第九条"),
               RepealClause("甲法", D(2021, 1, 1), "乙法", D(2020, 1, 1), "乙法第九条")]  # fmt: skip
    close_versions([law], found, clauses, NONE)
    assert (found[law.id].effective_until, found[law.id].replaced_by) == (D(2020, 12, 31), "乙法")


def test_a_repeal_older_than_the_text_does_not_end_it() -> None:
    """A title that was repealed and then used again for a new law."""
    law = fact("甲法", D(2020, 1, 1), D(2020, 2, 1))
    found = effective_from([law], NONE)
    close_versions(
        [law], found, [RepealClause("甲法", D(2010, 1, 1), "乙法", D(2009, 1, 1), "乙法第九条")], NONE
    )
    assert found[law.id].effective_until is None


def test_the_status_word_alone_never_ends_a_law() -> None:
    law = fact("甲法", D(2000, 1, 1), D(2000, 2, 1), status="已废止")
    found = effective_from([law], NONE)
    close_versions([law], found, [], NONE)
    assert found[law.id].effective_until is None
    assert "已废止" in found[law.id].disputed


def test_a_text_without_any_date_is_disputed() -> None:
    law = fact("甲办法", date.min, status="")
    found = effective_from([law], NONE)
    close_versions([law], found, [], NONE)
    assert "无法判断" in found[law.id].disputed


def test_repeal_clauses_are_read() -> None:
    text = "本法自2021年1月1日起施行。《中华人民共和国甲法》、《乙法》同时废止。"
    found = list(repeal_clauses([("丙法", D(2020, 5, 1), D(2020, 6, 1), "第九条", text)]))
    assert [(c.law, c.since, c.address) for c in found] == [
        ("甲法", D(2021, 1, 1), "丙法第九条"),
        ("乙法", D(2021, 1, 1), "丙法第九条"),
    ]


def test_titles_that_a_clause_only_mentions_are_not_repealed() -> None:
    texts = ["依照《甲法》的规定登记。", "根据《甲法》制定的办法同时废止。", "《丙法》同时废止。"]
    rows = [("丙法", D(2020, 5, 1), D(2020, 6, 1), "第九条", text) for text in texts]
    assert list(repeal_clauses(rows)) == []


def test_the_shipped_corrections_load() -> None:
    corrections = load()
    assert len(corrections.effective) > 100
    assert all(source for _, source in corrections.effective.values())
