"""Writing the catalog: all of a document or nothing, twice the same as once."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, select

from kb.catalog import tables as t
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.catalog.incoming import ArticleText, LawText, Parsed
from kb.catalog.qa_shelf import delete_qa, put_qa
from kb.catalog.revalidate import revalidate
from kb.catalog.writer import CatalogWriter, SourceRecord
from kb.model import MediationCase, ReviewedQA, Village, VillageRule, stable_id
from kb.settings import Settings


def source(name: str, content: str = "1") -> SourceRecord:
    return SourceRecord(stable_id("source", name), name, content.rjust(64, "0"), "1", "法律法规", name)


def law(title: str = "甲法", version: str = "2020-01-01", articles: int = 3, tail: str = "") -> LawText:
    return LawText(
        title,
        date.fromisoformat(version),
        tuple(
            ArticleText(f"第{'一二三四五六七八九'[n]}条", f"第{n + 1}号条文{tail}。", n + 1)
            for n in range(articles)
        ),
    )


def village(place: str = "某村", rules: int = 2) -> Parsed:
    found = [
        VillageRule(
            id=stable_id("rule", place, n),
            village=place,
            village_name=place,
            index=n,
            label=f"第{n}条",
            text=f"规约{n}",
        )
        for n in range(1, rules + 1)
    ]
    return Parsed(village=Village(id=place, name=place), rules=found)


def case(name: str) -> MediationCase:
    return MediationCase(id=stable_id("case", name), name=name, facts="经过", dispute_type="邻里")


def content(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table but the times of ingest."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                str([value for key, value in row._mapping.items() if key != "ingested_at"])
                for row in connection.execute(select(table))
            )
            for table in t.metadata.sorted_tables
            if table is not t.index_state
        }


def test_what_is_written_is_read_back(engine: Engine) -> None:
    written = CatalogWriter(engine).replace(
        source("a"), Parsed(laws=[law("中华人民共和国甲法")], cases=[case("一案")])
    )
    catalog = Catalog(engine)
    assert (written.items, written.duplicates) == (4, 0)
    (version,) = catalog.versions("甲法")
    assert version.full_title == "中华人民共和国甲法"
    assert [p.article for p in catalog.provisions(version.id)] == ["第一条", "第二条", "第三条"]
    assert [c.name for c in catalog.cases("邻里")] == ["一案"]
    assert [s.items for s in catalog.sources()] == [4]


def test_writing_twice_is_writing_once(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    parsed = Parsed(laws=[law(), law("乙法")], cases=[case("一案")])
    writer.replace(source("a"), parsed)
    once = content(engine)
    assert writer.replace(source("a"), parsed).duplicates == 0
    assert content(engine) == once


def test_a_new_edition_of_a_file_replaces_the_old(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law(articles=5), law("乙法")]))
    writer.replace(source("a", "2"), Parsed(laws=[law(articles=2, tail="（改）")]))
    catalog = Catalog(engine)
    (version,) = catalog.versions("甲法")
    assert [p.text for p in catalog.provisions(version.id)] == ["第1号条文（改）。", "第2号条文（改）。"]
    assert catalog.versions("乙法") == []


def test_the_header_of_a_replaced_law_follows_the_file(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law()]))
    writer.replace(
        source("a", "2"), Parsed(laws=[replace(law(), stated_effective=date(2020, 7, 1), issuer="某机关")])
    )
    revalidate(engine)
    (version,) = Catalog(engine).versions("甲法")
    assert version.effective_from == date(2020, 7, 1)
    assert version.issuer == "某机关"


def test_ids_come_from_what_a_thing_is(engine: Engine, tmp_path: Path) -> None:
    other = get_engine(Settings(home=tmp_path / "other"))
    CatalogWriter(engine).replace(source("a"), Parsed(laws=[law(), law("乙法")]))
    for name, one in (("x", law("乙法")), ("y", law())):
        CatalogWriter(other).replace(source(name), Parsed(laws=[one]))
    ids = [{p.id for v in Catalog(e).laws() for p in Catalog(e).provisions(v.id)} for e in (engine, other)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 6


def test_the_same_law_from_two_files_is_held_once(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law()]))
    second = writer.replace(source("b"), Parsed(laws=[law("中华人民共和国甲法")]))
    assert (second.items, second.duplicates) == (0, 3)
    assert Catalog(engine).counts()["provisions"] == 3


def test_parts_of_a_law_from_two_files_come_in_order(engine: Engine) -> None:
    whole = law(articles=6)
    writer = CatalogWriter(engine)
    writer.replace(source("b"), Parsed(laws=[replace(whole, articles=whole.articles[3:])]))
    writer.replace(source("a"), Parsed(laws=[replace(whole, articles=whole.articles[:4])]))
    catalog = Catalog(engine)
    (version,) = catalog.versions("甲法")
    assert [p.number for p in catalog.provisions(version.id)] == [1, 2, 3, 4, 5, 6]
    middle = catalog.article(version.id, 3)
    assert middle is not None
    assert [p.number for p in catalog.neighbours(middle, 1)] == [2, 4]


def test_the_same_case_from_two_files_is_held_once(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(cases=[case("一案"), case("二案")]))
    second = writer.replace(source("b"), Parsed(cases=[case("二案"), case("三案")]))
    assert (second.items, second.duplicates) == (1, 1)
    assert Catalog(engine).counts()["cases"] == 3


def test_the_same_case_twice_in_one_file(engine: Engine) -> None:
    written = CatalogWriter(engine).replace(source("a"), Parsed(cases=[case("一案"), case("一案")]))
    assert (written.items, written.duplicates) == (1, 1)


def test_a_village_keeps_one_set_of_rules(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), village(rules=5))
    writer.replace(source("a", "2"), village(rules=3))
    assert [r.index for r in Catalog(engine).rules("某村")] == [1, 2, 3]


def test_removing_a_file_removes_what_came_from_it(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law()], cases=[case("一案")]))
    before = content(engine)
    writer.replace(source("b"), Parsed(laws=[law("乙法")], cases=[case("二案")]))
    writer.replace(source("c"), village())
    writer.remove(source("b").id)
    writer.remove(source("c").id)
    assert content(engine) == before
    writer.remove("never heard of")
    assert content(engine) == before


def test_a_file_that_held_the_same_is_read_again_when_the_first_goes(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law()]))
    writer.replace(source("b"), Parsed(laws=[law()]))
    assert writer.unchanged(source("b").id, source("b").sha256, "1")
    writer.remove(source("a").id)
    assert not writer.unchanged(source("b").id, source("b").sha256, "1")
    writer.replace(source("b"), Parsed(laws=[law()]))
    assert Catalog(engine).counts()["provisions"] == 3


def test_a_failure_keeps_what_the_file_held(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law()]))
    writer.record_failure(source("a", "2"), "读不出来")
    catalog = Catalog(engine)
    assert catalog.counts()["provisions"] == 3
    assert [(s.state, s.reason) for s in catalog.sources()] == [("failed", "读不出来")]
    assert not writer.unchanged(source("a").id, source("a", "2").sha256, "1")


def test_unchanged_needs_the_same_content_and_parser(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    one = source("a")
    assert not writer.unchanged(one.id, one.sha256, "1")
    writer.replace(one, Parsed(laws=[law()]))
    assert writer.unchanged(one.id, one.sha256, "1")
    assert not writer.unchanged(one.id, one.sha256, "2")
    assert not writer.unchanged(one.id, source("a", "2").sha256, "1")


@pytest.mark.parametrize("statement", range(1, 15))
def test_an_error_at_any_statement_leaves_the_old_content(engine: Engine, statement: int) -> None:
    """A disk that fails at the nth write of a replacement."""
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law()], cases=[case("一案")]))
    before = content(engine)
    seen = 0

    def fail(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, many: bool) -> None:
        nonlocal seen
        seen += not sql.startswith(("SELECT", "PRAGMA"))
        if seen >= statement:
            raise OSError("no space left on device")

    failed = False
    event.listen(engine, "before_cursor_execute", fail)
    try:
        writer.replace(source("a", "2"), Parsed(laws=[law("乙法"), law("丙法")], cases=[case("二案")]))
    except OSError:
        failed = True
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert failed
    assert content(engine) == before


def test_validity_is_computed_again_when_a_law_goes(engine: Engine) -> None:
    writer = CatalogWriter(engine)
    writer.replace(source("a"), Parsed(laws=[law(version="2000-01-01")]))
    writer.replace(source("b"), Parsed(laws=[law(version="2020-01-01")]))
    revalidate(engine)
    assert Catalog(engine).versions("甲法")[0].effective_until == date(2019, 12, 31)
    assert revalidate(engine) == 0
    writer.remove(source("b").id)
    assert revalidate(engine) == 1
    assert Catalog(engine).versions("甲法")[0].effective_until is None


def test_search_in_titles_takes_wildcards_as_letters(engine: Engine) -> None:
    CatalogWriter(engine).replace(source("a"), Parsed(laws=[law("甲法"), law("乙法")]))
    catalog = Catalog(engine)
    assert [v.law for v in catalog.laws("甲")] == ["甲法"]
    assert catalog.laws("%") == []
    assert catalog.laws("_") == []
    assert [v.law for v in catalog.laws(offset=1, limit=1)] == ["甲法"]


def test_reviewed_answers_come_and_go(engine: Engine) -> None:
    catalog = Catalog(engine)
    qa = ReviewedQA(
        id="q", question="问", answer="答", approved_on=date(2026, 1, 1), author="甲", reviewer="乙"
    )
    put_qa(engine, qa)
    put_qa(engine, qa.model_copy(update={"answer": "新答"}))
    assert catalog.qa("q") == qa.model_copy(update={"answer": "新答"})
    delete_qa(engine, "q")
    delete_qa(engine, "q")
    assert catalog.qa("q") is None


def test_unknown_things_are_none(engine: Engine) -> None:
    catalog = Catalog(engine)
    assert catalog.law_version("x") is None
    assert catalog.provision("x") is None
    assert catalog.case("x") is None
    assert catalog.village("x") is None
    assert catalog.rule("x") is None
    assert catalog.version_on("x", date(2026, 1, 1)) is None
    assert catalog.provisions_by_id(["x"]) == {}


def test_lists_longer_than_a_database_takes_in_one_query(engine: Engine) -> None:
    """SQLite takes 32,766 parameters; a large case file must not meet that limit."""
    cases = [case(f"{n}案") for n in range(40_000)]
    assert CatalogWriter(engine).replace(source("a"), Parsed(cases=cases)).items == 40_000


def test_sqlite_in_memory_is_not_needed() -> None:
    """The tables are plain SQL: another engine makes them too."""
    other = create_engine("sqlite://")
    t.metadata.create_all(other)
    assert Catalog(other).counts()["laws"] == 0
