"""What the chat page offers to those who are logged in, and the pages of those who see to what comes of it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.assistant.web.talking import Talk, bite
from tests.assistant.web.test_accessibility import AUDIT
from tests.assistant.web.test_accounts import enter
from tests.assistant.web.test_chat import QUESTION

pytestmark = pytest.mark.browser

VILLAGE = "zj-fengshuwan"
AT = datetime(2026, 11, 21, 1, tzinfo=UTC).isoformat()


def page_of(*items):
    return {"items": list(items), "offset": 0, "limit": 20, "total": len(items), "next_offset": None}


class Kept:
    """Talks as the service keeps them, in the test's hands."""

    def __init__(self, page, talks) -> None:
        self.talks = dict(talks)
        self.deleted: list[str] = []
        page.route("**/api/v1/chats?*", self.list)
        page.route("**/api/v1/chats/*", self.one)

    def list(self, route) -> None:
        entries = [
            {"id": i, "title": t["title"], "turns": 1, "updated_at": AT} for i, t in self.talks.items()
        ]
        route.fulfill(json=page_of(*entries))

    def one(self, route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if route.request.method == "DELETE":
            self.deleted.append(name)
            del self.talks[name]
            route.fulfill(json={"id": name})
        else:
            route.fulfill(json=self.talks[name])


@pytest.fixture
def talk(desk):
    enter(desk, "志愿者")
    return Talk(desk)


def history(talk):
    talk.page.locator("#history-list li[data-id]").first.wait_for(state="attached")
    toggle = talk.page.locator("#history-open")
    if toggle.is_visible() and toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    return talk.page.locator("#history-list li[data-id]")


def test_earlier_talks_are_opened_continued_and_deleted(talk):
    response = bite(talk, conversation_id="talk-7", turn_id="turn-7")
    turns = [{"turn_id": "turn-7", "question": QUESTION, "response": response, "at": AT}]
    kept = Kept(
        talk.page,
        {
            "talk-7": {"id": "talk-7", "title": QUESTION, "turns": turns},
            "talk-8": {"id": "talk-8", "title": "水渠归谁修？", "turns": []},
        },
    )
    talk.page.reload()
    rows = history(talk)
    expect(rows).to_have_count(2)
    rows.first.locator("button.title").click()
    turn = talk.page.locator(".turn")
    expect(turn.locator(".part-law blockquote")).to_be_visible()
    expect(turn.locator(".chip.ai")).to_be_visible()
    assert talk.page.evaluate(AUDIT) == []
    talk.ask("那误工费呢？")
    assert talk.request()["conversation_id"] == "talk-7"
    talk.finish({**response, "turn_id": "turn-9"})
    rows = history(talk)
    expect(rows.first.locator("button.title")).to_have_attribute("aria-current", "true")
    rows.first.locator(".forget").click()
    rows.first.get_by_role("button", name="不删").click()
    expect(rows.first.locator(".forget")).to_be_focused()
    rows.first.locator(".forget").click()
    rows.first.get_by_role("button", name="删掉", exact=True).click()
    expect(rows).to_have_count(1)
    assert kept.deleted == ["talk-7"]
    expect(talk.page.locator(".turn")).to_have_count(0)  # the open talk went with it
    expect(talk.page.locator("#opening")).to_be_visible()


def test_a_talk_is_handed_over(talk):
    sent = []

    def take(route):
        sent.append(route.request.post_data_json)
        route.fulfill(status=201, json={"id": "0a1b2c3d-0000-4000-8000-000000000000"})

    talk.page.route("**/api/v1/intakes", take)
    page = talk.page
    talk.ask(QUESTION)
    talk.finish(bite(talk))
    page.get_by_role("button", name="误工费能要吗？").click()
    expect(page.locator(".turn")).to_have_count(2)
    talk.finish(bite(talk, turn_id="turn-2"))
    page.get_by_role("button", name="交给调解员").click()
    sheet = page.locator(".sheet")
    expect(sheet.locator("[name=narrative]")).to_be_focused()  # the volunteer's own village is chosen
    sheet.locator("select").select_option("")
    text = sheet.locator("[name=narrative]")
    expect(text).to_have_value(f"{QUESTION}\n误工费能要吗？")
    sheet.get_by_label("把问答里答过的要点也带上").check()
    assert "狗咬了人，医药费一般由养狗的人出。（民法典第一千二百四十五条）" in text.input_value()
    sheet.get_by_label("把问答里答过的要点也带上").uncheck()
    expect(text).to_have_value(f"{QUESTION}\n误工费能要吗？")
    assert page.evaluate(AUDIT) == []
    sheet.get_by_role("button", name="交过去").click()
    assert sent == []  # the village is missing, and the browser says so
    sheet.locator("select").select_option(VILLAGE)
    text.fill("上个月邻居家的狗咬了我，他不肯出钱。")
    sheet.get_by_role("button", name="交过去").click()
    expect(sheet).to_contain_text("交过去了")
    expect(sheet).to_contain_text("0a1b2c3d")
    assert sent == [
        {"village": VILLAGE, "narrative": "上个月邻居家的狗咬了我，他不肯出钱。", "turn_id": "turn-2"}
    ]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="交给调解员")).to_be_focused()


def test_a_refused_hand_over_loses_nothing(talk):
    talk.desk.expected |= {409}
    error = {"code": "conflict", "message": "那个村还没有调解员", "hint": "请打12348"}
    talk.page.route("**/api/v1/intakes", lambda route: route.fulfill(status=409, json={"error": error}))
    talk.ask(QUESTION)
    talk.finish(bite(talk))
    talk.page.get_by_role("button", name="交给调解员").click()
    sheet = talk.page.locator(".sheet")
    sheet.locator("select").select_option(VILLAGE)
    sheet.get_by_label("怎么联系（可以不写）").fill("村口小店转")
    sheet.get_by_role("button", name="交过去").click()
    expect(sheet.locator("[role=alert]")).to_contain_text("那个村还没有调解员")
    expect(sheet.locator("[name=contact]")).to_have_value("村口小店转")


def test_strangers_have_neither_history_nor_hand_over(desk):
    talk = Talk(desk)
    talk.ask(QUESTION)
    talk.finish(bite(talk))
    expect(talk.page.locator(".answer-tools")).to_be_visible()
    assert talk.page.locator("#history, #hand-over").count() == 0


INTAKE = {
    "id": "0a1b2c3d-0000-4000-8000-000000000000", "village": VILLAGE, "village_name": "枫树湾村", "status": "new",
    "narrative": "上个月甲家的狗咬了我，他不肯出钱。<b>", "risks": [], "dispute_type": "损害赔偿", "on": "2026-10-20",
    "created_at": AT, "by": "演示志愿者", "has_contact": True, "taken_by": "", "taken_at": None, "closed_by": "",
    "closed_at": None, "note": "", "retain_until": None, "may": ["take", "close", "reveal"],
}  # fmt: skip


def test_a_mediator_takes_looks_into_and_begins_to_mediate(desk):
    page = enter(desk, "调解员")
    now = dict(INTAKE)

    def listed(route):
        wanted = "status=" + now["status"]
        route.fulfill(
            json=page_of(now)
            if wanted in route.request.url or "status" not in route.request.url
            else page_of()
        )

    def taken(route):
        now.update(status="taken", taken_by="演示调解员", may=["close", "reveal"])
        route.fulfill(json=now)

    page.route("**/api/v1/intakes?*", listed)
    page.route("**/take", taken)
    page.route(
        "**/reveal",
        lambda r: r.fulfill(json={"id": now["id"], "narrative": "司徒家的狗咬了我", "contact": "小店"}),
    )
    page.get_by_role("link", name="记录", exact=True).click()
    page.get_by_role("link", name="转来的纠纷").click()
    entry = page.locator(".followup-entry")
    expect(entry).to_contain_text("甲家的狗咬了我，他不肯出钱。<b>")
    assert page.evaluate(AUDIT) == []
    expect(entry).not_to_contain_text("司徒")
    entry.get_by_role("button", name="看原话和联系方式").click()
    expect(entry.locator(".revealed")).to_contain_text("司徒家的狗咬了我")
    entry.get_by_role("button", name="收起").click()
    expect(entry).not_to_contain_text("司徒")
    entry.get_by_role("button", name="接手").click()
    expect(page.locator("#list")).to_contain_text("没有等着接手的")
    page.get_by_role("button", name="已接手").click()
    expect(entry).to_contain_text("演示调解员接手")
    expect(entry.get_by_role("button", name="接手", exact=True)).to_have_count(0)
    entry.get_by_role("button", name="开始调解").click()
    page.wait_for_url("**/mediate")
    expect(page.locator("[name=narrative]")).to_have_value(INTAKE["narrative"])
    expect(page.locator("[name=village]")).to_have_value(VILLAGE)
    expect(page.locator("[name=on]")).to_have_value("2026-10-20")


def test_a_list_that_answers_late_does_not_cover_the_one_asked_for(desk):
    """Of two lists under way the one pressed last is shown, whichever comes first."""
    page = enter(desk, "调解员")
    late = []
    taken = {**INTAKE, "id": "intake-taken", "status": "taken", "narrative": "两家争水渠。", "may": []}

    def answer(route):
        if "status=closed" in route.request.url:
            late.append(route)
        else:
            route.fulfill(json=page_of(taken if "status=taken" in route.request.url else INTAKE))

    page.route("**/api/v1/intakes?*", answer)
    page.goto(desk.base + "/intakes")
    expect(page.locator(".followup-entry")).to_have_count(1)
    page.get_by_role("button", name="已办结").click()
    page.get_by_role("button", name="已接手").click()
    expect(page.locator("#list")).to_contain_text("两家争水渠。")
    with page.expect_response("**/api/v1/intakes?status=closed*"):
        late[0].fulfill(json=page_of())
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    expect(page.locator("#list")).to_contain_text("两家争水渠。")


def test_editors_read_feedback_and_close_it(desk):
    page = enter(desk, "普法编辑")
    item = {
        "id": "judgement-1", "status": "open", "rating": "bad", "reasons": ["wrong_law", "missing"],
        "reason_labels": ["法条不对", "缺了办法"], "note": "没说去哪里要 <i>", "question": QUESTION, "answer": "先去打针。",
        "citations": ["民法典第一千二百四十五条"], "generated": True, "on": "2026-11-21", "created_at": AT,
        "closed_at": None, "closed_by": "", "close_note": "",
    }  # fmt: skip
    closed = []

    def close(route):
        closed.append(route.request.post_data_json)
        route.fulfill(json=item)

    page.route("**/api/v1/feedback?*", lambda r: r.fulfill(json=page_of(*([] if closed else [item]))))
    page.route("**/api/v1/feedback/judgement-1/close", close)
    page.get_by_role("link", name="普法", exact=True).click()
    page.get_by_role("link", name="读者反馈").click()
    entry = page.locator(".followup-entry")
    for said in ("没用", "法条不对", "缺了办法", "AI 生成", "没说去哪里要 <i>"):
        expect(entry).to_contain_text(said)
    assert page.evaluate(AUDIT) == []
    entry.locator(".source").click()
    expect(page.locator(".sheet .article")).to_be_visible()
    page.keyboard.press("Escape")
    entry.get_by_label("怎么处理的（可以不写）").fill("补了一条问答")
    entry.get_by_role("button", name="处理好了").click()
    expect(page.locator("#list")).to_contain_text("没有要处理的反馈")
    assert closed == [{"note": "补了一条问答"}]


def test_what_must_not_be_mediated_is_not_offered_for_mediation(desk):
    page = enter(desk, "村文书")
    risk = {
        "kind": "home_violence", "label": "家庭暴力", "level": "urgent", "evidence": "打我", "phones": ["110"],
        "phone_labels": {"110": "公安报警"}, "advice": "先保安全。", "mediable": False, "basis": [],
    }  # fmt: skip
    shown = {**INTAKE, "risks": [risk], "may": ["take", "close"]}
    page.route("**/api/v1/intakes?*", lambda r: r.fulfill(json=page_of(shown)))
    page.goto(desk.base + "/intakes")
    entry = page.locator(".followup-entry")
    expect(entry.locator(".note.bad")).to_contain_text("家庭暴力")
    expect(entry.locator("a[href='tel:110']")).to_be_visible()
    expect(entry.get_by_role("button", name="开始调解")).to_have_count(0)
    expect(entry.get_by_role("button", name="看原话和联系方式")).to_have_count(0)  # a clerk may not


@pytest.mark.parametrize(
    ("role", "path", "seen"),
    [
        ("调解员", "/intakes", True), ("村文书", "/intakes", True), ("志愿者", "/intakes", False),
        ("审核员", "/feedback", True), ("志愿者", "/feedback", False),
    ],
)  # fmt: skip
def test_who_has_which_page(desk, role, path, seen):
    page = enter(desk, role)
    desk.expected = {404} if seen else {403}
    answer = page.goto(desk.base + path)
    assert answer.status == (200 if seen else 403)
    assert page.locator(".subnav").count() == (1 if seen else 0)


def test_a_volunteer_hands_over_to_the_own_village_unless_another_is_chosen(talk):
    page = talk.page
    own = page.locator("#hand-over").get_attribute("data-own")
    assert own
    talk.ask(QUESTION)
    talk.finish(bite(talk))
    page.get_by_role("button", name="交给调解员").click()
    expect(page.locator(".sheet select")).to_have_value(own)
    page.keyboard.press("Escape")
    page.locator(".chat-options summary").click()
    page.select_option("#village", VILLAGE)
    page.get_by_role("button", name="交给调解员").click()
    expect(page.locator(".sheet select")).to_have_value(VILLAGE)
