"""The life of a draft: edited, submitted, reviewed by someone else, published, taken back."""

import threading
from datetime import date

import pytest

from assistant.publicity.desk import PublicityDesk
from assistant.publicity.types import DraftRequest, EditRequest, ReviewRequest
from kb.catalog.engine import get_engine
from kb.errors import BadRequest, Conflict, Forbidden, NotFound
from kb.search.types import SearchRequest

APPROVE = ReviewRequest(decision="approve", note="可以发")


def found_qa(kb, query):
    return [h.id for h in kb.search(SearchRequest(query=query, kinds=["qa"], limit=20)).hits]


def test_full_life(live_desk, writable_kb):
    desk, kb = live_desk, writable_kb
    draft = desk.create(DraftRequest(address="民法典第二百八十八条", count=1), "王芳").drafts[0]
    question = "晒谷坪边两家的排水沟该怎么走？"
    edited = desk.edit(draft.id, EditRequest(version=draft.version, question=question, note="更口语"), "李强")
    assert (edited.version, edited.last_editor, edited.status) == (2, "李强", "draft")
    submitted = desk.submit(draft.id, "王芳")
    assert submitted.status == "in_review"
    assert found_qa(kb, question) == []
    approved = desk.review(draft.id, APPROVE, "赵敏")
    assert (approved.status, approved.reviewer, approved.published) == ("approved", "赵敏", True)
    assert draft.id in found_qa(kb, question)
    assert kb.catalog.qa(draft.id).addresses == ["民法典第二百八十八条"]
    assert [(r.version, r.editor) for r in approved.revisions] == [(1, "王芳"), (2, "李强")]
    assert approved.revisions[0].question == draft.question
    assert [(e.action, e.who) for e in approved.history] == [
        ("created", "王芳"),
        ("edited", "李强"),
        ("submitted", "王芳"),
        ("approved", "赵敏"),
        ("published", "赵敏"),
    ]
    again = desk.edit(draft.id, EditRequest(version=approved.version, title="排水沟"), "王芳")
    assert (again.status, again.published) == ("draft", False)
    assert draft.id not in found_qa(kb, question)
    assert kb.catalog.qa(draft.id) is None
    assert again.history[-1].action == "retracted"


def test_crash_between_approval_and_shelf_is_mended(live_desk, writable_kb):
    draft = live_desk.create(DraftRequest(address="民法典第二百八十八条", count=1), "王芳").drafts[0]
    live_desk.submit(draft.id, "王芳")
    live_desk.review(draft.id, APPROVE, "赵敏")
    writable_kb.retract_qa(draft.id)
    live_desk.records.mark_published(draft.id, False, "系统")  # as if the process had died in between
    PublicityDesk(writable_kb, get_engine(writable_kb.settings)).settle()
    assert writable_kb.catalog.qa(draft.id) is not None
    assert live_desk.get(draft.id).published


def test_law_change_puts_approved_drafts_back_to_review(live_desk, writable_kb):
    kb, before, after = writable_kb, date(2026, 11, 21), date(2027, 2, 1)
    changed = next(
        n
        for n in range(1, 40)
        if kb.resolve(f"商标法第{n}条", before).text != kb.resolve(f"商标法第{n}条", after).text
    )
    ids = []
    for address in (f"商标法第{changed}条", "民法典第二百八十八条"):
        draft = live_desk.create(DraftRequest(address=address, count=1), "王芳").drafts[0]
        live_desk.submit(draft.id, "王芳")
        live_desk.review(draft.id, APPROVE, "赵敏")
        ids.append(draft.id)
    assert live_desk.recheck_all(before) == []
    stale = live_desk.recheck_all(after)
    assert [d.id for d in stale] == ids[:1]
    assert (stale[0].status, stale[0].published) == ("in_review", False)
    assert stale[0].problems
    assert stale[0].history[-2].who == "系统"
    assert kb.catalog.qa(ids[0]) is None
    assert kb.catalog.qa(ids[1]) is not None


@pytest.mark.parametrize("reviewer", ["王芳", " 王　芳 ", "李强"])
def test_neither_author_nor_last_editor_may_review(desk, make, reviewer):
    draft = make()
    desk.edit(draft.id, EditRequest(version=1, title="相邻关系"), "李强")
    desk.submit(draft.id, "王芳")
    for decision in ("approve", "return"):
        with pytest.raises(Forbidden):
            desk.review(draft.id, ReviewRequest(decision=decision, note="理由"), reviewer)
    assert desk.get(draft.id).status == "in_review"


def test_return_needs_a_reason_and_a_new_edit(desk, make):
    draft = make()
    desk.submit(draft.id, "王芳")
    with pytest.raises(BadRequest):
        desk.review(draft.id, ReviewRequest(decision="return", note="  "), "赵敏")
    returned = desk.review(draft.id, ReviewRequest(decision="return", note="再短一些"), "赵敏")
    assert (returned.status, returned.review_note) == ("returned", "再短一些")
    with pytest.raises(Conflict, match="还没有修改"):
        desk.submit(draft.id, "王芳")
    desk.edit(draft.id, EditRequest(version=returned.version, title="邻里"), "王芳")
    assert desk.submit(draft.id, "王芳").status == "in_review"


def test_editing_under_review_withdraws_it(desk, make):
    draft = make()
    submitted = desk.submit(draft.id, "王芳")
    edited = desk.edit(draft.id, EditRequest(version=submitted.version, title="邻里"), "李强")
    assert edited.status == "draft"
    with pytest.raises(Conflict):
        desk.review(draft.id, APPROVE, "赵敏")


def test_reviewer_cannot_approve_what_he_did_not_read(desk, make):
    draft = make()
    desk.submit(draft.id, "王芳")
    with pytest.raises(Conflict, match="第2版"):
        desk.review(draft.id, ReviewRequest(decision="approve", version=1), "赵敏")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a.replace("应当", "可以"),
        lambda a: a.replace("第二百八十八条", "第一千三百条"),
        lambda a: a + "\n依据《婚姻法》第二十一条，也是如此。",
        lambda a: "   ",
        lambda a: "邻里要和睦。",
    ],
)
def test_bad_text_is_saved_flagged_and_cannot_be_submitted(desk, make, spoil):
    draft = make()
    edited = desk.edit(draft.id, EditRequest(version=1, answer=spoil(draft.answer)), "王芳")
    assert edited.problems
    with pytest.raises(Conflict, match="不能提交"):
        desk.submit(draft.id, "王芳")
    mended = desk.edit(draft.id, EditRequest(version=2, answer=draft.answer), "王芳")
    assert mended.problems == []
    assert desk.submit(draft.id, "王芳").status == "in_review"


def test_long_led_line_is_flagged(desk, make):
    draft = make(format="led")
    edited = desk.edit(draft.id, EditRequest(version=1, answer="邻" * 29 + "\n" + draft.answer), "王芳")
    assert edited.problems == ["第1行有29字，屏幕每行最多28字"]


def test_second_editor_is_told_and_overwrites_nothing(desk, make):
    draft = make()
    desk.edit(draft.id, EditRequest(version=1, title="甲的标题"), "甲")
    with pytest.raises(Conflict, match="第2版"):
        desk.edit(draft.id, EditRequest(version=1, title="乙的标题"), "乙")
    assert desk.get(draft.id).title == "甲的标题"


def test_of_editors_saving_at_once_exactly_one_wins(desk, make):
    draft = make()
    start = threading.Barrier(6)
    outcomes: list[str] = []

    def save(name: str) -> None:
        start.wait()
        try:
            outcomes.append(desk.edit(draft.id, EditRequest(version=1, title=name), name).title)
        except Conflict as conflict:
            outcomes.append(conflict.code)

    threads = [threading.Thread(target=save, args=(f"编辑{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes.count("conflict") == 5
    stored = desk.get(draft.id)
    assert stored.version == 2
    assert len(stored.revisions) == 2
    assert stored.title == stored.revisions[1].title == stored.revisions[1].editor


def test_list_pages_by_status(desk, make):
    ids = [make().id for _ in range(3)]
    desk.submit(ids[0], "王芳")
    assert desk.list("in_review").total == 1
    assert desk.list("draft", 0, 1).total == 2
    assert [d.id for d in desk.list("draft").drafts] == [ids[2], ids[1]]
    assert desk.list(offset=2, limit=5).drafts[0].id == ids[0]


def test_unknown_draft_and_nameless_person(desk, make):
    with pytest.raises(NotFound):
        desk.get("nothing")
    with pytest.raises(BadRequest, match="姓名"):
        desk.submit(make().id, "  ")
