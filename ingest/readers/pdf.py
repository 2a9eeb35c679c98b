"""PDF with a text layer. Lines broken by the page's width are joined again."""

import io
import logging
import re
from collections import Counter

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from ingest.readers.base import MAX_CHARS, Content, damaged, first_line_title, normal_text, too_long
from ingest.readers.textfile import plausibility
from kb.errors import UnreadableFile

# Complaints about every odd object would bury the one message that matters.
logging.getLogger("pypdf").setLevel(logging.ERROR)

MAX_PAGES = 3000
_NUMERAL = "一二三四五六七八九十百千零〇两"
_STARTS = re.compile(
    rf"第[{_NUMERAL}\d]+[编章节条款项部分]|[（(][{_NUMERAL}\d]+[）)]|[{_NUMERAL}]+[、．.]|\d+[、．.)）](?!\d)"
    r"|[①-⑳]|附件|附则|附：|——"
)
_ENDS = "。！？；：!?;:”』》】"
_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/／共]\s*\d{1,4}\s*页?)?[-—–·\s]*")
_WORD_END = re.compile(r"[A-Za-z0-9,.]$")
_WORD_START = re.compile(r"^[A-Za-z0-9]")


def _width(line: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in line)


def _running(pages: list[list[str]]) -> set[str]:
    """Return first and last lines that come back on most pages: headers and footers."""
    if len(pages) < 3:
        return set()
    ends = Counter(line for page in pages if page for line in {page[0], page[-1]})
    return {line for line, times in ends.items() if times >= 3 and times > len(pages) * 0.6}


def join_lines(pages: list[str]) -> str:
    """Return the text of all pages with headers, footers and page numbers dropped and broken lines joined.

    A line goes on in the next one when it fills the width of the page, doesn't end a sentence, and the
    next doesn't start with a label such as 第三条, （一） or 二、.
    """
    split = [[line.strip() for line in page.split("\n") if line.strip()] for page in pages]
    running = _running(split)
    joined: list[list[str]] = []
    open_ended = False
    for lines in split:
        kept = [
            line
            for place, line in enumerate(lines)
            if line not in running
            and not (place in (0, len(lines) - 1) and len(line) <= 40 and _PAGE_NUMBER.fullmatch(line))
        ]
        widths = sorted(map(_width, kept))
        full = widths[int(len(widths) * 0.9)] * 0.82 if widths else 0
        for line in kept:
            previous = joined[-1][-1] if joined else ""
            if previous and open_ended and previous[-1] not in _ENDS and not _STARTS.match(line):
                words = _WORD_END.search(previous) and _WORD_START.match(line)
                joined[-1].append((" " if words else "") + line)
            else:
                joined.append([line])
            open_ended = _width(line) >= full and full > 24
    return normal_text("\n".join(map("".join, joined)))


def read_pdf(data: bytes) -> Content:
    """Read the text layer; pages without one are counted in a warning and in meta["scanned"] (from 1)."""
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile("这个 PDF 设了打开密码。", "请用能打开它的软件去掉密码，另存一份再导入。")
    try:
        count = len(reader.pages)
    except FileNotDecryptedError as error:
        raise UnreadableFile("这个 PDF 设了打开密码。", "请去掉密码，另存一份再导入。") from error
    if count == 0:
        raise damaged("PDF 文件")
    if count > MAX_PAGES:
        raise UnreadableFile(f"这个 PDF 有 {count} 页，超过 {MAX_PAGES} 页。", "请拆成几个文件再导入。")
    pages: list[str] = []
    failed: list[int] = []
    chars = 0
    for number, page in enumerate(reader.pages, 1):
        try:
            pages.append(normal_text(page.extract_text()))
        except Exception:
            # One damaged page mustn't cost the others; it is named below.
            pages.append("")
            failed.append(number)
        chars += len(pages[-1])
        if chars > MAX_CHARS:
            raise too_long()
    scanned = [number for number, page in enumerate(pages, 1) if not page.strip() and number not in failed]
    if len(failed) == count:
        raise damaged("PDF 文件")
    text = join_lines(pages)
    if not text.strip():
        raise UnreadableFile(
            "这是扫描件，没有文字层，无法直接读取。",
            "请先用 OCR 软件（如 WPS 的“PDF 转 Word”）识别成文字，核对后再导入。",
        )
    if plausibility(text) < 0.5:
        raise UnreadableFile(
            "这个 PDF 的文字层是乱码（字体没有附带编码表）。",
            "请向提供者要 Word 原件，或用 OCR 软件识别后再导入。",
        )
    content = Content(text, first_line_title(text), meta={"pages": count, "scanned": scanned})
    for numbers, why in ((scanned, "没有文字层，可能是扫描页或空白页"), (failed, "已损坏，没有读出")):
        if numbers:
            shown = "、".join(map(str, numbers[:10])) + (" 等" if len(numbers) > 10 else "")
            content.warnings.append(f"第 {shown} 页（共 {len(numbers)} 页）{why}。")
    return content
