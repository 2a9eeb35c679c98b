"""Statute text of invented ordinances, and of real law rebuilt from the database in every format."""

import io
from datetime import date

import docx
import pytest

from ingest.parsers import parse
from ingest.parsers.laws_db import parse_laws
from ingest.readers import read, read_bytes
from kb.catalog.incoming import LawText
from kb.errors import UnreadableFile
from tests.ingest.parsers.support import GOLDEN, LAWS_DB


def law_of(name: str) -> LawText:
    (law,) = parse(read(GOLDEN / name)).laws
    return law


def test_articles_headings_paragraphs_and_numbering() -> None:
    parsed = parse(read(GOLDEN / "measures.md"))
    (law,) = parsed.laws
    assert [(a.label, a.number, a.suffix) for a in law.articles] == [
        ("第一条", 1, 0), ("第二条", 2, 0), ("第三条", 3, 0), ("第三条之一", 3, 1), ("第五条", 5, 0), ("第六条", 6, 0),
        ("第七条", 7, 0),
    ]  # fmt: skip
    assert [(a.chapter, a.section) for a in law.articles] == [
        ("第一章 总则", ""), ("第一章 总则", ""), *[("第二章 借用", "第一节 登记")] * 4, ("附则", ""),
    ]  # fmt: skip
    assert law.articles[1].text.split("\n")[1:] == [
        "（一）手动的；",
        "（二）机动的。",
        "前款第二项的农具须登记。",
    ]
    # a reference at the start of a line is no article
    assert law.articles[4].text.split("\n") == [
        "依照",
        "第三条规定登记的，当天归还。",
        "第一条规定的农具不得转借。",
    ]
    # a short annex stays with the last article
    assert law.articles[-1].text.endswith("锄头、镰刀、水泵。")
    assert any("第四条" in warning for warning in parsed.warnings)


def test_header_dates() -> None:
    law = law_of("measures.md")
    assert (law.title, law.version, law.stated_effective) == (
        "越溪市共享农具管理办法",
        date(2025, 7, 8),
        date(2024, 6, 1),
    )


def test_quoted_articles_of_a_decision_are_not_its_own() -> None:
    law = law_of("decision.md")
    assert [(a.label, a.number) for a in law.articles] == [("条目一", 1), ("条目二", 2), ("条目三", 3)]
    assert "第三条 借用人当天归还。”" in law.articles[0].text
    assert (law.version, law.stated_effective) == (date(2026, 2, 1), date(2026, 3, 1))


def test_text_without_numbering_is_one_article() -> None:
    law = law_of("reply.txt")
    assert law.title == "越溪市司法局关于村民调解协议能否按手印问题的批复"
    assert [a.label for a in law.articles] == ["全文"]
    assert "调解协议可以按手印。" in law.articles[0].text
    assert law.version == date(2025, 9, 9)


def test_date_in_the_file_name_counts() -> None:
    text = "# 某某条例\n\n1999年1月2日 国务院令第1号发布\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第二条 乙。\n"
    (law,) = parse(read_bytes("行政法规/某某条例(2011-01-08).md", text.encode())).laws
    assert (law.version, law.issuer, law.doc_type) == (date(2011, 1, 8), "国务院", "行政法规")


def test_no_date_at_all_warns() -> None:
    parsed = parse(read_bytes("某某条例.md", "# 某某条例\n\n第一条 甲。\n\n第二条 乙。\n".encode()))
    assert parsed.laws[0].version == date(1, 1, 1)
    assert any("没有找到任何日期" in warning for warning in parsed.warnings)


@pytest.fixture(scope="module")
def database() -> list[LawText]:
    return parse_laws(read(LAWS_DB)).laws


def _printed(law: LawText) -> list[str]:
    """Return the law as offices print it: title, history in brackets, contents, text."""
    chapters = list(dict.fromkeys(a.chapter for a in law.articles))
    lines = [
        law.title,
        "（2010年8月28日第十一届全国人民代表大会常务委员会第十六次会议通过）",
        "目　　录",
        *chapters,
    ]
    chapter = ""
    for article in law.articles:
        if article.chapter != chapter:
            chapter = article.chapter
            lines.append(chapter)
        first, *rest = article.text.split("\n")
        lines += [f"{article.label}　{first}", *rest]
    return lines


@pytest.mark.parametrize("media", ["docx", "html", "txt"])
def test_a_law_survives_every_format(media: str, database: list[LawText]) -> None:
    source = next(law for law in database if law.title == "中华人民共和国人民调解法")
    lines = _printed(source)
    if media == "docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        buffer = io.BytesIO()
        document.save(buffer)
        data = buffer.getvalue()
    elif media == "html":
        data = ("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>").encode()
    else:
        data = "\n".join(lines).encode("gb18030")
    (law,) = parse(read_bytes(f"人民调解法.{media}", data)).laws
    assert (law.title, law.version, law.issuer, law.doc_type) == (
        "中华人民共和国人民调解法", date(2010, 8, 28), "全国人民代表大会常务委员会", "法律",
    )  # fmt: skip
    assert law.stated_effective == date(2011, 1, 1)
    assert len(law.articles) == 35
    assert [(a.label, a.chapter, a.text) for a in law.articles] == [
        (a.label, a.chapter, a.text) for a in source.articles
    ]


@pytest.mark.parametrize(
    ("name", "text"), [("说明.txt", "今天天气很好，我们去赶集。"), ("某法.md", "# 某某法\n")]
)
def test_what_is_no_law_is_refused_in_chinese(name: str, text: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse(read_bytes(name, text.encode()))
    assert caught.value.hint


@pytest.mark.parametrize("name", ["_index.md", "README.md", "法律法规模版.md"])
def test_archive_files_without_text_are_skipped(name: str) -> None:
    parsed = parse(read_bytes(name, "# 目录\n\n第一条 xxxxx\n".encode()))
    assert parsed.empty
    assert parsed.warnings[0].startswith("跳过")
