"""Write a draft to a file: Word for the office, Markdown for the web editor.

Both carry, on their face, whether the text may be published, and the sources with exact words.
"""

import io
import re
from datetime import date

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.publicity.types import Draft, DraftCitation
from kb.text.day import printed
from kb.text.visible import one_line

APPROVED = "内部审核通过"
DRAFT = "草稿"
MADE_BY = "本稿由系统依据法律条文原文编排，经人工编辑、审核；引用请以官方公布的文本为准。"
_HEADINGS = ("引用依据", "条文原文", "施行日期")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ACTIVE = re.compile(r"[<\[\]`]")


def label_of(draft: Draft) -> str:
    """Return the line that says whether the text may go out."""
    return APPROVED if draft.status == "approved" else f"{DRAFT} · 未经审核通过，不得对外发布"


def dates_of(citation: DraftCitation) -> str:
    """Return from when to when the provision is law, and that it failed the check, if it did."""
    if not citation.verified:
        return f"未通过核验：{citation.problem}"
    since = f"自{printed(citation.effective_from)}起" if citation.effective_from else "施行日期不详"
    until = f"至{printed(citation.effective_until)}" if citation.effective_until else "施行，现行有效"
    return since + until + (f"（{citation.note}）" if citation.note else "")


def signature(draft: Draft) -> str:
    """Return who wrote, edited and reviewed the text, and when."""
    parts = [f"起草：{draft.author}"]
    if draft.last_editor != draft.author:
        parts.append(f"最后修改：{draft.last_editor}")
    if draft.status == "approved":
        when: date | None = draft.reviewed_at.astimezone().date() if draft.reviewed_at else None
        parts.append(f"审核：{draft.reviewer}" + (f"，{printed(when)}" if when else ""))
    return "　".join(parts)


def to_markdown(draft: Draft) -> bytes:
    """Return the draft as Markdown in UTF-8."""
    title, question = (one_line(inert(t), 1000) for t in (draft.title or draft.question, draft.question))
    lines = [f"# {title}", "", f"> **{label_of(draft)}**　{draft.format_label}", ""]
    lines += [f"**问：{question}**", "", _hard_breaks(inert(draft.answer)), "", "## 引用依据核对表", ""]
    lines += ["| " + " | ".join(_HEADINGS) + " |", "|---|---|---|"]
    lines += [
        "| " + " | ".join(_cell(v) for v in (c.address, c.quote, dates_of(c))) + " |" for c in draft.citations
    ]
    lines += ["", one_line(inert(signature(draft)), 1000), "", MADE_BY, ""]
    return "\n".join(lines).encode("utf-8")


def to_docx(draft: Draft) -> bytes:
    """Return the draft as a Word file; the same label stands on top, in the page header and metadata."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    set_font(document.styles["Normal"], "宋体", 12)
    for name in ("Title", "Heading 1", "Heading 2"):
        set_font(document.styles[name], "黑体")
    approved = draft.status == "approved"
    header = section.header.paragraphs[0]
    header.text = f"{label_of(draft)}　{draft.format_label}"
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_heading(clean(draft.title or draft.question), level=0)
    mark = document.add_paragraph()
    mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = mark.add_run(label_of(draft))
    run.bold = True
    run.font.size = Pt(14)
    run.font.color.rgb = RGBColor(0x1B, 0x5E, 0x20) if approved else RGBColor(0xB7, 0x1C, 0x1C)
    document.add_paragraph().add_run(f"问：{clean(draft.question)}").bold = True
    for line in draft.answer.splitlines():
        _body_line(document, clean(line))
    document.add_heading("引用依据核对表", level=1)
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    _repeat_header(table.rows[0])
    for cell, heading in zip(table.rows[0].cells, _HEADINGS, strict=True):
        cell.text = heading
    for citation in draft.citations:
        values = (citation.address, citation.quote, dates_of(citation))
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = clean(value)
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(4), Cm(8.5), Cm(3.5)), strict=True):
            cell.width = width
    document.add_paragraph()
    document.add_paragraph(clean(signature(draft)))
    document.add_paragraph(MADE_BY)
    properties = document.core_properties
    properties.title = clean(draft.title or draft.question)[:255]
    properties.author = clean(draft.author)
    properties.last_modified_by = clean(draft.reviewer or draft.last_editor)
    properties.subject = draft.format_label
    properties.category = "普法稿件"
    properties.content_status = label_of(draft)
    properties.keywords = "，".join(c.address for c in draft.citations)[:255]
    properties.comments = clean(f"{signature(draft)}　{MADE_BY}")[:255]
    properties.identifier = draft.id
    properties.version = str(draft.version)
    properties.language = "zh-CN"
    properties.created = draft.created_at.replace(tzinfo=None)
    properties.modified = draft.updated_at.replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _body_line(document: "Document", line: str) -> None:  # type: ignore[valid-type]
    if line.startswith("## "):
        document.add_heading(line[3:], level=2)  # type: ignore[attr-defined]
    elif line.startswith("> "):
        document.add_paragraph(line[2:], style="Intense Quote")  # type: ignore[attr-defined]
    elif line.strip():
        document.add_paragraph(line)  # type: ignore[attr-defined]


def set_font(style: object, name: str, size: float = 0) -> None:
    """Set a font for Chinese too; Word keeps the East Asian face apart from the Latin one."""
    font = style.font  # type: ignore[attr-defined]
    font.name = name
    if size:
        font.size = Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # type: ignore[attr-defined]


def _repeat_header(row: object) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]


def clean(text: str) -> str:
    """Drop characters that XML cannot hold."""
    return _CONTROL.sub("", text)


def _cell(text: str) -> str:
    return inert(text.replace("\\", "\\\\").replace("|", "\\|")).replace("\n", "<br>")


def inert(text: str) -> str:
    """Return text in which Markdown sees no HTML, link or picture: a case's words must not become code."""
    return _ACTIVE.sub(r"\\\g<0>", text)


def _hard_breaks(text: str) -> str:
    """Keep each line of the draft a line: Markdown would join them."""
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", text)
