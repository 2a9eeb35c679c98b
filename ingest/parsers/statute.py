"""Statute text from Markdown, plain text, docx, PDF or HTML → LawText."""

import re
from datetime import date

from ingest.parsers.body import read_body
from ingest.parsers.books import book_at, book_named
from ingest.parsers.dates import find_dates
from ingest.parsers.header import Header, effective_stated, history_in_body, read_header, split_header
from ingest.readers.base import Document
from kb.catalog.incoming import ArticleText, LawText, Parsed
from kb.citation.names import short_title
from kb.errors import UnreadableFile

UNDATED = date(1, 1, 1)


def parse_statute(document: Document) -> Parsed:
    """Return the one law text of a document.

    Files of a split code (民法典/合同编.md) each give a LawText with the code's title and the book's articles.

    Raises:
        UnreadableFile: no title or no text.
    """
    head, lines = split_header(document.text)
    more = history_in_body(lines)
    head, lines = [*head, *lines[:more]], lines[more:]
    header = read_header(head, document.path, document.title)
    articles, warnings = read_body(lines, header.title)
    if not header.title:
        raise UnreadableFile("没有找到法律文件的标题。", "第一行应是标题，例如“某某管理条例”。")
    if not articles:
        raise UnreadableFile(
            f"《{header.title}》里没有正文。", "法律文件应有“第一条……”这样的条文，或“一、……”这样的条目。"
        )
    warnings = [*header.warnings, *warnings]
    last = [article.text for article in articles if article.label[:2] not in ("附件", "序言")][-3:]
    effective = effective_stated(header, last)
    version = header.version or _dated_by_text(header, last, effective, warnings)
    law = LawText(
        title=header.title,
        version=version,
        articles=tuple(_with_books(articles, header)),
        doc_type=header.doc_type,
        department=header.department,
        issuer=header.issuer,
        stated_effective=effective,
    )
    return Parsed(laws=[law], warnings=[f"《{header.title}》{w}" for w in warnings])


def _dated_by_text(header: Header, last: list[str], effective: date | None, warnings: list[str]) -> date:
    """Return the date signed under the text, else the commencement date, else UNDATED; say so."""
    tail = last[-1].split("\n")[-1] if last else ""
    signed = [f.day for f in find_dates(tail) if len(re.sub(r"[（()）\s]", "", tail)) <= f.end - f.start + 4]
    version = signed[-1] if signed else effective
    if version:
        warnings.append(f"没有写明通过或公布日期，暂以{'落款' if signed else '施行'}日期 {version} 为准。")
        return version
    warnings.append("没有找到任何日期，效力无法判断，请补上通过或公布日期。")
    return UNDATED


def _with_books(articles: list[ArticleText], header: Header) -> list[ArticleText]:
    """Add the book that the file's second heading or corpora/books.toml names."""
    law = short_title(header.title)
    part = book_named(law, header.part) if header.part else None
    placed = []
    for article in articles:
        known = part or (book_at(law, article.number) if article.number and not article.book else None)
        book = article.book or (known.title if known else "")
        if header.part and not book:
            book = header.part
        inner = article.book if part and article.book != part.title else ""
        book = f"{part.title} {inner}".strip() if part else book
        placed.append(
            ArticleText(
                article.label,
                article.text,
                article.number,
                article.suffix,
                book,
                article.chapter,
                article.section,
            )
        )
    return placed
