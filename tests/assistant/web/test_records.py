"""The page of case records: written, looked through, saved, revealed, changed, exported, erased."""

import re

import pytest
from playwright.sync_api import expect

from tests.assistant.web.test_accessibility import AUDIT
from tests.assistant.web.test_accounts import enter

pytestmark = pytest.mark.browser

FACTS = "申请人欧阳雪梅与被申请人司徒国栋共用一座磨坊。欧阳雪梅说磨坊被司徒国栋锁住，老铁拐也看见了，电话13987650123。"
PRIVATE = ("欧阳雪梅", "司徒国栋", "13987650123")


def test_a_record_from_writing_to_erasing(desk, tmp_path):
    title = f"磨坊纠纷{desk.page.viewport_size['width']}"
    page = enter(desk, "调解员")
    page.get_by_role("link", name="记录", exact=True).click()
    expect(page.locator("h1")).to_have_text("案件记录")
    page.click("#new")
    assert page.evaluate(AUDIT) == []
    page.fill("[name=name]", title)
    page.fill("[name=facts]", FACTS)
    page.fill("[name=result]", "司徒国栋开锁，两家轮流用。")
    page.get_by_role("button", name="先看隐去后的样子").click()
    texts = page.locator("#preview .record-text")
    expect(texts).to_contain_text("磨坊被", timeout=60_000)
    assert not [word for word in PRIVATE if word in texts.inner_text()]
    expect(page.locator("#preview .replaced")).to_contain_text("欧阳雪梅")
    page.fill("[name=also]", "老铁拐")
    expect(page.locator("#save")).to_have_count(0)  # what was looked at isn't what would be saved any more
    page.get_by_role("button", name="先看隐去后的样子").click()
    expect(page.locator("#preview .replaced")).to_contain_text("老铁拐", timeout=60_000)
    page.click("#save")
    record = page.locator("#record")
    expect(record.locator(".record-text h3")).to_have_text(title, timeout=60_000)
    assert not [word for word in (*PRIVATE, "老铁拐") if word in record.inner_text()]
    expect(page.locator("#list")).to_contain_text(title)
    assert desk.fits()
    assert page.evaluate(AUDIT) == []

    page.click("#reveal")
    expect(page.locator(".revealed")).to_contain_text(FACTS)
    page.get_by_role("button", name="收起").click()
    expect(page.locator(".revealed")).to_have_count(0)

    page.click("#edit")
    expect(page.locator("[name=facts]")).to_have_value(FACTS)
    page.select_option("[name=kept]", "已履行")
    page.get_by_role("button", name="先看隐去后的样子").click()
    page.click("#save")
    expect(record).to_contain_text("第 2 版", timeout=60_000)
    expect(record).to_contain_text("已履行")

    with page.expect_download() as download:
        page.click("#export-docx")
    assert download.value.suggested_filename == f"{title}.docx"

    page.click("#erase")
    page.get_by_role("button", name="不删").click()
    page.click("#erase")
    page.get_by_role("button", name="确认删除").click()
    expect(record).to_contain_text("已经删除", timeout=60_000)
    expect(page.locator("#list")).not_to_contain_text(title)


@pytest.mark.parametrize(("role", "seen"), [("村文书", True), ("志愿者", False)])
def test_who_has_the_page(desk, role, seen):
    page = enter(desk, role)
    expect(page.get_by_role("link", name="记录", exact=True)).to_have_count(1 if seen else 0)
    desk.expected = set() if seen else {403}
    page.goto(desk.base + "/records")
    expect(page.locator("h1")).to_have_text(re.compile("案件记录") if seen else re.compile(".+"))
    assert page.locator("#list").count() == (1 if seen else 0)
