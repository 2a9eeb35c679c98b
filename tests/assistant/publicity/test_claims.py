"""What the gate says of drafts: composed ones pass, typed ones are shown with reason and repair, none is approved unseen."""

from datetime import date

import pytest

from assistant.publicity.claims import claims_of, failing
from assistant.publicity.types import FORMAT_LABELS, DraftRequest, EditRequest, ReviewRequest
from kb.errors import BadRequest, Conflict

SUPPORT = "民法典第一千零六十七条第二款"
#: What the desks wrote of it has a word of law in it: 禁止.
BRIDE = "民法典第一千零四十二条第一款"
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("format", list(FORMAT_LABELS))
@pytest.mark.parametrize("address", ["民法典第二百八十八条", SUPPORT, "人民调解法第三十三条", BRIDE])
def test_what_is_composed_passes_and_nothing_is_weighed_for_it(kb, desk, monkeypatch, format, address):
    def forbidden(*_, **__):
        raise AssertionError("a quotation decides by its words")

    monkeypatch.setattr("assistant.grounding.paraphrase.likelihood", forbidden)
    draft = desk.create(DraftRequest(address=address, count=1, format=format), "王芳").drafts[0]
    assert [(c.text, c.verdict, c.problems) for c in failing(draft.claims)] == []
    assert any(c.verdict == "supported" for c in draft.claims)


def test_a_wrong_sentence_is_shown_with_its_reason_and_repair(kb, desk, make):
    draft = make()
    words = kb.resolve(SUPPORT).text
    wrong = f"《民法典》第二百九十条规定：“{words}”"
    edited = desk.edit(draft.id, EditRequest(version=1, answer=f"{draft.answer}\n{wrong}"), "李强")
    [claim] = failing(edited.claims)
    assert claim.text == wrong
    assert claim.problems
    assert claim.repair is not None
    assert claim.repair.addresses == [SUPPORT]
    assert desk.get(draft.id).claims == edited.claims
    assert desk.list().drafts[0].claims == []
    mended = edited.answer.replace(claim.text, claim.repair.text)
    assert failing(desk.edit(draft.id, EditRequest(version=2, answer=mended), "李强").claims) == []


def test_a_failed_claim_is_never_approved_silently(live_desk):
    draft = live_desk.create(DraftRequest(address="民法典第二百八十八条", count=1), "王芳").drafts[0]
    false = "根据《民法典》第一百八十八条，向人民法院请求保护民事权利的诉讼时效期间为两年。"
    live_desk.edit(draft.id, EditRequest(version=1, answer=f"{draft.answer}\n{false}"), "王芳")
    submitted = live_desk.submit(draft.id, "王芳")
    assert [c.text for c in failing(submitted.claims)] == [false]
    assert failing(submitted.claims)[0].repair is None, "a number is never changed"
    with pytest.raises(Conflict, match="1句没有通过核查"):
        live_desk.review(draft.id, ReviewRequest(decision="approve", note="可以"), "赵敏")
    with pytest.raises(BadRequest, match="写明理由"):
        live_desk.review(draft.id, ReviewRequest(decision="approve", overrule=True), "赵敏")
    assert live_desk.get(draft.id).status == "in_review"
    approved = live_desk.review(
        draft.id, ReviewRequest(decision="approve", overrule=True, note="讲的是旧法时期"), "赵敏"
    )
    assert approved.status == "approved"
    on_record = next(e for e in approved.history if e.action == "approved").what
    assert "讲的是旧法时期" in on_record
    assert "1句没有通过核查" in on_record
    live_desk.kb.retract_qa(draft.id)


def test_words_in_the_desk_s_marks_are_no_blanket_for_what_stands_around_them(kb):
    words = kb.resolve(SUPPORT).text
    text = f"——《民法典》第一千零六十七条第二款\n「{words}」违法的一律坐牢。"
    [bad] = failing(claims_of(kb, text, TODAY))
    assert "坐牢" in bad.text
