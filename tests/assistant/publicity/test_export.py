"""Exported files open again and carry label, text, sources and signatures."""

import io

import pytest
from docx import Document

from assistant.publicity.types import DraftRequest, EditRequest, ReviewRequest
from kb.errors import BadRequest


def opened(data):
    return Document(io.BytesIO(data))


def paragraphs(document):
    return [p.text for p in document.paragraphs]


def test_draft_is_marked_as_draft_everywhere(desk, make):
    draft = make(format="article")
    document = opened(desk.export(draft.id, "docx"))
    assert any(p.startswith("草稿") for p in paragraphs(document)[:3])
    assert document.sections[0].header.paragraphs[0].text.startswith("草稿")
    assert document.core_properties.content_status.startswith("草稿")
    assert "内部审核通过" not in "".join(paragraphs(document))


def test_body_and_sources_table(desk, make):
    draft = make(format="article")
    document = opened(desk.export(draft.id, "docx"))
    texts = paragraphs(document)
    assert texts[0] == draft.title
    for line in draft.answer.splitlines():
        bare = line.removeprefix("## ").removeprefix("> ")
        assert not bare or bare in texts
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["引用依据", "条文原文", "施行日期"]
    assert rows[1][:2] == ["民法典第二百八十八条", draft.citations[0].quote]
    assert rows[1][2] == "自2021年1月1日起施行，现行有效"
    properties = document.core_properties
    assert (properties.title, properties.author, properties.identifier) == (draft.title, "王芳", draft.id)
    assert properties.subject == "公众号推文"


def test_approved_file_names_reviewer_and_day(live_desk):
    draft = live_desk.create(DraftRequest(address="民法典第二百八十八条", count=1), "王芳").drafts[0]
    live_desk.submit(draft.id, "王芳")
    approved = live_desk.review(draft.id, ReviewRequest(decision="approve"), "赵敏")
    document = opened(live_desk.export(draft.id, "docx"))
    day = approved.reviewed_at.astimezone()
    signed = f"起草：王芳　审核：赵敏，{day.year}年{day.month}月{day.day}日"
    assert signed in paragraphs(document)
    assert "内部审核通过" in paragraphs(document)
    assert document.core_properties.content_status == "内部审核通过"
    assert document.core_properties.last_modified_by == "赵敏"
    assert signed in live_desk.export(draft.id, "md").decode()


def test_failed_citation_shows_as_failed(desk, make):
    draft = make()
    desk.edit(draft.id, EditRequest(version=1, answer=draft.answer.replace("应当", "可以")), "王芳")
    document = opened(desk.export(draft.id, "docx"))
    assert document.tables[0].rows[1].cells[2].text.startswith("未通过核验：")


def test_markdown(desk, make):
    draft = make()
    text = desk.export(draft.id, "md").decode("utf-8")
    assert text.startswith(f"# {draft.title}\n\n> **草稿")
    quote = draft.citations[0].quote
    assert f"| 民法典第二百八十八条 | {quote} | 自2021年1月1日起施行，现行有效 |" in text


def test_characters_that_word_cannot_hold(desk, make):
    draft = make()
    desk.edit(draft.id, EditRequest(version=1, title="坏\x00字\x0b符|竖线"), "王芳")
    assert paragraphs(opened(desk.export(draft.id, "docx")))[0] == "坏字符|竖线"
    assert desk.export(draft.id, "md")


def test_unknown_kind(desk, make):
    with pytest.raises(BadRequest):
        desk.export(make().id, "pdf")
