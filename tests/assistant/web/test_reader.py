"""The reader's layout, without a browser."""

from datetime import date

import pytest

from assistant.web.reader import article_key, choose_version, law_path, read

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("1067", (1067, 0)),
        ("120-1", (120, 1)),
        ("第一百二十条之一", (120, 1)),
        ("第12条", (12, 0)),
        ("附则", None),
        ("", None),
    ],
)
def test_article_key(written, key):
    assert article_key(written) == key


def test_law_path_is_encoded():
    assert law_path("民法典", "1067", TODAY, "p2") == (
        "/law/%E6%B0%91%E6%B3%95%E5%85%B8?article=1067&on=2026-11-21#p2"
    )


def test_long_law_is_shown_by_chapter(kb):
    version = choose_version(kb.catalog, "民法典", TODAY)
    reading = read(kb.catalog, version, TODAY, "1067")
    assert not reading.whole
    assert reading.total == 1260
    assert reading.chosen.provision.article == "第一千零六十七条"
    assert [line.anchor for line in reading.chosen.lines] == ["p1", "p2"]
    current = next(c for c in reading.chapters if c.current)
    assert current.book.startswith("第五编")
    assert current.title.startswith("第三章")
    assert reading.before.title.startswith("第二章")
    assert reading.after.title.startswith("第四章")


def test_items_are_lines_of_their_own(kb):
    version = choose_version(kb.catalog, "民法典", TODAY)
    article = read(kb.catalog, version, TODAY, "1066").chosen
    assert [line.anchor for line in article.lines] == ["p1", "p1-i1", "p1-i2"]
    assert article.lines[0].text.endswith("：")
    assert article.lines[2].cite == "《民法典》第一千零六十六条第（二）项"
    assert "".join(line.text for line in article.lines) == article.provision.text.replace("\n", "")


def test_every_article_is_shown_whole(kb):
    """No word of a law may be lost between its lines."""
    version = choose_version(kb.catalog, "村民委员会组织法", TODAY)
    for article in read(kb.catalog, version, TODAY).articles:
        shown = "".join("".join(line.text.split()) for line in article.lines)
        assert shown == "".join(article.provision.text.split())


def test_version_of_the_day(kb):
    before = choose_version(kb.catalog, "商标法", date(2026, 12, 31))
    after = choose_version(kb.catalog, "商标法", date(2027, 1, 1))
    assert (before.version, after.version) == (date(2019, 4, 23), date(2026, 6, 26))
    assert choose_version(kb.catalog, "商标法", date(1950, 1, 1)).version == date(2019, 4, 23)
    assert choose_version(kb.catalog, "没有的法", TODAY) is None
