"""Search, the law reader, cases and villages."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_search_open_provision_and_switch_day(desk):
    page = desk.open("/search")
    page.fill("#q", "邻居家树枝伸到我家院子")
    page.press("#q", "Enter")
    expect(page.locator(".hit").first).to_be_visible()
    assert "q=" in page.url
    assert page.locator(".hit .why").count() > 0
    page.locator(".kinds label", has_text="法条").click()
    expect(page.locator(".hit .chip").first).to_have_text(re.compile("现行有效|效力存疑|条文已被修正"))
    assert "kind=provision" in page.url
    page.fill("#q", "商标法第四条")
    page.press("#q", "Enter")
    direct = page.locator(".hit.direct")
    expect(direct).to_have_count(1)
    expect(direct.locator("a")).to_have_text("商标法第四条")
    direct.locator("a").click()
    # the version in force on 2026-11-21 is the one adopted in 2019; the next takes effect on 2027-01-01
    expect(page.locator("h1")).to_have_text("中华人民共和国商标法")
    expect(page.locator(".law-state")).to_contain_text("2019年4月23日文本")
    expect(page.locator(".article.chosen h5")).to_contain_text("第四条")
    page.fill("#on", "2027-02-01")
    page.press("#on", "Enter")
    expect(page.locator(".law-state")).to_contain_text("2026年6月26日文本")
    expect(page.locator(".law-state .chip")).to_have_text("现行有效")
    page.goto(f"{desk.base}/law/{quote('商标法')}?on=2018-01-01")
    expect(page.locator(".law-head .note.warn")).to_contain_text("没有施行中的文本")


def test_citation_goes_to_the_paragraph(desk):
    page = desk.open("/cite?text=" + quote("《民法典》第1067条第二款"))
    assert page.url.endswith("#p2")
    chosen = page.locator(".article.chosen")
    expect(chosen.locator("h5")).to_contain_text("第一千零六十七条")
    expect(chosen.locator("#p2")).to_be_in_viewport()
    assert chosen.locator(".line").count() == 2
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chosen.locator("#p2 .cite").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    shown = chosen.locator("#p2 p").inner_text()
    assert copied == f"《民法典》第一千零六十七条第二款：{shown}"


def test_items_have_anchors(desk):
    page = desk.open(f"/law/{quote('民法典')}?article=1066#p1-i2")
    expect(page.locator("#p1-i2")).to_be_in_viewport()
    expect(page.locator("#p1-i2 p")).to_contain_text("（二）")
    assert page.locator(".law-text .article").count() < 200, "the Civil Code is shown a chapter at a time"


def test_amended_article_says_so(desk):
    page = desk.open(f"/law/{quote('农村土地承包法')}")
    expect(page.locator(".law-state .chip")).to_have_text("效力存疑")
    expect(page.locator(".law-head .note.warn")).to_contain_text("效力存疑")


def test_unknown_law_and_article(desk):
    desk.expected = {404}
    page = desk.open(f"/law/{quote('不存在的法')}")
    expect(page.locator("h1")).to_contain_text("库里没有")
    page = desk.open(f"/law/{quote('商标法')}?article=9999")
    expect(page.locator(".note.bad")).to_contain_text("没有")
    desk.expected = {404, 422}
    page = desk.open(f"/law/{quote('商标法')}?on=2026-13-40")
    expect(page.locator("h1")).to_contain_text("写法不对")


def test_nothing_found_and_bad_filter(desk):
    desk.expected = {422}
    page = desk.open("/search?q=" + quote("树枝") + "&law=" + quote("没有这部法"))
    expect(page.locator("#results [role=alert]")).to_contain_text("库里没有")


def test_keyboard(desk):
    page = desk.open("/search?q=" + quote("彩礼"))
    expect(page.locator(".hit").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("[...document.querySelectorAll('.hit h2 a')].indexOf(document.activeElement)") == 1
    page.keyboard.press("k")
    assert page.evaluate("[...document.querySelectorAll('.hit h2 a')].indexOf(document.activeElement)") == 0
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_case_and_village_pages(desk):
    page = desk.open("/cases?dispute_type=" + quote("邻里"))
    page.locator(".entries h2 a").first.click()
    expect(page.locator("h2", has_text="处理结果")).to_be_visible()
    expect(page.locator(".meta").first).to_contain_text("样例")
    page.wait_for_load_state()  # before the scripts have run, the link simply opens the reader
    page.locator(".sources .source").first.click()
    sheet = page.locator(".sheet")
    expect(sheet.locator(".chip").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page = desk.open("/villages")
    page.locator(".entries a", has_text="枫树湾村").click()
    expect(page.locator("h1")).to_have_text("枫树湾村村规民约")
    assert page.locator(".clause").count() > 10


def test_theme_and_large_print_are_kept(desk):
    page = desk.open("/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.click("#size")
    page = desk.open("/search")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
