"""What the desk writes, in each format, from each kind of source."""

import re
from datetime import date

import pytest

from assistant.publicity.types import DraftRequest
from kb.errors import BadRequest, Forbidden, NotFound

BRACKETS = re.compile(r"[（()）《》〈〉【】\[\]「」]")


def create(desk, **fields):
    return desk.create(DraftRequest(**fields), "王芳")


@pytest.fixture(scope="module")
def case(kb):
    return next(c for c in kb.catalog.cases(limit=300) if c.focus and c.facts and "赡养" in c.name)


def test_contract_fields_and_verified_citations(desk):
    drafts = create(desk, address="民法典第288条", count=3).drafts
    assert len(drafts) == 3
    assert len({d.question for d in drafts}) == 3
    for draft in drafts:
        assert draft.status == "draft"
        assert draft.format == "qa"
        assert draft.citations
        assert all(c.verified and c.quote and c.quote in draft.answer for c in draft.citations)
        assert all(c.address == "民法典第二百八十八条" for c in draft.citations)


def test_every_paragraph_gets_its_own_question_first(desk):
    drafts = create(desk, address="民法典第一千零六十七条", count=2).drafts
    assert [d.citations[0].address for d in drafts] == [
        "民法典第一千零六十七条第一款",
        "民法典第一千零六十七条第二款",
    ]


def test_topic_in_a_villagers_words_becomes_the_first_question(desk):
    response = create(desk, topic="邻居家的树枝伸到我家院子怎么办", count=3)
    assert response.drafts[0].question == "邻居家的树枝伸到我家院子怎么办？"
    assert len(response.drafts) == 3
    assert all(c.verified for d in response.drafts for c in d.citations)


@pytest.mark.parametrize(
    ("topic", "law"),
    [("家暴", "反家庭暴力法"), ("赡养老人", "民法典"), ("邻居家树枝伸到我家院子", "民法典")],
)
def test_topic_is_answered_from_the_law_that_decides_it(desk, topic, law):
    drafts = create(desk, topic=topic, count=2).drafts
    assert len(drafts) == 2
    assert drafts[0].citations[0].address.startswith(law)


@pytest.mark.parametrize("topic", ["宅基地", "居住权"])
def test_a_word_of_the_law_is_a_topic(desk, topic):
    for draft in create(desk, topic=topic, count=2).drafts:
        assert topic in draft.citations[0].quote


@pytest.mark.parametrize("topic", ["火锅底料", "明天天气"])
def test_a_word_that_no_law_has_is_none(desk, topic):
    with pytest.raises(NotFound):
        create(desk, topic=topic)


def test_led_lines_fit_and_name_the_source(desk):
    drafts = create(desk, address="民法典第一千零四十一条", count=4, format="led").drafts
    for draft in drafts:
        lines = draft.answer.splitlines()
        assert all(len(line) <= 28 for line in lines)
        assert lines[1].startswith("——《民法典》第一千零四十一条")
    assert any(d.answer.startswith("「") for d in drafts)
    assert len({d.answer.splitlines()[0] for d in drafts}) == 4


def test_radio_reads_aloud_without_brackets_and_in_words(desk):
    for address in ("民法典第二百八十八条", "民法典第一千零七十九条第三款"):
        draft = create(desk, address=address, count=1, format="radio").drafts[0]
        assert not BRACKETS.search(draft.answer)
        assert address in draft.answer
        assert "12348" not in draft.answer
        assert "幺二三四八" in draft.answer
        own = [line for line in draft.answer.splitlines() if not line.startswith("请听法律原文")]
        assert all(len(line) <= 60 for line in own)


def test_video_has_scenes_with_picture_and_speech(desk):
    answer = create(desk, address="民法典第二百八十八条", count=1, format="video").drafts[0].answer
    scenes = answer.split("\n\n")
    assert len(scenes) >= 3
    for number, scene in enumerate(scenes, 1):
        lines = scene.splitlines()
        assert lines[0] == f"【场景{number}】"
        assert lines[1].startswith("画面：")
        assert lines[2].startswith("台词（")
    assert "字幕：《民法典》第二百八十八条：「" in answer


def test_article_has_all_its_parts(desk):
    draft = create(desk, address="民法典第二百八十八条", count=1, format="article").drafts[0]
    assert draft.title
    assert "依据见文末" in draft.answer.splitlines()[0]
    parts = ["## 故事", "## 问", "## 答", "## 该怎么做", "## 法律依据"]
    assert [line for line in draft.answer.splitlines() if line.startswith("## ")] == parts
    assert "> 《民法典》第二百八十八条规定：「" in draft.answer
    assert "12348" in draft.answer


@pytest.mark.parametrize("format_", ["qa", "article", "radio", "video", "led"])
def test_case_is_told_with_its_ending_and_its_law(desk, case, format_):
    draft = create(desk, case_id=case.id, count=1, format=format_).drafts[0]
    assert draft.question.rstrip("？") in case.focus
    assert all(c.verified for c in draft.citations)
    if format_ != "led":
        assert case.facts[:12] in draft.answer.replace("\n", "")
        assert "化名" in draft.answer


def test_case_citations_no_longer_in_force_are_left_out_and_said(desk, kb):
    stale = next(
        c for c in kb.catalog.cases(limit=300) if any("噪声污染防治法" in b for b in (c.basis, *c.cited))
    )
    response = create(desk, case_id=stale.id, count=1)
    assert any("噪声污染防治法" in note for note in response.notes)
    assert not any("噪声污染防治法" in c.address for c in response.drafts[0].citations)


def test_a_law_to_come_says_from_when(desk):
    draft = create(desk, address="商标法第四条", count=1, on=date(2027, 2, 1)).drafts[0]
    assert "自2027年1月1日起施行" in draft.answer
    assert draft.citations[0].effective_from == date(2027, 1, 1)


def test_fewer_than_asked_is_said(desk):
    response = create(desk, address="民法典第二百八十八条", count=20)
    assert 3 <= len(response.drafts) < 20
    assert "没有硬凑" in response.notes[-1]


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({}, BadRequest, "只填一项"),
        ({"topic": "赡养", "address": "民法典第一条"}, BadRequest, "只填一项"),
        ({"topic": "  "}, BadRequest, "只填一项"),
        ({"address": "民法典第一千三百条"}, NotFound, "没有第一千三百条"),
        ({"address": "乡村文明法第三条"}, NotFound, "没有《乡村文明法》"),
        ({"address": "噪声污染防治法第六十五条"}, BadRequest, "不能作为现行法律引用"),
        ({"address": "天气不错"}, NotFound, "不是一个法条的写法"),
        ({"case_id": "no-such-case"}, NotFound, "没有这个调解案例"),
        ({"topic": "qwzx jjkk"}, NotFound, "没有找到"),
        ({"topic": "量子力学入门"}, NotFound, "没有找到"),
    ],
)
def test_refusals_are_clear(desk, fields, error, words):
    with pytest.raises(error) as caught:
        create(desk, **fields)
    assert words in caught.value.message
    assert desk.list().total == 0


def test_private_case_is_not_for_publicity(desk, case):
    with pytest.raises(Forbidden):
        desk.create(DraftRequest(case_id=case.id), "王芳", scopes=("elsewhere",))
