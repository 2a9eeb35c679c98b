"""Write a turn to a Word file: 法律咨询意见书. Made in memory for each download, kept nowhere.

Every quotation is compared with the text in force on the day anew; one that doesn't stand is marked, never
dropped. Text shown to the public that a model wrote is labelled, visibly and in the metadata.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor

from assistant.chat.types import AI_LABEL, AnswerCitation, AskResponse, Block
from assistant.publicity.export import clean, set_font
from kb.base import KnowledgeBase
from kb.citation.quote import same_text
from kb.clock import today
from kb.text.day import printed

TITLE = "法律咨询意见书"
NOTE = (
    "本意见书由系统按所列法条编排，不是律师意见，也不是调解协议或法院的决定。"
    "办理时请以官方公布的文本为准；拿不准的，拨打12348向律师咨询，不收费。"
)
AI_NOTE = "其中部分文字由人工智能生成，经系统核对所引法条，未经人工审核。"
HIDDEN_NOTE = "姓名、证件号、电话等已用甲、乙、某电话等代替。"
#: Headings of parts that have none of their own.
_HEADINGS = {
    "risk": "先说要紧的", "note": "请注意", "lead": "答复", "law": "法律依据", "more": "还可能用得上", "meaning": "这是什么意思",
    "village": "本村的规约", "steps": "可以这样办", "papers": "要准备的材料", "deadline": "期限",
    "where": "可以去哪里", "qa": "审定过的问答", "case": "类似的调解", "refusal": "为什么不能答复", "closing": "说明",
}  # fmt: skip
_WRONG = RGBColor(0xB7, 0x1C, 0x1C)


@dataclass(frozen=True)
class Check:
    """What came of comparing one quotation: whether it stands, and the sentence that says so."""

    address: str
    ok: bool
    says: str


def check(kb: KnowledgeBase, citation: AnswerCitation, on: date) -> Check:
    """Compare a quotation with the provision as it is in force on a day."""
    found = kb.resolve(citation.address, on)
    if not kb.quote_ok(citation.address, citation.quote, on):
        why = "与库里的条文不一致" if found.ok else found.message or "找不到这一条"
        return Check(citation.address, False, f"未通过核对：{why}。请勿引用，先查官方公布的文本。")
    since = f"按{printed(found.effective_from)}施行的文本核对" if found.effective_from else "按库中文本核对"
    later = kb.resolve(citation.address, today())
    if not later.ok:
        return Check(citation.address, True, f"{since}，一致；到今天这一条已不在施行：{later.message}")
    if not same_text(citation.quote, later.text):
        return Check(citation.address, True, f"{since}，一致；这一条后来有修改，今天的条文不同。")
    return Check(citation.address, True, f"{since}，一致{f'；{found.message}' if found.message else ''}")


#: Parts that show provisions word for word.
_QUOTING = ("law", "more")


def to_docx(kb: KnowledgeBase, question: str, response: AskResponse, turn_id: str) -> bytes:
    """Return a turn as a Word file.

    Args:
        kb: what quotations are compared with.
        question: without personal data, see `assistant.chat.hidden`.
        response: likewise.
        turn_id: stands in the metadata.
    """
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    set_font(document.styles["Normal"], "宋体", 12)
    for style in ("Title", "Heading 1"):
        set_font(document.styles[style], "黑体")
    generated = response.generated or any(block.generated for block in response.blocks)
    label = (response.label or AI_LABEL) if generated else ""
    header = section.header.paragraphs[0]
    header.text = f"{TITLE}　{label}" if label else TITLE
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_heading(TITLE, level=0)
    if label:
        mark = document.add_paragraph()
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = mark.add_run(label)
        run.bold, run.font.size = True, Pt(14)
        document.add_paragraph(AI_NOTE)
    document.add_heading("咨询的问题", level=1)
    _lines(document, question)
    document.add_paragraph(f"按{printed(response.on)}施行的法律答复。")
    checks: list[Check] = []
    above: Block | None = None
    for part in _parts(response):
        checks += _write(document, kb, part, response.on, label, above)
        above = part
    document.add_heading("核对情况", level=1)
    for line in _summary(response, checks):
        document.add_paragraph(line)
    document.add_paragraph()
    for line in (NOTE, HIDDEN_NOTE, f"出具日期：{printed(today())}"):
        document.add_paragraph(line)
    properties = document.core_properties
    properties.title = clean(f"{TITLE}：{question}")[:255]
    properties.subject, properties.category = TITLE, label or TITLE
    properties.content_status = label or "非律师意见"
    properties.keywords = clean("，".join([*([label] if label else []), *(c.address for c in checks)]))[:255]
    properties.comments = f"{f'{label}。{AI_NOTE}' if label else ''}{NOTE}"[:255]
    properties.author = properties.last_modified_by = ""
    properties.identifier, properties.language = turn_id, "zh-CN"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _parts(response: AskResponse) -> Iterator[Block]:
    """Yield all there is to write, each quotation and each line once."""
    blocks = response.blocks or [Block(kind="lead", text=response.answer)]
    told = {(c.address, c.quote) for b in blocks if b.kind in _QUOTING for c in b.citations}
    for block in blocks:
        # a lead names what stands below word for word
        own = [c for c in block.citations if (c.address, c.quote) not in told]
        yield block if block.kind in _QUOTING else block.model_copy(update={"citations": own})
    shown = {(c.address, c.quote) for block in blocks for c in block.citations}
    left = [c for c in response.citations if (c.address, c.quote) not in shown]
    if left:
        yield Block(kind="law", title="引用的条文", citations=left)
    whole = "\n".join(line for block in blocks for line in (block.text, *block.items))
    where = [line for line in response.where if line not in whole]
    if where:
        yield Block(kind="where", items=where)


def _write(
    document: Any, kb: KnowledgeBase, block: Block, on: date, label: str, above: Block | None
) -> Iterator[Check]:
    """Write one part, and yield what came of comparing its quotations.

    Args:
        above: the part before; one of the same kind goes on under its heading unless it brings its own.
    """
    heading = block.title or _HEADINGS[block.kind]
    follows = above and above.kind == block.kind and above.generated == block.generated
    if not follows or block.title:
        document.add_heading(
            clean(f"{heading}（{label}）" if block.generated and label else heading), level=1
        )
    _lines(document, block.text)
    for number, item in enumerate(block.items, 1):
        document.add_paragraph(clean(f"{number}. {item}" if block.kind == "steps" else f"· {item}"))
    written = "\n".join([block.text, *block.items])
    for citation in block.citations:
        found = check(kb, citation, on)
        if citation.quote not in written:
            document.add_paragraph(clean(f"{citation.address}：「{citation.quote}」"), style="Intense Quote")
        run = document.add_paragraph().add_run(clean(f"〔{citation.address}　{found.says}〕"))
        run.font.size = Pt(10.5)
        if not found.ok:
            run.bold, run.font.color.rgb = True, _WRONG
        yield found


def _lines(document: Any, text: str) -> None:
    for line in text.splitlines():
        if line.strip():
            document.add_paragraph(clean(line))


def _summary(response: AskResponse, checks: list[Check]) -> list[str]:
    wrong = [c.address for c in checks if not c.ok]
    if not checks:
        lines = ["本次答复没有引用法条。"]
    elif wrong:
        lines = [f"共引用{len(checks)}处，其中{len(wrong)}处未通过核对：{'、'.join(wrong)}。"]
    else:
        lines = [f"共引用{len(checks)}处，出具时逐字核对，全部一致。"]
    found = response.checked
    if found.claims:
        lines.append(
            f"答复时核对论断{found.claims}句，改正引用{found.repaired}处，删去没有依据的话{len(found.removed)}句。"
        )
    if response.refused:
        lines.append(f"系统没有给出答复：{response.reason}")
    return lines
