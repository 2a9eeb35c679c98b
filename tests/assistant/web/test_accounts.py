"""Logging in by a button of the demo, one's own page, and the administrator's pages."""

import re

import pytest
from playwright.sync_api import expect

from tests.assistant.web.test_accessibility import AUDIT

pytestmark = pytest.mark.browser


def enter(desk, role: str):
    page = desk.open("/login")
    page.get_by_role("button", name=role, exact=True).click()
    page.wait_for_url(desk.base + "/")
    return page


@pytest.mark.parametrize(
    ("role", "sees"), [("调解员", ""), ("志愿者", ""), ("管理员", "人员与地方 审计日志")]
)
def test_the_demo_has_one_button_for_each_role(desk, role, sees):
    page = enter(desk, role)
    page.get_by_role("link", name="我的", exact=True).click()
    assert f"演示{role}" in page.locator("h1").inner_text()
    assert " ".join(page.get_by_role("navigation", name="管理").locator("a").all_inner_texts()) == sees
    assert page.evaluate(AUDIT) == []
    page.get_by_role("button", name="退出登录", exact=True).click()
    page.wait_for_url(desk.base + "/")
    assert page.get_by_role("link", name="登录", exact=True).is_visible()


def test_a_wrong_password_is_said_and_nothing_is_lost(desk):
    desk.expected = {401}
    page = desk.open("/login")
    page.get_by_label("登录名").fill("nobody1")
    page.get_by_label("密码").fill("not the password")
    page.get_by_role("button", name="登录", exact=True).click()
    assert "登录名或密码不对" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("登录名").input_value() == "nobody1"


def test_the_administrator_adds_a_person_and_closes_the_account(desk):
    login = f"chen{desk.page.viewport_size['width']}"
    page = enter(desk, "管理员")
    page.goto(desk.base + "/admin/people")
    assert page.evaluate(AUDIT) == []
    form = page.locator("#add-person")
    form.get_by_label("姓名").fill("陈立")
    form.get_by_label(re.compile("登录名")).fill(login)
    form.get_by_label(re.compile("初始密码")).fill("123456")
    desk.expected = {422}
    form.get_by_role("button", name="新增").click()
    assert "密码" in page.get_by_role("alert").inner_text()
    form.get_by_label(re.compile("初始密码")).fill("枫桥边的第三棵老桂花")
    form.get_by_label("角色").select_option("mediator")
    form.get_by_label("在哪里").select_option("zj-fengshuwan")
    with page.expect_navigation():
        form.get_by_role("button", name="新增").click()
    person = page.locator(f"[data-person]:has-text('{login}')")
    assert "调解员" in person.inner_text()
    person.get_by_text("修改").click()
    person.get_by_label("再加一个角色").check()
    person.locator("[name=role]").select_option("volunteer")
    person.get_by_label("在哪里").select_option("zj-fengshuwan")
    with page.expect_navigation():
        person.get_by_role("button", name="保存").click()
    assert "志愿者" in person.locator(".roles").inner_text()
    page.once("dialog", lambda dialog: dialog.accept())
    person.get_by_text("修改").click()
    with page.expect_navigation():
        person.get_by_role("button", name="停用账号").click()
    assert "已停用" in person.inner_text()


def test_the_audit_log_tells_of_it(desk):
    page = enter(desk, "管理员")
    page.goto(desk.base + "/admin/audit")
    assert page.evaluate(AUDIT) == []
    assert "登录" in page.locator("table.audit tbody tr").first.inner_text()


def test_a_key_is_made_shown_once_listed_and_ended(desk):
    page = enter(desk, "普法编辑")
    page.goto(desk.base + "/me")
    page.get_by_text("新建密钥").click()
    form = page.locator("#add-key")
    form.get_by_label("给谁用").fill("县政府网站")
    form.get_by_label("看普法稿件").check()
    form.get_by_role("button", name="新建").click()
    secret = page.locator("#new-key code")
    secret.wait_for()
    assert secret.inner_text().startswith("fq_")
    page.reload()
    assert secret.inner_text() == ""
    keys = page.get_by_role("region", name="我的接口密钥").locator("li")
    assert "县政府网站" in keys.first.inner_text() and "还没用过" in keys.first.inner_text()
    before = keys.count()
    page.once("dialog", lambda dialog: dialog.accept())
    keys.first.get_by_role("button", name="停用").click()
    expect(keys).to_have_count(before - 1)
