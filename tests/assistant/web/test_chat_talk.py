"""A talk of five turns against the service itself: answer, follow-up, question back, refusal, hand-over; and exports."""

import docx
import httpx
import pytest
from playwright.sync_api import expect

from tests.assistant.web.test_accessibility import AUDIT
from tests.assistant.web.test_accounts import enter

pytestmark = pytest.mark.browser

WAGES = "老板欠了我半年工资怎么办？"
FOLLOW_UP = "那他要是不给呢？"
OUTSIDE = "明天的彩票开什么号码？"


@pytest.fixture(scope="module")
def service(live_server):
    """The service's address; it has what the chat page calls."""
    paths = httpx.get(f"{live_server}/api/v1/openapi.json").json()["paths"]
    for path in ("/ask/stream", "/chats", "/feedback", "/intakes", "/turns/{turn_id}/opinion"):
        assert f"/api/v1{path}" in paths
    return live_server


def become(desk, role: str):
    """Leave, and come back as somebody else."""
    desk.page.context.clear_cookies()
    return enter(desk, role)


def ask(page, question: str):
    turn = page.locator(".turn").nth(page.locator(".turn").count())
    page.fill("#question", question)
    page.press("#question", "Enter")
    expect(turn.locator(".question")).to_have_text(question)
    expect(turn.locator(".answer-tools")).to_be_visible(timeout=60_000)
    assert page.evaluate(AUDIT) == []
    return turn


def test_five_turns_exports_and_what_comes_of_them(service, desk, tmp_path):
    page = become(desk, "调解员")
    page.goto(service + "/records")
    village = page.locator("[name=village] option").first.get_attribute("value")
    page = become(desk, "志愿者")
    page.goto(service + "/chat")
    first = ask(page, WAGES)
    expect(first.locator(".part-law blockquote").first).to_be_visible()
    expect(first.locator(".checked")).to_contain_text("核对了")

    second = ask(page, FOLLOW_UP)
    expect(second.locator(".understood")).to_contain_text("工资")
    expect(second.locator(".part-law").first).to_be_visible()

    pick = page.locator(".clarify .pick").last
    expect(pick).to_be_visible()
    words = pick.inner_text()
    pick.click()
    assert words in page.locator("#question").input_value()
    third = ask(page, f"{words}没有")
    expect(third.locator(".part").first).to_be_visible()

    fourth = ask(page, OUTSIDE)
    expect(fourth.locator(".part-refusal")).to_contain_text("这里只答法律和调解的事")
    expect(fourth.locator(".part-refusal a[href^='tel:']").first).to_be_visible()

    with page.expect_download() as download:
        first.get_by_role("link", name="下载 Word").click()
    target = tmp_path / "opinion.docx"
    download.value.save_as(target)
    document = docx.Document(str(target))
    text = "\n".join(p.text for p in document.paragraphs)
    address = first.locator(".part-law .source").first.inner_text()
    assert address in text or any(
        address in cell.text for t in document.tables for r in t.rows for cell in r.cells
    )
    with page.expect_download() as download:
        first.get_by_role("button", name="存成图片").click()
        page.get_by_role("button", name="保存图片").click()
    assert download.value.suggested_filename.endswith(".png")
    page.keyboard.press("Escape")

    second.get_by_role("button", name="没用").click()
    second.get_by_label("没答到点上").check()
    second.get_by_role("button", name="交上去").click()
    expect(second.locator(".feedback")).to_contain_text("会有人看")

    page.get_by_role("button", name="交给调解员").click()
    sheet = page.locator(".sheet")
    sheet.locator("select").select_option(village)
    expect(sheet.locator("[name=narrative]")).to_have_value(
        "\n".join((WAGES, FOLLOW_UP, f"{words}没有", OUTSIDE))
    )
    sheet.locator("[name=narrative]").fill("司徒国栋欠了我半年工资，电话13987650123，不肯给。")
    sheet.get_by_role("button", name="交过去").click()
    expect(sheet).to_contain_text("交过去了")
    number = sheet.locator("b.num").inner_text()
    page.keyboard.press("Escape")

    # kept, to be opened and gone on with
    page.reload()
    page.locator("#history-list li[data-id]").first.wait_for(state="attached")
    toggle = page.locator("#history-open")
    if toggle.is_visible():
        toggle.click()
    page.locator("#history-list .title").first.click()
    expect(page.locator(".turn")).to_have_count(4)
    expect(page.locator(".turn").first.locator(".part-law blockquote").first).to_be_visible()

    # the mediator finds it without names, takes it and begins
    page = become(desk, "调解员")
    page.goto(service + "/intakes")
    entry = page.locator(".followup-entry", has_text=number)
    expect(entry).to_contain_text("半年工资")
    assert not [word for word in ("司徒国栋", "13987650123") if word in entry.inner_text()]
    entry.get_by_role("button", name="看原话").click()
    expect(entry.locator(".revealed")).to_contain_text("司徒国栋")
    entry.get_by_role("button", name="收起").click()
    entry.get_by_role("button", name="接手").click()
    page.get_by_role("button", name="已接手").click()
    page.locator(".followup-entry", has_text=number).get_by_role("button", name="开始调解").click()
    page.wait_for_url("**/mediate")
    assert "半年工资" in page.locator("[name=narrative]").input_value()
    expect(page.locator("[name=village]")).to_have_value(village)

    # the editor reads the judgement
    page = become(desk, "普法编辑")
    page.goto(service + "/feedback")
    judged = page.locator(".followup-entry", has_text="没答到点上").first
    expect(judged).to_contain_text("工资")
    judged.get_by_role("button", name="处理好了").click()
    expect(judged).to_have_count(0)
