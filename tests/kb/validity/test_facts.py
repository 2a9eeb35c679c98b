"""What is law on which day: facts checked by hand against the acts themselves."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from kb.catalog.catalog import Catalog
from kb.catalog.incoming import LawText
from kb.model import FAR_FUTURE, LawVersion
from tests.law_catalog import parsed_laws

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)

#: law, version, first day, last day (None while open), articles
VERSIONS = [
    ("商标法", "2019-04-23", "2019-11-01", "2026-12-31", 73),
    ("商标法", "2026-06-26", "2027-01-01", None, 87),
    ("农业法", "2012-12-28", "2013-01-01", "2026-12-31", 99),
    ("农业法", "2026-08-28", "2027-01-01", None, 115),
    ("刑法", "2020-12-26", "2021-03-01", None, 505),
    ("宪法", "1982-12-04", "1982-12-04", "2018-03-10", 138),
    ("宪法", "2018-03-11", "2018-03-11", None, 143),
    ("村民委员会组织法", "2025-10-28", "2026-01-01", None, None),
    ("治安管理处罚法", "2025-06-27", "2026-01-01", None, 144),
    ("仲裁法", "2017-09-01", "2018-01-01", "2026-02-28", 80),
    ("仲裁法", "2025-09-12", "2026-03-01", None, 96),
    ("民法典", "2020-05-28", "2021-01-01", None, 1260),
    ("土地管理法", "2019-08-26", "2020-01-01", None, 87),
    ("人民调解法", "2010-08-28", "2011-01-01", None, 35),
    ("香港特别行政区基本法", "1990-04-04", "1997-07-01", None, 160),
    ("生态环境法典", "2026-03-12", "2026-08-15", None, None),
    ("农村土地承包法", "2018-12-29", "2019-01-01", None, 70),
]  # fmt: skip

#: The ten laws that 生态环境法典第一千二百四十二条 repeals.
INTO_THE_CODE = [
    "环境保护法", "环境影响评价法", "海洋环境保护法", "大气污染防治法", "水污染防治法", "土壤污染防治法",
    "固体废物污染环境防治法", "噪声污染防治法", "放射性污染防治法", "清洁生产促进法",
]  # fmt: skip

#: Amended in part; the data gives the first enactment's commencement date, the version began later.
AMENDED_IN_PART = {
    "土地管理法": "2020-01-01", "农村土地承包法": "2019-01-01", "商标法": "2019-11-01", "刑法": "2021-03-01",
    "民事诉讼法": "2024-01-01", "刑事诉讼法": "2018-10-26", "行政诉讼法": "2017-07-01", "著作权法": "2021-06-01",
    "专利法": "2021-06-01", "劳动合同法": "2013-07-01", "道路交通安全法": "2021-04-29", "食品安全法": "2025-12-01",
}  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _version(laws: Catalog, law: str, version: str) -> LawVersion:
    return next(v for v in laws.versions(law) if v.version == date.fromisoformat(version))


@pytest.mark.parametrize(("law", "version", "first", "last", "articles"), VERSIONS)
def test_known_dates(
    laws: Catalog, law: str, version: str, first: str, last: str | None, articles: int | None
) -> None:
    found = _version(laws, law, version)
    assert (found.effective_from, found.effective_until) == (_day(first), _day(last))
    if articles is not None:
        assert len(laws.provisions(found.id)) == articles


@pytest.mark.parametrize(("law", "version", "first", "last", "articles"), VERSIONS)
def test_the_days_around_each_boundary(
    laws: Catalog, law: str, version: str, first: str, last: str | None, articles: int | None
) -> None:
    found = _version(laws, law, version)
    begins, ends = date.fromisoformat(first), _day(last)
    assert not found.in_force(begins - DAY)
    assert found.in_force(begins)
    assert found.status(begins - DAY) == "not_yet"
    if ends:
        assert found.in_force(ends)
        assert not found.in_force(ends + DAY)
        assert found.status(ends + DAY) == "superseded"
        assert found.until_reason


def test_the_trade_mark_law_changes_hands_at_new_year(laws: Catalog) -> None:
    old, new = laws.version_on("商标法", date(2026, 12, 31)), laws.version_on("商标法", date(2027, 1, 1))
    assert old is not None
    assert new is not None
    assert (old.version, new.version) == (date(2019, 4, 23), date(2026, 6, 26))
    # the source calls the one that binds a 历史版本, and the one that doesn't yet 现行有效
    assert (old.source_status, new.source_status) == ("历史版本", "现行有效")
    assert (old.status(TODAY), new.status(TODAY)) == ("in_force", "not_yet")


@pytest.mark.parametrize("law", INTO_THE_CODE)
def test_the_environmental_code_replaces(laws: Catalog, law: str) -> None:
    (version,) = laws.versions(law)
    assert version.effective_until == date(2026, 8, 14)
    assert version.status(date(2026, 8, 14)) == "in_force"
    assert version.status(date(2026, 8, 15)) == "repealed"
    assert version.replaced_by == "生态环境法典"
    assert "生态环境法典第一千二百四十二条" in version.until_reason


def test_nothing_else_ends_by_repeal(laws: Catalog) -> None:
    ended = {v.law for v in laws.laws(limit=1000) if v.effective_until and "废止" in v.until_reason}
    assert ended == set(INTO_THE_CODE)


@pytest.mark.parametrize(("law", "first"), AMENDED_IN_PART.items())
def test_a_law_amended_in_part_began_with_its_amendment(laws: Catalog, law: str, first: str) -> None:
    version = laws.version_on(law, TODAY)
    assert version is not None
    assert version.effective_from == date.fromisoformat(first)


def test_no_text_binds_before_it_was_adopted(laws: Catalog) -> None:
    """At least the 97 laws whose stated date is older than their version get a date of their own."""
    stated_older = [v for v in laws.laws(limit=1000) if v.first_effective and v.first_effective < v.version]
    assert len(stated_older) >= 97
    for version in laws.laws(limit=1000):
        assert version.effective_from >= version.version, version.law
        assert version.basis, version.law


def test_disputed_is_shown_and_not_hidden(laws: Catalog) -> None:
    (version,) = laws.versions("农村土地承包法")
    assert version.source_status == "已废止"
    assert version.in_force(TODAY)
    assert version.status(TODAY) == "disputed"
    assert "核实" in version.disputed
    article = laws.article(version.id, 1)
    assert article is not None
    assert article.status(TODAY) == "disputed"


def test_a_disputed_law_is_one_whose_end_the_data_does_not_explain(laws: Catalog) -> None:
    for version in laws.laws(limit=1000):
        unexplained = version.source_status in ("已废止", "历史版本") and version.effective_until is None
        assert bool(version.disputed) == unexplained, version.law


def test_an_amended_article_says_by_what(laws: Catalog) -> None:
    version = laws.version_on("刑法", TODAY)
    assert version is not None
    article = laws.article(version.id, 387)
    assert article is not None
    assert article.amended_by == "刑法修正案（十二）第四条"
    assert article.status(date(2024, 2, 29)) == "in_force"
    assert article.status(date(2024, 3, 1)) == "amended"
    untouched = laws.article(version.id, 264)
    assert untouched is not None
    assert untouched.status(TODAY) == "in_force"


def test_seven_articles_of_the_criminal_code_are_amended_by_the_twelfth(laws: Catalog) -> None:
    version = laws.version_on("刑法", TODAY)
    assert version is not None
    amended = {p.number for p in laws.provisions(version.id) if p.amended_from}
    assert amended == {165, 166, 169, 387, 390, 391, 393}


def test_versions_of_a_law_never_overlap(laws: Catalog) -> None:
    by_law: dict[str, list[LawVersion]] = {}
    for version in laws.laws(limit=1000):
        by_law.setdefault(version.law, []).append(version)
    for law, versions in by_law.items():
        ordered = sorted(versions, key=lambda v: v.effective_from)
        for earlier, later in pairwise(ordered):
            assert earlier.effective_until is not None, law
            assert earlier.effective_until == later.effective_from - DAY, law
        for version in versions:
            assert version.effective_from <= (version.effective_until or FAR_FUTURE), law


def _sampled_days() -> list[date]:
    """20 days over four decades, the boundaries of the facts above among them."""
    fixed = ["1985-06-01", "1997-06-30", "1997-07-01", "2018-03-10", "2018-03-11", "2020-12-31", "2021-01-01",
             "2021-02-28", "2024-02-29", "2024-03-01", "2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01",
             "2026-08-14", "2026-08-15", "2026-11-21", "2026-12-31", "2027-01-01", "2030-01-01"]  # fmt: skip
    return [date.fromisoformat(day) for day in fixed]


@pytest.mark.parametrize("day", _sampled_days(), ids=str)
def test_status_and_force_agree_on_every_day(laws: Catalog, day: date) -> None:
    seen: set[str] = set()
    for version in laws.laws(limit=1000):
        state = version.status(day)
        assert version.in_force(day) == (state in ("in_force", "disputed")), version.law
        assert (state == "not_yet") == (day < version.effective_from), version.law
        if version.in_force(day):
            assert version.law not in seen, version.law
            seen.add(version.law)
            assert laws.version_on(version.law, day) == version


@pytest.mark.parametrize("day", _sampled_days()[::4], ids=str)
def test_provisions_follow_their_version(laws: Catalog, day: date) -> None:
    for law in ("刑法", "宪法", "商标法", "环境保护法", "农村土地承包法"):
        for version in laws.versions(law):
            for provision in laws.provisions(version.id):
                assert provision.in_force(day) == version.in_force(day)
                assert provision.in_force(day) == (
                    provision.status(day) in ("in_force", "disputed", "amended")
                )


def test_every_text_of_the_source_is_in_the_catalog(laws: Catalog) -> None:
    """Nothing is dropped on the way: 378 versions, 26,196 rows of which three repeat an article."""
    counts = laws.counts()
    assert (counts["law_versions"], counts["provisions"]) == (378, 26193)
    parsed: list[LawText] = parsed_laws().laws
    assert sum(len(law.articles) for law in parsed) == 26193
