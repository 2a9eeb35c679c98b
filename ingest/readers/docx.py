"""Word documents: headings, paragraphs and tables in the order of the page, automatic numbers included."""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from ingest.readers.base import Content, Sheet, first_line_title, normal_text
from ingest.readers.numbering import Numbering
from kb.errors import UnreadableFile

_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Deleted by tracked changes, field codes, the second copy of a drawing; text boxes are read apart.
_SKIP = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:txbxContent"), qn("w:pPr"), qn("w:rPr")}
_MAX_SPANNED = 200_000
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = qn("w:txbxContent")


def _hidden(run: Any) -> bool:
    """Return whether Word doesn't draw a `w:r`: what a reader can't see mustn't be read either."""
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val"), "1") not in ("0", "false", "off")


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag == qn("w:r") and _hidden(child):
            continue
        elif child.tag not in _SKIP and child.tag != _FALLBACK and isinstance(child.tag, str):
            yield from _runs(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the outermost text boxes of a paragraph; those inside them come when they are read."""
    for box in paragraph.iter(_BOX):
        for ancestor in box.iterancestors():
            if ancestor is paragraph:
                yield box
            if ancestor is paragraph or ancestor.tag in (_FALLBACK, _BOX):
                break


def _setting(element: Any, holder: str, name: str, default: str, absent: str | None = None) -> str:
    """Return a property's value; `default` where it has none, `absent` where it isn't there at all."""
    found = element.find(f"{qn(holder)}/{qn(name)}")
    if found is None:
        return default if absent is None else absent
    return str(found.get(qn("w:val"), default))


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
        """Read a table row by row; a merged cell belongs to every row and column it covers."""
        rows: list[list[str]] = []
        texts: dict[Any, str] = {}
        above: dict[int, Any] = {}
        spanned = 0
        for row in element.findall(qn("w:tr")):
            cells: list[str] = []
            shown: list[str] = []
            covered: dict[int, Any] = {}
            column = int(_setting(row, "w:trPr", "w:gridBefore", "0"))
            for cell in row.findall(qn("w:tc")):
                span = max(1, int(_setting(cell, "w:tcPr", "w:gridSpan", "1")))
                spanned += span
                if spanned > _MAX_SPANNED:  # files may claim any span
                    raise UnreadableFile(
                        "文档里的表格异常庞大，没有打开。", "请用 WPS 或 Word 重新制作表格再导入。"
                    )
                goes_on = _setting(cell, "w:tcPr", "w:vMerge", "continue", "restart") == "continue"
                origin = above.get(column, cell) if goes_on else cell
                # It is printed once, at its first place.
                shown.append("" if origin in texts else self.cell(origin))
                texts.setdefault(origin, shown[-1])
                cells += [texts[origin]] * span
                covered.update(dict.fromkeys(range(column, column + span), origin))
                column += span
            above = covered
            if any(cells):
                rows.append(cells)
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
    content = Content(text, reader.title or first_line_title(text), reader.sheets)
    if any(_hidden(run) for run in document.element.body.iter(qn("w:r"))):
        content.warnings.append("文档里有隐藏文字，没有读入；需要的话请在 Word 里取消隐藏再导入。")
    return content
