"""The laws database: counts, labels, books, and rows that need mending."""

from datetime import date
from pathlib import Path

import pytest

from ingest.parsers import parse
from ingest.parsers.books import book_at, books_of
from ingest.readers import read
from kb.catalog.incoming import ArticleText, LawText, Parsed
from kb.errors import UnreadableFile
from kb.text.structure import HEADING
from tests.ingest.parsers.support import LAWS_DB


@pytest.fixture(scope="module")
def parsed() -> Parsed:
    return parse(read(LAWS_DB))


def article(parsed: Parsed, title: str, label: str) -> ArticleText:
    law = next(law for law in parsed.laws if law.title.endswith(title))
    return next(a for a in law.articles if a.label == label)


def test_every_law_and_article_is_there(parsed: Parsed) -> None:
    assert len(parsed.laws) == 378
    # 26,196 rows, of which one decision has 第七条 three times and 第八条 twice
    assert sum(len(law.articles) for law in parsed.laws) == 26_196 - 3
    assert len(parsed.warnings) == 2
    for law in parsed.laws:
        assert len({a.label for a in law.articles}) == len(law.articles), law.title


def test_columns(parsed: Parsed) -> None:
    law = next(law for law in parsed.laws if law.title == "中华人民共和国民法典")
    assert (law.version, law.stated_effective, law.doc_type) == (date(2020, 5, 28), date(2021, 1, 1), "法律")
    assert (law.department, law.issuer, law.source_status) == ("民法商法", "全国人民代表大会", "现行有效")
    assert len(law.articles) == 1260


@pytest.mark.parametrize(
    ("title", "label", "book", "chapter"),
    [
        ("国民法典", "第一条", "第一编 总则", "第一章 基本规定"),
        ("国民法典", "第二百零五条", "第二编 物权 第一分编 通则", "第一章 一般规定"),
        ("国民法典", "第二百八十八条", "第二编 物权 第二分编 所有权", "第七章 相邻关系"),
        ("国民法典", "第一千零六十七条", "第五编 婚姻家庭", "第三章 家庭关系"),
        ("国民法典", "第一千二百六十条", "附则", ""),
        ("国刑法", "第一百零二条", "第二编 分则", "第一章 危害国家安全罪"),
        ("国刑法", "第四百五十二条", "附则", ""),
        ("国刑事诉讼法", "第二百五十九条", "第四编 执行", ""),
        ("国刑事诉讼法", "第三百零八条", "附则", ""),
        ("国民事诉讼法", "第二百七十条", "第四编 涉外民事诉讼程序的特别规定", "第二十三章 一般原则"),
        ("国生态环境法典", "第六百七十四条", "第三编 生态保护", "第一章 一般规定"),
    ],
)
def test_books(parsed: Parsed, title: str, label: str, book: str, chapter: str) -> None:
    found = article(parsed, title, label)
    assert (found.book, found.chapter) == (book, chapter)


def test_books_toml_says_what_the_data_says(parsed: Parsed) -> None:
    for law in parsed.laws:
        short = law.title.removeprefix("中华人民共和国")
        for found in law.articles if books_of(short) else ():
            book = book_at(short, found.number)
            assert book and found.book.startswith(book.title), (law.title, found.label, found.book)


def test_no_heading_is_left_in_a_text(parsed: Parsed) -> None:
    for law in parsed.laws:
        for found in law.articles:
            last = found.text.split("\n")[-1]
            heading = HEADING.match(last)
            assert not (heading and heading[2] in ("编", "分编")), (law.title, found.label, last)


def test_inserted_articles_and_points(parsed: Parsed) -> None:
    found = article(parsed, "国刑法", "第一百二十条之一")
    assert (found.number, found.suffix) == (120, 1)
    point = article(parsed, "刑法修正案（十一）", "条目二")
    assert (point.number, point.suffix) == (2, 0)


def test_repeated_rows_are_joined_in_order(parsed: Parsed) -> None:
    decision: LawText = next(law for law in parsed.laws if "国际条约所规定的罪行" in law.title)
    assert [a.label for a in decision.articles] == ["第三条", "第七条", "第八条"]
    text = decision.articles[1].text
    assert text.index("二、《海牙公约》") < text.index("三、《蒙特利尔公约》") < text.index("四、《核材料")


def test_a_row_with_a_strange_label_is_named(tmp_path: Path) -> None:
    document = read(LAWS_DB)
    document.records = [
        {**document.records[0], "articles": [{**document.records[0]["articles"][0], "article_no": "甲"}]}
    ]
    with pytest.raises(UnreadableFile, match="article_no"):
        parse(document)
