"""The chat page: answers that come part by part, what can be done with them, and what a page must never do.

Where the moment matters, the test sends the stream (`talking.py`); everything else is the real service.
"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.assistant.web.talking import bite, part, whole
from tests.assistant.web.test_accessibility import AUDIT

pytestmark = pytest.mark.browser

QUESTION = "邻居家的狗咬了我，医药费谁出？"
KINDS = [
    "risk", "lead", "law", "meaning", "village", "steps", "papers", "deadline", "where", "qa", "case", "closing",
]  # fmt: skip


def shown(page) -> list[str]:
    classes = page.locator(".turn").last.locator(".part").evaluate_all("all => all.map((e) => e.className)")
    return [re.search(r"part-(\w+)", found).group(1) for found in classes]


def top(page) -> float:
    return page.evaluate("[...document.querySelectorAll('.question')].pop().getBoundingClientRect().top")


def test_parts_appear_as_they_come_and_nothing_moves(talk):
    answer = bite(talk)
    page = talk.page
    turn = talk.ask(QUESTION)
    assert talk.request() == {"question": QUESTION, "on": "2026-11-21"}
    expect(page.locator("#stop")).to_be_visible()
    place = top(page)
    talk.send("start", {"conversation_id": "talk-1", "turn_id": "turn-1", "understood_as": "被狗咬了谁赔"})
    expect(turn.locator(".understood")).to_have_text("按“被狗咬了谁赔”回答")
    place_after_start = top(page)
    for at, block in enumerate(answer["blocks"]):
        talk.send("block", block)
        expect(turn.locator(".part")).to_have_count(at + 1)
        assert abs(top(page) - place_after_start) < 1, block["kind"]
    assert abs(place_after_start - place) < 1
    assert shown(page) == KINDS
    page.evaluate("document.querySelector('.part-law').kept = true")
    talk.send("done", answer)
    expect(turn.locator(".answer-tools")).to_be_visible()
    assert abs(top(page) - place) < 1
    assert page.evaluate("document.querySelector('.part-law').kept"), (
        "what stood there already was built anew"
    )
    expect(page.locator("#send")).to_be_visible()
    expect(turn.locator(".answer")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#live")).to_have_text("答完了")
    assert page.evaluate(AUDIT) == []


def test_an_event_cut_into_bytes_anywhere_is_one_event(talk):
    turn = talk.ask(QUESTION)
    event = f"event: block\r\ndata: {json.dumps(part('lead', '先去打针。'))}\r\n\r\n"
    for character in ": ping\n\n" + event:
        talk.page.evaluate("c => sendBytes(c)", character)
    expect(turn.locator(".part-lead")).to_have_text("先去打针。")
    expect(turn.locator(".part")).to_have_count(1)


def test_what_each_part_looks_like(talk):
    talk.ask(QUESTION)
    answer = bite(talk)
    talk.finish(answer)
    turn = talk.page.locator(".turn")
    expect(turn.locator(".part-risk")).to_have_attribute("role", "alert")
    assert turn.locator(".part-risk a[href^='tel:']").evaluate_all("all => all.map((a) => a.getAttribute('href'))") == [
        "tel:120", "tel:120", "tel:110",
    ]  # fmt: skip
    expect(turn.locator(".part-steps ol > li")).to_have_count(3)
    expect(turn.locator(".part-papers li")).to_have_count(3)
    expect(turn.locator(".part-deadline h3")).to_have_text("别误了日子")
    expect(turn.locator(".part-where a[href='tel:12348']")).to_be_visible()
    for kind, path in (("qa", "/qa/qa-1"), ("case", "/case/case-1"), ("village", "/village/zj-fengshuwan")):
        expect(turn.locator(f".part-{kind} .from a")).to_have_attribute("href", path)
    quote = answer["citations"][0]["quote"]
    expect(turn.locator(".part-law blockquote")).to_have_text(quote)
    turn.locator(".part-law .source").click()
    expect(talk.page.locator(".sheet .article")).to_contain_text(quote[:20])


def test_what_a_model_wrote_is_labelled_and_what_was_removed_is_shown(talk):
    turn = talk.ask(QUESTION)
    talk.send("block", part("lead", "先去打针。"))
    expect(turn.locator(".part")).to_have_count(1)
    expect(turn.locator(".chip.ai")).to_have_count(0)
    talk.send("block", part("meaning", "谁养谁赔。", generated=True))
    expect(turn.locator(".chip.ai")).to_have_text("AI 生成")
    talk.send("done", bite(talk))
    checked = turn.locator(".checked")
    head = checked.locator("> summary")
    expect(head).to_have_text("核对了 4 处引用，改正了 1 句，去掉了 1 句没有依据的话")
    expect(checked.locator(".removed del")).to_be_hidden()
    head.click()
    expect(checked.locator(".removed del")).to_have_text("对方还要赔您误工费五千元。")
    expect(checked.locator(".removed .meta")).to_have_text("没有一条法写了这个数")
    expect(checked.locator(".repaired ins")).to_be_hidden()
    checked.get_by_text("改正 1 句", exact=True).click()
    expect(checked.locator(".repaired del")).to_have_text("谁养谁赔（《民法典》第一条）。")
    expect(checked.locator(".repaired ins")).to_contain_text("谁养谁赔（《民法典》第一千二百四十五条）。")
    expect(checked.locator(".repaired .source")).to_be_visible()
    checked.get_by_text("核对无误", exact=False).click()
    expect(checked.locator(".passed .source").first).to_be_visible()
    talk.page.emulate_media(media="print")
    expect(turn.locator(".chip.ai")).to_be_visible()
    expect(turn.locator(".part-law .source")).to_be_visible()
    expect(talk.page.locator("#ask")).to_be_hidden()
    expect(turn.locator(".answer-tools")).to_be_hidden()


def test_without_a_model_there_is_no_label(talk):
    turn = talk.ask(QUESTION)
    talk.finish(whole([part("law", citations=[talk.citation("民法典第一千二百四十五条")])]))
    expect(turn.locator(".origin-foot")).to_contain_text("程序摘编")
    expect(turn.locator(".chip.ai")).to_have_count(0)
    expect(turn.locator(".checked > summary")).to_have_text("核对了 1 处引用")


def test_a_question_back_fills_the_box_and_a_suggestion_is_asked(talk):
    page = talk.page
    talk.ask(QUESTION)
    talk.finish(bite(talk))
    page.fill("#question", "还有")
    page.get_by_role("button", name="狗有没有拴绳？").click()
    expect(page.locator("#question")).to_have_value("还有\n狗有没有拴绳？")
    expect(page.locator("#question")).to_be_focused()
    assert page.evaluate("asked.length") == 1
    page.get_by_role("button", name="误工费能要吗？").click()
    expect(page.locator(".question").last).to_have_text("误工费能要吗？")
    assert talk.request()["conversation_id"] == "talk-1"


@pytest.mark.parametrize("by", ["button", "escape"])
def test_stopping_keeps_what_came_and_asking_again_starts_over(talk, by):
    page = talk.page
    turn = talk.ask(QUESTION)
    talk.send("block", part("lead", "先去打针。"))
    expect(turn.locator(".part")).to_have_count(1)
    if by == "button":
        page.click("#stop")
    else:
        page.keyboard.press("Escape")
    expect(turn.locator(".progress")).to_contain_text("停下了")
    expect(turn.locator(".part-lead")).to_have_text("先去打针。")
    expect(page.locator("#live")).to_have_text("停下了")
    assert page.evaluate("asked[0].stopped")
    page.get_by_role("button", name="再问一次").click()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".part")).to_have_count(0)
    assert talk.request()["question"] == QUESTION


@pytest.mark.parametrize("broken", ["error", "cut"])
def test_a_broken_answer_says_so_and_can_be_asked_again(talk, broken):
    turn = talk.ask(QUESTION)
    talk.send("block", part("lead", "先去打针。"))
    if broken == "error":
        talk.send("error", {"error": {"code": "internal", "message": "服务内部出错", "hint": "请稍后再试"}})
    else:
        talk.page.evaluate("endStream()")
    alert = turn.locator(".progress [role=alert]")
    expect(alert).to_contain_text("服务内部出错" if broken == "error" else "答到一半断了")
    expect(turn.locator(".progress")).to_contain_text("不完整")
    expect(turn.locator(".part-lead")).to_be_visible()
    expect(talk.page.locator("#send")).to_be_visible()
    expect(turn.get_by_role("button", name="再问一次")).to_be_visible()


def test_a_refusal_says_who_to_call(talk):
    turn = talk.ask("明天的彩票开什么号码？")
    talk.finish(whole([part("refusal", "这不是法律问题。", items=["生活上的事，打12345问该找哪里"])]))
    box = turn.locator(".part-refusal")
    expect(box.locator("h3")).to_have_text("这个问题我答不了")
    called = box.locator(".phones a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert called == ["tel:12345", "tel:12348"]  # 12348 stands by whatever was asked


def test_text_is_never_markup(talk):
    evil = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"
    cited = {**talk.citation("民法典第一千二百四十五条"), "quote": evil, "note": evil}
    kinds = [*KINDS, "note", "refusal", "unheard-of"]
    blocks = [
        part(kind, evil, title=evil, items=[evil], citations=[cited], source="\"'><b>x", generated=True)
        for kind in kinds
    ]
    turn = talk.ask(evil)
    removed = [{"text": evil, "reason": evil}]
    talk.finish(
        whole(
            blocks, generated=True, label=evil, understood_as=f"{evil} 吗", clarify=[evil], suggestions=[evil],
            checked={
                "claims": 3, "verified": 1, "repaired": 1, "removed": removed,
                "repairs": [{"text": evil, "was": evil, "reason": evil, "addresses": [evil]}],
                "passed": [{"text": evil, "addresses": [evil]}],
            },
        )
    )  # fmt: skip
    expect(turn.locator(".part")).to_have_count(len(kinds))
    expect(turn.locator(".question")).to_have_text(evil)
    expect(turn.locator(".part-lead .lead")).to_have_text(evil)
    assert talk.page.locator("#turns img, #turns script, #turns b").count() == 0
    turn.get_by_role("button", name="存成图片").click()
    expect(talk.page.locator(".sheet .picture")).to_be_visible()
    assert talk.page.locator(".sheet img, .sheet script").count() == 0
    assert talk.page.title() == "法律问答 · 枫桥"


def test_large_print_covers_the_page_and_is_remembered(talk):
    page = talk.page
    talk.ask(QUESTION)
    talk.finish(bite(talk))
    small = page.locator(".part-steps li").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    page.click("#size")
    assert page.locator(".part-steps li").first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    ) == pytest.approx(small * 1.25)
    assert talk.desk.fits()
    page.reload()
    expect(page.locator("#size")).to_have_attribute("aria-pressed", "true")


def test_everything_can_be_done_with_the_keyboard(talk):
    page = talk.page
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_text("第一行\n第二行")
    talk.finish(bite(talk))
    expect(page.locator(".answer-tools")).to_be_visible()
    wanted = {
        "朗读",
        "连出处复制",
        "存成图片",
        "再问一次",
        "有用",
        "没用",
        "狗有没有拴绳？",
        "误工费能要吗？",
        "打印",
    }
    seen = set()
    page.locator("#main").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert wanted - seen == set()


def test_day_and_village_are_asked_with_the_question(talk):
    page = talk.page
    page.locator(".chat-options summary").click()
    page.fill("#on", "2020-05-01")
    page.select_option("#village", "zj-fengshuwan")
    talk.ask(QUESTION)
    assert talk.request() == {"question": QUESTION, "on": "2020-05-01", "village": "zj-fengshuwan"}


def test_judging_an_answer(talk):
    sent = []

    def take(route):
        sent.append(route.request.post_data_json)
        route.fulfill(status=201, json={"id": "judgement-1"})

    talk.page.route("**/api/v1/feedback", take)
    turn = talk.ask(QUESTION)
    talk.finish(bite(talk))
    good = turn.get_by_role("button", name="有用")
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    turn.get_by_role("button", name="没用").click()
    expect(turn.locator(".feedback-form label.check")).to_have_text(
        ["法条不对", "法条过时", "没答到点上", "看不懂", "缺了办法", "其他"]
    )
    turn.get_by_label("法条过时").check()
    turn.get_by_label("缺了办法").check()
    turn.get_by_label("想说的（可以不写）").fill("没说去哪里要")
    turn.get_by_role("button", name="交上去").click()
    expect(turn.locator(".feedback")).to_contain_text("会有人看")
    expect(good).to_have_attribute("aria-pressed", "false")
    assert sent == [
        {"turn_id": "turn-1", "rating": "good", "reasons": []},
        {"turn_id": "turn-1", "rating": "bad", "reasons": ["outdated", "missing"], "note": "没说去哪里要"},
    ]


def test_a_service_without_a_stream_is_asked_the_old_way(desk):
    page = desk.page
    asked = []
    desk.expected = {404}

    def missing(route):
        asked.append("stream")
        route.fulfill(
            status=404, json={"error": {"code": "not_found", "message": "没有这个地址", "hint": ""}}
        )

    page.route("**/api/v1/ask/stream", missing)
    page.on("request", lambda r: asked.append("whole") if r.url.endswith("/api/v1/ask") else None)
    desk.open("/chat")
    for number, question in enumerate((QUESTION, "那误工费呢？")):
        page.fill("#question", question)
        page.press("#question", "Enter")
        expect(page.locator(".turn").nth(number).locator(".answer-tools")).to_be_visible(timeout=60_000)
    assert asked == ["stream", "whole", "whole"], "it was asked for a stream again"
    first = page.locator(".turn").first
    expect(first.locator(".part-law .source").first).to_be_visible()
    assert first.locator(".part-law blockquote").count() > 0
    expect(page.locator(".turn").nth(1).locator(".understood")).to_contain_text(QUESTION)
    assert page.evaluate(AUDIT) == []
