"""The opinion as a file: every quotation compared anew, what fails marked, what a model wrote labelled."""

import io
from datetime import date
from typing import Any

import pytest
from docx import Document

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.export import NOTE, TITLE, to_docx
from assistant.chat.types import AI_LABEL, AnswerCitation, AskRequest, AskResponse, Block, Checked, Removed
from kb.base import KnowledgeBase

ON = date(2026, 11, 21)
DOG = "民法典第一千二百四十五条"


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def lines(data: bytes) -> list[str]:
    return [p.text for p in opened(data).paragraphs if p.text]


def cited(kb: KnowledgeBase, address: str, on: date = ON) -> AnswerCitation:
    return AnswerCitation(address=address, quote=kb.resolve(address, on).text, verified=True)


def answer(kb: KnowledgeBase, *blocks: Block, **changed: Any) -> AskResponse:
    citations = [c for block in blocks for c in block.citations]
    values: dict[str, Any] = {"answer": "见下", "refused": False, "citations": citations, "on": ON, **changed}
    return AskResponse(blocks=list(blocks), **values)


def test_a_real_answer(kb: KnowledgeBase) -> None:
    question = "邻居家的狗咬了我，医药费谁出？"
    response = ask(kb, AskRequest(question=question), conversations=Conversations())
    said = lines(to_docx(kb, question, response, response.turn_id))
    assert said[0] == TITLE
    assert question in said
    for citation in response.citations:
        assert all(any(part in line for line in said) for part in citation.quote.split("\n"))
        since = kb.resolve(citation.address, ON).effective_from
        assert since is not None
        wanted = f"按{since.year}年{since.month}月{since.day}日施行的文本核对，一致"
        assert any(citation.address in line and wanted in line for line in said)
    assert f"共引用{len(response.citations)}处，出具时逐字核对，全部一致。" in said
    assert NOTE in said
    assert "12348" in NOTE
    assert "出具日期：2026年11月21日" in said
    assert AI_LABEL not in "".join(said)


def test_blocks_keep_their_order_and_nothing_stands_twice(kb: KnowledgeBase) -> None:
    law = cited(kb, DOG)
    response = answer(
        kb,
        Block(kind="lead", text="一般由养狗的人出。"),
        Block(kind="law", title="依据", text=f"{DOG}：「{law.quote}」", citations=[law]),
        Block(kind="steps", items=["先去医院", "再找村里"]),
        Block(kind="where", items=["镇司法所"]),
        where=["镇司法所", "打12348"],
    )
    said = lines(to_docx(kb, "狗咬了我", response, "t-1"))
    order = ["答复", "一般由养狗的人出。", "依据", "可以这样办", "1. 先去医院", "2. 再找村里", "可以去哪里", "· 镇司法所",
             "· 打12348", "核对情况", NOTE]  # fmt: skip
    at = [said.index(line) for line in order]
    assert at == sorted(at)
    assert sum(law.quote in line for line in said) == 1
    assert said.count("· 镇司法所") == 1


@pytest.mark.parametrize(
    ("address", "quote"), [(DOG, "养狗的人什么也不用赔。"), ("民法典第九千条", "没有这一条。")]
)
def test_a_quotation_that_does_not_stand_is_marked(kb: KnowledgeBase, address: str, quote: str) -> None:
    """Whatever the answer says of itself: it is compared when it is written out."""
    wrong = AnswerCitation(address=address, quote=quote, verified=True)
    data = to_docx(kb, "狗咬了我", answer(kb, Block(kind="law", citations=[cited(kb, DOG), wrong])), "t-1")
    said = lines(data)
    assert any(quote in line for line in said), "it is marked, not dropped"
    assert any(address in line and "未通过核对" in line for line in said)
    assert f"共引用2处，其中1处未通过核对：{address}。" in said
    marked = [run for p in opened(data).paragraphs for run in p.runs if "未通过核对" in run.text and run.bold]
    assert [str(run.font.color.rgb) for run in marked] == ["B71C1C"]


def test_what_was_law_then_and_is_not_now_is_said(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trademark law's text of 2019 ends with 2026; the file is written in February 2027."""
    monkeypatch.setenv("FENGQIAO_TODAY", "2027-02-01")
    later = date(2027, 2, 1)
    changed, same = "商标法第四条", DOG
    old = cited(kb, changed)
    assert kb.resolve(changed, later).text != old.quote, "the article says something else by then"
    response = answer(kb, Block(kind="law", citations=[old, cited(kb, same)]))
    said = lines(to_docx(kb, "商标", response, "t-1"))
    assert "按2026年11月21日施行的法律答复。" in said
    assert "出具日期：2027年2月1日" in said
    assert any(changed in line and "一致；" in line and "今天的条文不同" in line for line in said)
    assert any(line.startswith(f"〔{same}") and line.endswith("一致〕") for line in said)


def test_what_a_model_wrote_is_labelled_on_its_face_and_in_the_metadata(kb: KnowledgeBase) -> None:
    blocks = (
        Block(kind="meaning", text="意思是养狗的人要赔。", generated=True),
        Block(kind="lead", text="要赔。"),
    )
    document = opened(to_docx(kb, "狗咬了我", answer(kb, *blocks, generated=True, label=AI_LABEL), "t-1"))
    texts = [p.text for p in document.paragraphs]
    assert texts[1] == AI_LABEL
    assert AI_LABEL in document.sections[0].header.paragraphs[0].text
    assert f"这是什么意思（{AI_LABEL}）" in texts
    assert "答复" in texts
    properties = document.core_properties
    for value in (properties.category, properties.content_status, properties.keywords, properties.comments):
        assert AI_LABEL in value
    assert properties.identifier == "t-1"
    assert properties.author == ""


def test_a_generated_part_is_labelled_even_where_the_answer_forgot_to_say_so(kb: KnowledgeBase) -> None:
    response = answer(kb, Block(kind="meaning", text="要赔。", generated=True))
    assert AI_LABEL in lines(to_docx(kb, "狗咬了我", response, "t"))


def test_a_refusal_and_what_the_gate_did(kb: KnowledgeBase) -> None:
    response = AskResponse(
        answer="这个问题我不能答。", refused=True, reason="库里没有外国法律。", where=["打12348"], on=ON,
        checked=Checked(claims=4, verified=2, repaired=1, removed=[Removed(text="x", reason="y")]),
    )  # fmt: skip
    said = lines(to_docx(kb, "英国继承法怎么说", response, "t"))
    assert "本次答复没有引用法条。" in said
    assert "系统没有给出答复：库里没有外国法律。" in said
    assert "答复时核对论断4句，改正引用1处，删去没有依据的话1句。" in said
    assert "· 打12348" in said
    assert "x" not in said


def test_what_word_cannot_hold_is_left_out(kb: KnowledgeBase) -> None:
    response = AskResponse(answer="一\x00二\x0b\n三", refused=False, on=ON)
    said = lines(to_docx(kb, "问\x01题", response, "t"))
    assert "问题" in said
    assert {"一二", "三"} <= set(said) or "一二三" in "".join(said)


def test_parts_of_a_kind_stand_under_one_heading(kb: KnowledgeBase) -> None:
    question = "邻居家的狗咬了我，医药费谁出？"
    response = ask(kb, AskRequest(question=question), conversations=Conversations())
    assert sum(block.kind == "law" for block in response.blocks) > 1
    headings = [
        p.text
        for p in opened(to_docx(kb, question, response, "t-1")).paragraphs
        if p.style.name == "Heading 1"
    ]
    assert len(headings) == len(set(headings))
    assert "法律是这样写的" in headings and "法律依据" not in headings
