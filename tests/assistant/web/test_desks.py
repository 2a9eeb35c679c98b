"""The mediator's desk, the rule check, the chat and the publicity desk."""

import io
import re
import zipfile

import docx
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BRANCHES = (
    "邻居家的香樟树枝伸到我家院子里，落叶堵了下水沟，去年台风还砸坏了我家的瓦，"
    "我要他锯掉并赔八百元，他说树是祖上留下的不能动。"
)


def test_advice_to_agreement(desk, tmp_path):
    page = desk.open("/mediate")
    page.click("#advise [type=submit]")
    expect(page.locator("#advice [role=alert]")).to_contain_text("还没有写纠纷经过")
    page.fill("[name=narrative]", BRANCHES)
    page.select_option("[name=village]", "zj-fengshuwan")
    page.click("#advise [type=submit]")
    expect(page.locator(".part h2").first).to_be_visible(timeout=60_000)
    titles = " ".join(page.locator(".part h2").all_inner_texts())
    assert all(word in titles for word in ("纠纷类型", "适用法条", "类似案例", "怎么调"))
    assert page.locator(".provision blockquote").count() > 0
    expect(page.locator(".outcomes")).to_contain_text("件")
    page.locator(".provision .source").first.click()
    expect(page.locator(".sheet .article")).to_be_visible()
    page.keyboard.press("Escape")
    paper = page.locator("#agreement-text")
    expect(paper).to_contain_text("调解协议")
    page.locator("#agreement-checked > .checked > summary").click()
    expect(page.locator("#agreement-checked")).to_contain_text("核对无误")
    paper.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(
        "另：双方握手言和 <b>。依照《婚姻法》第二十一条，成年子女应当赡养缺乏劳动能力或者生活困难的父母。"
    )
    expect(page.locator("#agreement-checked")).to_contain_text("还没有再核对")
    page.click("#agreement-check")
    expect(page.locator("#agreement-checked ul.failed")).to_contain_text(
        "《民法典》第一千零六十七条第二款", timeout=60_000
    )
    expect(paper).to_contain_text("《婚姻法》第二十一条")
    with page.expect_download() as download:
        page.click("#agreement-docx")
    target = tmp_path / "agreement.docx"
    download.value.save_as(target)
    text = "\n".join(p.text for p in docx.Document(str(target)).paragraphs)
    assert "调解协议" in text
    assert "另：双方握手言和 <b>。" in text


def test_risk_comes_first(desk):
    page = desk.open("/mediate")
    page.fill("[name=narrative]", "老公昨晚喝了酒又打我，把我打得鼻青脸肿，还拿刀说要杀了我，我不敢回家。")
    page.click("#advise [type=submit]")
    banner = page.locator("#advice .risk")
    expect(banner).to_be_visible(timeout=60_000)
    expect(banner.locator("a[href='tel:110']").first).to_be_visible()
    assert page.evaluate(
        "document.querySelector('#advice .risk').getBoundingClientRect().top"
        " < document.querySelector('#advice .part').getBoundingClientRect().top"
    )


def test_narrative_from_an_old_text_file(desk):
    page = desk.open("/mediate")
    file = {"name": "纠纷.txt", "mimeType": "text/plain", "buffer": BRANCHES.encode("gb18030")}
    page.set_input_files("#file", file)
    expect(page.locator("[name=narrative]")).to_have_value(BRANCHES)


def test_rule_check_from_paste_and_village(desk):
    page = desk.open("/rules")
    page.fill(
        "[name=text]",
        "第一条 村民应当爱护公共环境，垃圾分类投放。\n第二条 违反本规约的，由村委会处以五百元罚款。",
    )
    page.click("#rules [type=submit]")
    expect(page.locator(".verdict")).to_have_count(2, timeout=60_000)
    fine = page.locator(".verdict.overstep")
    expect(fine).to_have_count(1)
    expect(fine).to_contain_text("罚款")
    assert fine.locator(".source").count() > 0
    page.locator(".tally .overstep").click()
    assert page.locator(".verdict:visible").count() == 1
    fine.locator(".source").first.click()
    expect(page.locator(".sheet")).to_be_visible()
    page.keyboard.press("Escape")
    page = desk.open("/village/zj-fengshuwan")
    clauses = page.locator(".clause").count()
    page.click("#check")
    expect(page.locator(".verdict").first).to_be_visible(timeout=60_000)
    assert page.locator(".verdict").count() == clauses


def test_rule_check_reads_a_docx(desk):
    document = docx.Document()
    document.add_paragraph("第一条 邻里之间要和睦相处。")
    document.add_paragraph("第二条 乱倒垃圾的，每次罚款二百元。")
    buffer = io.BytesIO()
    document.save(buffer)
    page = desk.open("/rules")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.set_input_files("#file", {"name": "规约.docx", "mimeType": kind, "buffer": buffer.getvalue()})
    expect(page.locator("#drop-text")).to_contain_text("规约.docx")
    page.click("#rules [type=submit]")
    expect(page.locator(".verdict")).to_have_count(2, timeout=60_000)


def test_chat_two_turns_and_refusal(desk):
    page = desk.open("/chat")
    page.fill("#question", "邻居家的狗咬了我，医药费谁出？")
    page.press("#question", "Enter")
    turn = page.locator(".turn").nth(0)
    expect(turn.locator(".answer .source").first).to_be_visible(timeout=60_000)
    turn.locator(".answer .source").first.click()
    expect(page.locator(".sheet .article")).to_be_visible()
    page.keyboard.press("Escape")
    page.fill("#question", "那误工费呢？")
    page.press("#question", "Enter")
    second = page.locator(".turn").nth(1)
    expect(second.locator(".answer-tools")).to_be_visible(timeout=60_000)
    page.fill("#question", "明天的彩票开什么号码？")
    page.press("#question", "Enter")
    third = page.locator(".turn").nth(2)
    expect(third.locator(".part-refusal")).to_be_visible(timeout=60_000)
    expect(third.locator("a[href='tel:12348']").first).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn.get_by_role("button", name="连出处复制").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("问：邻居家的狗咬了我")
    assert "出处" in copied


def test_a_failed_sentence_is_shown_put_right_and_never_approved_silently(desk):
    page = desk.open("/publicity")
    page.fill("#user", "王芳")
    page.locator("input[name=from][value=address]").check()
    page.fill("[name=address]", "民法典第二百八十八条")
    page.fill("[name=count]", "1")
    page.click("#create [type=submit]")
    editor = page.locator("#editor")
    expect(editor.locator(".checks .chip").first).to_have_text("已核对", timeout=60_000)
    answer = editor.locator("[name=answer]")
    said = "成年子女应当赡养缺乏劳动能力或者生活困难的父母"
    false = "根据《民法典》第一百八十八条，向人民法院请求保护民事权利的诉讼时效期间为两年。"
    answer.fill(f"{answer.input_value()}\n{said}（《民法典》第二百八十八条）。\n{false}")
    editor.get_by_role("button", name="保存").click()
    failed = editor.locator(".claim-checks .failed > li")
    expect(failed).to_have_count(2, timeout=60_000)
    failed.first.get_by_role("button", name="照这样改").click()
    expect(answer).to_have_value(re.compile(f"{said}（《民法典》第一千零六十七条第二款）。"))
    editor.get_by_role("button", name="提交审核").click()
    expect(editor.locator("h3", has_text="审核").first).to_be_visible(timeout=60_000)
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("两年")
    page.fill("#user", "李敏")
    desk.expected = {409}
    editor.get_by_role("button", name="通过").click()
    expect(editor.locator("[role=alert]")).to_contain_text("没有通过核查", timeout=60_000)
    editor.get_by_role("button", name="退回修改").click()
    expect(editor.locator("[role=alert]")).to_contain_text("写明理由")


def test_draft_reviewed_by_another_is_found(desk):
    page = desk.open("/publicity")
    page.fill("#user", "王芳")
    page.locator("input[name=from][value=address]").check()
    page.fill("[name=address]", "民法典第二百八十八条")
    page.fill("[name=count]", "1")
    page.click("#create [type=submit]")
    editor = page.locator("#editor")
    expect(editor.locator(".checks .chip").first).to_have_text("已核对", timeout=60_000)
    question = f"邻里之间怎么相处才算守法（{page.viewport_size['width']}）？"
    editor.locator("[name=question]").fill(question)
    expect(editor.locator(".citation-checks")).to_contain_text("边写边核", timeout=30_000)
    editor.get_by_role("button", name="保存").click()
    expect(editor.locator(".meta").first).to_contain_text("第 2 稿")
    editor.get_by_role("button", name="提交审核").click()
    expect(editor.locator("h3", has_text="审核").first).to_be_visible()
    # the author may not approve it, and a return needs a reason
    desk.expected = {403}
    editor.get_by_role("button", name="通过").click()
    expect(editor.locator("[role=alert]")).to_contain_text("不能审核自己")
    editor.get_by_role("button", name="退回修改").click()
    expect(editor.locator("[role=alert]")).to_contain_text("写明理由")
    page.fill("#user", "李敏")
    editor.get_by_role("button", name="通过").click()
    expect(editor.locator(".chip.approved")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        editor.get_by_role("button", name="导出 Word").click()
    assert zipfile.is_zipfile(download.value.path())
    editor.get_by_role("link", name="已可检索").click()
    hit = page.locator(".hit h2 a", has_text=question)
    expect(hit).to_be_visible()
    hit.click()
    expect(page.locator("h1")).to_have_text(question)
    expect(page.locator(".meta").first).to_contain_text(re.compile("王芳.*李敏"))
    # the name is remembered
    page = desk.open("/publicity")
    expect(page.locator("#user")).to_have_value("李敏")


def test_a_long_deadline_fits_a_phone(desk):
    page = desk.open("/mediate")
    page.fill("[name=narrative]", "隔壁翻建房子砌围墙，占了我家宅基地半米，界址说不清，我要他拆掉。")
    page.click("#advise [type=submit]")
    expect(page.get_by_text("对政府的权属处理决定不服")).to_be_visible(timeout=60_000)
    assert desk.fits()
