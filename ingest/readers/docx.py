"""Word documents: headings, paragraphs and tables in the order of the page, automatic numbers included."""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table

from ingest.readers.base import Content, Sheet, first_line_title, normal_text
from ingest.readers.numbering import Numbering
from kb.errors import UnreadableFile

_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Deleted by tracked changes, field codes, the second copy of a drawing; text boxes are read apart.
_SKIP = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:txbxContent"), qn("w:pPr"), qn("w:rPr")}
_MAX_SPANNED = 200_000
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _SKIP and child.tag != _FALLBACK and isinstance(child.tag, str):
            yield from _runs(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(qn("w:txbxContent")):
        if not any(a.tag == _FALLBACK for a in box.iterancestors()):
            yield box


class _Reader:
    def __init__(self, document: Any) -> None:
        self.document = document
        self.numbering = Numbering(document)
        self.lines: list[str] = []
        self.sheets: list[Sheet] = []
        self.title = ""
        self.titles = {
            style.style_id
            for style in document.styles
            if (style.name or "").lower() in ("title", "heading 1", "标题", "标题 1")
        }

    def paragraph(self, element: Any) -> str:
        """Return the text of a `w:p`, its automatic number first."""
        text = "".join(_runs(element)).strip()
        label = self.numbering.label(element) if text else ""
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if text and not self.title and style is not None and style.get(qn("w:val")) in self.titles:
            self.title = text.replace("\n", "")
        # Word parts the number from the text by a tab; after 、 or ） nothing is printed between them.
        gap = "" if not label or label[-1] in "、）)．." else " "
        return f"{label}{gap}{text}"

    def cell(self, element: Any) -> str:
        parts = [self.paragraph(p) for p in element.iter(qn("w:p"))]
        return " ".join(part.replace("\n", " ").replace("\t", " ") for part in parts if part)

    def table(self, element: Any) -> None:
        # python-docx makes as many cells as a span claims.
        spans = [int(s.get(qn("w:val"), "1")) for s in element.iter(qn("w:gridSpan"))]
        if sum(spans) > _MAX_SPANNED:
            raise UnreadableFile("文档里的表格异常庞大，没有打开。", "请用 WPS 或 Word 重新制作表格再导入。")
        table = Table(element, self.document)
        rows: list[list[str]] = []
        texts: dict[Any, str] = {}
        for row in table.rows:
            cells, seen, shown = [], set(), []
            for cell in row.cells:
                key = cell._tc
                if key not in texts:
                    texts[key] = self.cell(key)
                    shown.append(texts[key])
                    seen.add(key)
                elif key not in seen:
                    shown.append("")
                    seen.add(key)
                cells.append(texts[key])
            if any(cells):
                rows.append(cells)
            # A merged cell is printed once, though it belongs to every row and column it covers.
            line = "\t".join(shown).strip()
            if line:
                self.lines.append(line)
        if rows:
            self.sheets.append(Sheet(f"表{len(self.sheets) + 1}", rows))

    def body(self, element: Any) -> None:
        for child in element:
            if child.tag == qn("w:p"):
                self.lines.append(self.paragraph(child))
                for box in _boxes(child):
                    self.body(box)
            elif child.tag == qn("w:tbl"):
                self.table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
                self.body(child)


def read_docx(data: bytes) -> Content:
    """Read a docx that `container.zip_kind` has passed. Deleted text of tracked changes is left out."""
    document = docx.Document(io.BytesIO(data))
    reader = _Reader(document)
    reader.body(document.element.body)
    text = normal_text("\n".join(reader.lines))
    if not text.strip():
        raise UnreadableFile("文档里没有文字。", "如果内容是图片或扫描件，请先做文字识别（OCR）再导入。")
    return Content(text, reader.title or first_line_title(text), reader.sheets)
