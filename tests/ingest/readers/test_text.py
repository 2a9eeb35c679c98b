import json
from pathlib import Path

import pytest

from ingest.readers import Document, Sheet, read, read_bytes, table_records
from kb.errors import UnreadableFile
from tests.ingest.readers.law_text import articles, database

LAW = "\n".join(articles("中华人民共和国人民调解法"))


def refused(name: str, data: bytes, *words: str) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(name, data)
    for word in words:
        assert word in caught.value.message + caught.value.hint
    assert caught.value.message and caught.value.hint
    return caught.value


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-32"]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16-le", "utf-16-be"])
def test_a_law_in_every_encoding(encoding: str) -> None:
    document = read_bytes("甲.txt", LAW.encode(encoding))
    assert document.text == LAW
    assert document.media == "txt" and not document.warnings


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["邻里公约", "第一条 保护环境。", "abc\n枫桥", "枫"])
def test_a_few_characters_in_every_encoding(encoding: str, text: str) -> None:
    assert read_bytes("甲.txt", text.encode(encoding)).text == text


def test_characters_beyond_gbk_survive_gb18030() -> None:
    text = "村民𠮷某与镕某因宅基地发生纠纷，经调解达成协议。" * 3
    assert read_bytes("a.txt", text.encode("gb18030")).text == text


def test_traditional_big5() -> None:
    text = "鄰里糾紛應當互相體諒，調解委員會應當及時調解，並說服當事人。" * 20
    assert read_bytes("a.txt", text.encode("big5")).text == text


def test_one_bad_byte_costs_a_warning_not_the_file() -> None:
    data = LAW.encode("utf-8")
    document = read_bytes("a.txt", data[:1000] + b"\xff" + data[1000:])
    assert "1 处" in document.warnings[0] or "处字节" in document.warnings[0]
    assert document.text[-50:] == LAW[-50:]


def test_line_ends_and_blank_lines_are_normalised() -> None:
    document = read_bytes("a.txt", "标题\r\n\r\n\r\n\r\n正文一。  \r正文二。\x00\n\n".encode())
    assert document.text == "标题\n\n正文一。\n正文二。"
    assert document.title == "标题"


def test_titles() -> None:
    assert (
        read_bytes("a/村规.md", "前言\n\n# 枫树湾村村规民约 #\n\n正文".encode()).title == "枫树湾村村规民约"
    )
    assert read_bytes("a/村规.md", "没有标题，只有一句话。".encode()).title == "村规"
    assert read_bytes("C:\\资料\\公约.txt", "这是一句话。".encode()).title == "公约"


@pytest.mark.parametrize(
    "name", ["a.txt", "a.md", "a.pdf", "a.docx", "a.xlsx", "a.jsonl", "a.db", "a.html", "a"]
)
def test_zero_bytes(name: str) -> None:
    refused(name, b"", "0 字节")


def test_blank_binary_and_unknown_files() -> None:
    refused("a.txt", b" \r\n\t\n", "没有文字")
    refused("a.txt", bytes(range(256)) * 20, "不是文本文件", "UTF-8")
    refused("a.exe", b"MZ\x90\x00", "不支持", "可以导入")
    refused("noext", "文字".encode(), "没有扩展名")
    refused("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "图片", "OCR")
    refused("a.txt", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "图片")
    refused("a.md", b"7z\xbc\xaf\x27\x1c" + b"\x00" * 20, "压缩包", "解压")
    refused("a.rtf", b"{\\rtf1\\ansi hello}", "RTF", "docx")


def test_text_that_begins_like_a_picture_is_text() -> None:
    assert read_bytes("a.txt", "BM 公约：互相体谅".encode()).text == "BM 公约：互相体谅"


PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>公告 - 某村</title>
<style>p {{color: red}}</style></head><body><!-- 注释 --><script>alert("脚本")</script>
<h1>枫树湾村公约</h1><p>第一条 <b>爱护</b>公物。</p><p>第二条<br>和睦相处。</p>
<table><tr><th>项目</th><th>金额</th></tr><tr><td>卫生费</td><td>30 元</td></tr></table>
<ul><li>甲</li><li>乙&nbsp;丙</li></ul></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("GBK", "gbk"), ("x", "utf-16")]
)
def test_html(charset: str, encoding: str) -> None:
    document = read_bytes("a.html", PAGE.format(charset=charset).encode(encoding))
    assert document.text.split("\n") == [
        "枫树湾村公约", "第一条 爱护公物。", "第二条", "和睦相处。", "项目\t金额", "卫生费\t30 元",
        "甲", "乙 丙",
    ]  # fmt: skip
    assert document.title == "枫树湾村公约"
    assert document.sheets == [Sheet("表1", [["项目", "金额"], ["卫生费", "30 元"]])]


def test_html_under_another_name_is_read_and_said_to_be_html() -> None:
    document = read_bytes("公约.docx", PAGE.format(charset="utf-8").encode())
    assert document.media == "html" and "第一条 爱护公物。" in document.text
    assert ".docx" in document.warnings[0] and "网页" in document.warnings[0]


def test_html_without_text_and_nested_deeply() -> None:
    refused("a.html", b"<html><body><script>x()</script></body></html>", "没有文字")
    deep = b"<html><body>" + b"<div>" * 50_000 + "深".encode() + b"</div>" * 50_000
    try:
        assert "深" in read_bytes("a.html", deep).text
    except UnreadableFile as error:
        assert error.message


def test_jsonl() -> None:
    rows = [{"id": 1, "文": "甲\u2028乙"}, {"id": 2, "文": "丙"}]
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n"
    assert read_bytes("a.jsonl", data.encode()).records == rows
    assert read_bytes("a.jsonl", data.encode("gb18030")).records == rows
    refused("a.jsonl", b'{"a": 1}\n\n{"b": ', "第 3 行", "改正")
    refused("a.jsonl", b'{"a": 1}\n[1]\n', "第 2 行", "对象")
    refused("a.jsonl", b"\n\n", "没有数据")


def test_json() -> None:
    assert read_bytes("a.json", b'{"a": 1}').records == [{"a": 1}]
    assert read_bytes("a.json", b'[{"a": 1}, {"a": 2}]').records == [{"a": 1}, {"a": 2}]
    refused("a.json", b'{"a": \n 1,}', "JSON", "第 2 行")
    refused("a.json", b"[1, 2]", "对象")
    refused("a.json", b"[" * 100_000, "JSON")


def test_csv() -> None:
    document = read_bytes("a.csv", '纠纷类型,结果\n邻里,"达成,协议"\n,\n物业,未达成\n'.encode("gbk"))
    assert document.sheets[0].rows == [["纠纷类型", "结果"], ["邻里", "达成,协议"], ["物业", "未达成"]]
    refused("a.csv", b'"', "没有内容")
    refused("a.csv", b",,\n,,", "没有内容")


def test_the_laws_database(tmp_path: Path) -> None:
    document = read(database())
    assert document.media == "laws"
    # counts as published with the data: 26,196 articles
    assert document.meta["articles"] == 26_196
    mediation = next(r for r in document.records if r["law_name"] == "中华人民共和国人民调解法")
    assert mediation["articles"][0]["article_no"] == "第一条"
    assert len(mediation["articles"]) == 35
    data = database().read_bytes()
    refused("laws.db", data[: len(data) // 2], "SQLite", "损坏")
    # The same in write-ahead mode, as any tool may have left it.
    assert read_bytes("laws.db", data[:18] + b"\x02\x02" + data[20:]).meta == document.meta


def test_another_database_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    import sqlite3

    for script, word in (
        ("CREATE TABLE t (x)", "缺少表：laws"),
        ("CREATE TABLE laws (law_id, law_name)", "effective_date"),
        ("CREATE VIEW laws AS SELECT 1 AS law_id", "不是法律数据库"),
    ):
        path = tmp_path / "x.db"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.commit()
        connection.close()
        refused("x.db", path.read_bytes(), word)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    for path, word in ((tmp_path / "none.txt", "找不到"), (tmp_path, "文件夹"), (Path("a\x00b"), "读不了")):
        with pytest.raises(UnreadableFile, match=word):
            read(path)


def test_too_big(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 3_000_000)
    with pytest.raises(UnreadableFile, match=r"2\.9 MB，超过 1 MB"):
        read(path, max_bytes=1024 * 1024)
    with pytest.raises(UnreadableFile, match="超过"):
        read_bytes("a.txt", path.read_bytes(), max_bytes=1024 * 1024)
    assert isinstance(read(path), Document)


COLUMNS = {"name": ("案例名称", "标题"), "facts": ("基本案情", "案情"), "result": ("处理结果",)}


def test_table_records_find_the_header_and_the_columns() -> None:
    sheet = Sheet(
        "台账",
        [
            ["某镇调解台账"],
            ["序号", "标 题*", "处理结果（必填）", "案情"],
            ["1", "甲案", "达成协议", "漏水"],
            ["2"],
            ["3", "乙案"],
        ],
    )
    assert table_records(sheet, COLUMNS, ["name", "facts"]) == [
        {"name": "甲案", "facts": "漏水", "result": "达成协议"},
        {"name": "乙案", "facts": "", "result": ""},
    ]


def test_wrong_columns_are_named() -> None:
    with pytest.raises(UnreadableFile) as caught:
        table_records(Sheet("台账", [["姓名", "电话"], ["甲", "1"]]), COLUMNS, ["name", "facts"])
    assert "案例名称、基本案情" in caught.value.message and "姓名、电话" in caught.value.message
    assert "处理结果" in caught.value.hint
