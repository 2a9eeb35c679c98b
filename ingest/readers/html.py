"""Web pages, saved ones included; also what office programs export under other suffixes."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, PreformattedString

from ingest.readers.base import Content, Sheet, normal_text
from ingest.readers.textfile import text_of
from kb.errors import UnreadableFile

_DROP = ["script", "style", "noscript", "template", "iframe", "svg", "object", "select", "button"]
_BLOCKS = [
    "address", "article", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "tr", "ul",
]  # fmt: skip
#: Each tag becomes an object of about a kilobyte; the page of the longest law has a tenth of them.
MAX_TAGS = 300_000
_UNSEEN = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def _decoded(data: bytes) -> tuple[str, str, list[str]]:
    declared = _CHARSET.search(data[:4096])
    # Pages that say gb2312 use characters outside it; GB18030 contains them all.
    if declared and declared.group(1).lower() in (b"gb2312", b"gbk", b"gb18030", b"gb_2312-80"):
        try:
            return data.decode("gb18030"), "gb18030", []
        except UnicodeDecodeError:
            pass
    return text_of(data)


def _clean(text: str) -> str:
    return re.sub(r"[ \t\n\r\xa0]+", " ", text)


def read_html(data: bytes) -> Content:
    """Read a page: visible text, blocks on lines of their own, table cells parted by tabs."""
    raw, encoding, warnings = _decoded(data)
    if raw.count("<") > MAX_TAGS:
        raise UnreadableFile(
            "这个网页太复杂，没有打开。", "请在浏览器里打开，只把需要的文字复制到 Word 文档再导入。"
        )
    soup = BeautifulSoup(raw, "lxml")
    heading = soup.find("h1")
    title = _clean((heading or soup.title or soup.new_tag("i")).get_text()).strip()
    unseen = [*soup.find_all([*_DROP, "head"]), *soup.find_all(hidden=True), *soup.find_all(style=_UNSEEN)]
    for tag in unseen:
        if not tag.decomposed:
            tag.decompose()
    hidden = [
        node
        for node in soup.descendants
        if isinstance(node, PreformattedString) and not isinstance(node, CData)
    ]
    for mark in hidden:  # comments, declarations, processing instructions
        mark.extract()
    sheets = []
    for number, table in enumerate(soup.find_all("table"), 1):
        rows = [
            [_clean(cell.get_text()).strip() for cell in row.find_all(["td", "th"])]
            for row in table.find_all("tr")
        ]
        rows = [row for row in rows if any(row)]
        if rows:
            sheets.append(Sheet(f"表{number}", rows))
    pieces: list[str] = []
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name in _BLOCKS:
                pieces.append("\n")
            elif node.name in ("td", "th") and pieces and pieces[-1] != "\n":
                pieces.append("\t")
        else:
            parent = node.parent
            if parent is not None and parent.name == "pre":
                pieces.append(str(node))
                continue
            text = _clean(str(node))
            if text.strip() or (pieces and not pieces[-1].isspace()):
                pieces.append(text)
            # What follows a block inside the same parent starts a new line of its own.
            if parent is not None and parent.name in _BLOCKS and node.next_sibling is None:
                pieces.append("\n")
    lines = "".join(pieces).split("\n")
    text = normal_text(
        "\n".join(re.sub(r" *\t[ \t]*", "\t", line).strip(" ") for line in lines if line.strip())
    )
    if not text.strip():
        raise UnreadableFile(
            "网页里没有文字。", "这个网页可能靠脚本显示内容：请在浏览器里打开，全选复制到 Word 文档再导入。"
        )
    return Content(text, title, sheets, meta={"encoding": encoding}, warnings=warnings)
