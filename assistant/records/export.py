"""Write a case record to a file, without personal data. Made in memory for each download, kept nowhere."""

import io
from datetime import date

from docx import Document
from docx.shared import Cm

from assistant.publicity.export import clean, inert, set_font
from kb.model import MediationCase
from kb.text.day import printed
from kb.text.visible import one_line

LABEL = "内部资料 · 已隐去个人信息"
NOTE = "姓名、证件号、电话、住址等已用甲、乙、某村等代替；知道内情的人仍可能认出当事人，请勿公开。"
_PARTS = (
    ("基本案情", "facts"),
    ("争议焦点", "focus"),
    ("处理方式方法", "handling"),
    ("处理结果", "result"),
    ("解纷要旨", "gist"),
    ("解纷依据", "basis"),
)


def to_markdown(case: MediationCase, village: str) -> bytes:
    """Return the case as Markdown in UTF-8; `village` is its village's name."""
    lines = [f"# {one_line(inert(case.name), 1000)}", "", f"> **{LABEL}**", ""]
    lines += [f"- {name}：{one_line(inert(value), 1000)}" for name, value in _facts(case, village)]
    for heading, text in _texts(case):
        lines += ["", f"## {heading}", "", "  \n".join(inert(text).splitlines())]
    return "\n".join([*lines, "", NOTE, ""]).encode("utf-8")


def to_docx(case: MediationCase, village: str) -> bytes:
    """Return the case as a Word file; `village` is its village's name."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    set_font(document.styles["Normal"], "宋体", 12)
    for style in ("Title", "Heading 1"):
        set_font(document.styles[style], "黑体")
    section.header.paragraphs[0].text = LABEL
    document.add_heading(clean(case.name), level=0)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in _facts(case, village):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, clean(value)
    for heading, text in _texts(case):
        document.add_heading(heading, level=1)
        for line in text.splitlines():
            if line.strip():
                document.add_paragraph(clean(line))
    document.add_paragraph()
    document.add_paragraph(NOTE)
    properties = document.core_properties
    properties.title, properties.subject = clean(case.name)[:255], LABEL
    properties.author = properties.last_modified_by = ""
    properties.identifier, properties.language = case.id, "zh-CN"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _facts(case: MediationCase, village: str) -> list[tuple[str, str]]:
    def written(on: date | None) -> str:
        return printed(on) if on else ""

    confirmed = "" if case.confirmed is None else "已确认" if case.confirmed else "未确认"
    found = [
        ("村", village),
        ("纠纷类型", case.dispute_type),
        ("双方关系", case.relation),
        ("诉求金额", "" if case.claim is None else f"{case.claim:,.2f} 元"),
        ("协议金额", "" if case.settled is None else f"{case.settled:,.2f} 元"),
        ("受理日期", written(case.opened)),
        ("办结日期", written(case.closed)),
        ("结果", case.outcome),
        ("履行", case.kept),
        ("司法确认", confirmed),
        ("关键词", "、".join(case.keywords)),
    ]
    return [(name, value) for name, value in found if value and value != "未知"]


def _texts(case: MediationCase) -> list[tuple[str, str]]:
    found = [(heading, getattr(case, field)) for heading, field in _PARTS]
    return [(heading, text) for heading, text in found if text.strip()]
