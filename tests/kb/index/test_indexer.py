"""The index equals the catalog, whatever happened in between; the embedder is asked only for what is new."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

from kb.catalog.incoming import Parsed
from kb.catalog.qa_shelf import delete_qa, put_qa
from kb.catalog.writer import SourceRecord
from kb.index.indexer import Indexer
from kb.index.units import qa_unit, units
from kb.model import MediationCase, ReviewedQA, Village, VillageRule, stable_id
from tests.ingest.tree import short_laws
from tests.kb.index.conftest import Small


def put(small: Small, name: str, parsed: Parsed) -> None:
    small.writer.replace(SourceRecord(stable_id("source", name), name, "0" * 64, "1"), parsed)
    small.revalidate()


def rules(texts: list[str]) -> Parsed:
    found = [
        VillageRule(
            id=stable_id("rule", "v", n),
            village="v",
            village_name="某村",
            index=n,
            label=f"第{n}条",
            text=text,
        )
        for n, text in enumerate(texts, 1)
    ]
    return Parsed(village=Village(id="v", name="某村"), rules=found)


LAW = short_laws(1)[0]
ARTICLES = len(LAW.articles)
RULES = ["红事不超过十五桌。", "河道不得倒垃圾。", "每月初五打扫公共场地。"]
TOTAL = ARTICLES + len(RULES) + 2  # a case has two passages
CASE = MediationCase(
    id=stable_id("case", "x"), name="甲乙纠纷", facts="树枝过界。", result="修剪。", dispute_type="邻里"
)
QA = ReviewedQA(id=stable_id("qa", "x"), question="问？", answer="答。", approved_on=date(2026, 1, 1), author="甲", reviewer="乙")  # fmt: skip


def fill(small: Small) -> None:
    put(small, "law", Parsed(laws=[LAW]))
    put(small, "rules", rules(RULES))
    put(small, "cases", Parsed(cases=[CASE]))


def wanted_ids(small: Small) -> set[str]:
    return {p.id for unit in units(small.catalog) for p in unit.passages}


def test_a_first_run_and_then_nothing(small: Small) -> None:
    fill(small)
    report = small.indexer.sync()
    assert report.added == small.store.count() == len(small.embedded()) == TOTAL
    assert small.ids() == wanted_ids(small)
    small.renew()
    again = small.indexer.sync()
    assert (again.added, again.removed, again.kept) == (0, 0, TOTAL)
    forced = small.indexer.sync(force=True)
    assert (forced.added, forced.removed, forced.kept) == (0, 0, TOTAL)
    assert small.embedded() == []


def test_one_changed_clause_is_all_that_is_embedded(small: Small) -> None:
    """With the cache, as the application has it, the rest of the unit is looked up."""
    from kb.embedding.cache import EmbeddingCache

    small.indexer = Indexer(
        small.catalog,
        small.store,
        small.embedder,
        small.indexer.lexical,
        EmbeddingCache(small.home / "own.db"),
    )
    fill(small)
    small.indexer.sync()
    small.embedded()
    before = small.ids()
    put(small, "rules", rules([RULES[0], "河道不得倒垃圾、不得炸鱼。", RULES[2]]))
    small.indexer.sync()
    (text,) = small.embedded()
    assert "炸鱼" in text
    assert small.ids() == before


def test_a_clause_taken_away_leaves_the_index(small: Small) -> None:
    fill(small)
    small.indexer.sync()
    put(small, "rules", rules(RULES[:2]))
    report = small.indexer.sync()
    assert report.removed == 1
    assert small.ids() == wanted_ids(small)


def test_a_removed_source_leaves_the_index(small: Small) -> None:
    fill(small)
    small.indexer.sync()
    small.embedded()
    small.writer.remove(stable_id("source", "law"))
    report = small.indexer.sync()
    assert (report.added, report.removed) == (0, ARTICLES)
    assert small.store.count() == 5
    assert small.embedded() == []


def test_new_dates_reach_the_payload(small: Small) -> None:
    fill(small)
    small.indexer.sync()
    later = replace(LAW, version=date(2030, 1, 1), stated_effective=date(2030, 1, 1))
    put(small, "later", Parsed(laws=[later]))
    small.indexer.sync()
    from kb.store.base import Filter

    assert small.store.count(Filter(on=date(2029, 12, 31), kinds=("provision",))) == ARTICLES
    assert small.store.count(Filter(on=date(2030, 1, 1), kinds=("provision",))) == ARTICLES
    assert small.store.count(Filter(kinds=("provision",))) == 2 * ARTICLES


def test_an_answer_is_found_when_published_and_gone_when_retracted(small: Small) -> None:
    fill(small)
    small.indexer.sync()
    put_qa(small.catalog.engine, QA)
    small.indexer.add(qa_unit(QA))
    assert small.ids() == wanted_ids(small)
    small.embedded()
    small.indexer.sync(force=True)
    assert small.embedded() == []
    delete_qa(small.catalog.engine, QA.id)
    small.indexer.remove(QA.id)
    assert small.ids() == wanted_ids(small)
    small.indexer.remove("never heard of")


def test_a_lost_record_is_mended(small: Small) -> None:
    """The catalog's database was restored from a backup older than the index."""
    fill(small)
    small.indexer.sync()
    small.indexer.state.forget()
    small.renew()
    small.indexer.sync()
    assert small.ids() == wanted_ids(small)


def test_a_record_that_says_too_much_is_mended(small: Small) -> None:
    """The index folder was restored from an older backup: points are missing."""
    fill(small)
    small.indexer.sync()
    small.store.delete(list(small.ids())[:7])
    small.renew()
    report = small.indexer.sync()
    assert small.ids() == wanted_ids(small)
    assert report.added > 0


def test_points_nobody_knows_are_dropped(small: Small) -> None:
    fill(small)
    small.indexer.sync()
    with_qa = qa_unit(QA)  # written to the store, but the process died before the catalog had it
    small.indexer.add(with_qa)
    small.indexer.state.record({}, [with_qa.id])
    small.renew()
    small.indexer.sync()
    assert small.ids() == wanted_ids(small)


def test_a_run_cut_off_after_a_batch_goes_on(small: Small) -> None:
    """The store has more than the record says: points written, the process killed before it noted them."""
    fill(small)

    class Killed(Exception):
        pass

    def die(*_: object) -> None:
        raise Killed

    record = small.indexer.state.record
    small.indexer.state.record = die  # type: ignore[method-assign]
    with suppress(Killed):
        small.indexer.sync()
    small.indexer.state.record = record  # type: ignore[method-assign]
    assert small.store.count() == TOTAL
    small.renew()
    small.indexer.sync()
    assert small.ids() == wanted_ids(small)
    small.renew()
    assert small.indexer.sync().added == 0


def test_progress_ends_at_the_total(small: Small) -> None:
    fill(small)
    seen: list[tuple[int, int]] = []
    small.indexer.sync(lambda done, total: seen.append((done, total)))
    assert seen[-1] == (TOTAL, TOTAL)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_two_homes_have_the_same_ids(make_small: Callable[[str], Small]) -> None:
    first, second = make_small("first"), make_small("second")
    fill(first)
    for name, parsed in (
        ("c", Parsed(cases=[CASE])),
        ("r", rules(RULES)),
        ("l", Parsed(laws=[LAW])),
    ):
        put(second, name, parsed)
        second.indexer.sync()
    first.indexer.sync()
    assert first.ids() == second.ids()
    assert first.store.count() == second.store.count() == TOTAL
