"""What is taken away from an answer: text, picture, Word file, the spoken word."""

import struct
import zlib

import pytest
from playwright.sync_api import expect

from tests.assistant.web.talking import Talk, bite, part, whole
from tests.assistant.web.test_chat import QUESTION

pytestmark = pytest.mark.browser

#: Stands in for the browser's voice: keeps what is said, and says it as fast as the test likes.
VOICE = """
window.said = [];
window.voice = { speak(u) { said.push(u.text); this.now = u; }, cancel() { this.now = null; this.cancelled = true; } };
Object.defineProperty(window, 'speechSynthesis', { value: voice });
"""


def png_words(data: bytes) -> dict[str, str]:
    """Read the texts inside a PNG, checking every chunk's sum as a viewer does."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, words = 8, {}
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + body)
        if kind == b"iTXt":
            name, rest = body.split(b"\0", 1)
            words[name.decode()] = rest.split(b"\0", 4)[4].decode()
        at += 12 + size
    return words


def test_copied_with_its_sources(talk):
    talk.ask(QUESTION)
    answer = bite(talk)
    talk.finish(answer)
    talk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    talk.page.get_by_role("button", name="连出处复制").click()
    lines = talk.page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[:2] == [f"问：{QUESTION}", "答（AI 生成）："]
    assert "2. 拍下伤口和狗的照片，找看见的人。" in lines
    assert "出处（按2026-11-21有效的法）：" in lines
    cited = answer["citations"][0]
    # its words stand above: below the address is enough
    assert cited["address"] in lines[lines.index("出处（按2026-11-21有效的法）：") :]
    assert sum(cited["quote"] in line for line in lines) == 1
    assert "12348" in lines[-1]


def test_what_to_heed_of_a_provision_goes_along(talk):
    lines = talk.page.evaluate(
        """async () => {
          const { asText } = await import('/static/js/chat-answer.js');
          const cited = { address: '某法第一条', quote: '原文', verified: true, note: '使用前请核实' };
          const law = { kind: 'law', title: '', text: '', items: [], citations: [cited] };
          return asText('问', { blocks: [law], citations: [cited], on: '2026-11-21' }).split('\\n');
        }"""
    )
    assert lines[lines.index("某法第一条：“原文”") + 1] == "请注意：使用前请核实"


@pytest.mark.parametrize("generated", [True, False])
def test_a_picture_holds_it_all_and_says_inside_what_it_is(talk, tmp_path, generated):
    talk.ask(QUESTION)
    talk.finish(bite(talk, generated=generated, label="AI 生成" if generated else ""))
    talk.page.get_by_role("button", name="存成图片").click()
    with talk.page.expect_download() as download:
        talk.page.get_by_role("button", name="保存图片").click()
    target = tmp_path / "answer.png"
    download.value.save_as(target)
    data = target.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert 750 <= width <= 1500 and height > width
    words = png_words(data)
    assert words["Comment"].startswith("AI 生成" if generated else "程序摘编")
    assert ("AIGC" in words) == generated
    talk.page.keyboard.press("Escape")
    expect(talk.page.locator(".sheet")).to_have_count(0)
    expect(talk.page.get_by_role("button", name="存成图片")).to_be_focused()


def test_the_picture_wraps_long_texts_and_stays_within_what_phones_can_draw(talk):
    measured = talk.page.evaluate(
        """async () => {
          const { draw, wrap, contents } = await import('/static/js/chat-image.js');
          const c = document.createElement('canvas').getContext('2d');
          c.font = '26px sans-serif';
          const text = '调解不收钱，双方愿意才调。打12348问“律师”。'.repeat(20);
          const lines = wrap(c, text, 600);
          const long = { blocks: [{ kind: 'lead', text: '甲'.repeat(40000) }], citations: [], on: '2026-11-21' };
          const canvas = draw('问', long);
          return {
            whole: lines.join('') === text,
            widest: Math.max(...lines.map((l) => c.measureText(l.replace(/[，。”]+$/, '')).width)),
            begins: lines.filter((l) => /^[，。”]/.test(l)).length,
            ends: lines.filter((l) => /“$/.test(l)).length,
            split: lines.filter((l, n) => /\\d$/.test(l) && /^\\d/.test(lines[n + 1] || '')).length,
            count: lines.length,
            pixels: canvas.width * canvas.height,
            height: canvas.height,
            last: contents('问', long).slice(-1)[0][1],
          };
        }"""
    )
    assert measured["whole"] and measured["count"] > 10
    assert measured["widest"] <= 600
    assert (measured["begins"], measured["ends"], measured["split"]) == (0, 0, 0)
    assert measured["pixels"] <= 8.1e6 and measured["height"] <= 8192
    assert "12348" in measured["last"]


def test_read_aloud_sentence_by_sentence_until_stopped(desk):
    desk.page.add_init_script(VOICE)
    talk = Talk(desk)
    page = talk.page
    talk.ask(QUESTION)
    talk.finish(whole([part("lead", "先去打针。发票留着。"), part("where", items=["打12348问律师"])]))
    page.get_by_role("button", name="朗读").click()
    reader = page.locator(".answer-tools [aria-pressed]").first
    expect(reader).to_have_text("停下")
    assert page.evaluate("said") == ["先去打针。"]
    page.evaluate("voice.now.onend()")
    assert page.evaluate("said") == ["先去打针。", "发票留着。"]
    page.evaluate("voice.now.onend(); voice.now.onend()")
    assert page.evaluate("said").pop() == "打1 2 3 4 8问律师"
    reader.click()
    expect(reader).to_have_text("朗读")
    assert page.evaluate("voice.cancelled")
    spoken = page.evaluate("said.length")
    page.evaluate("voice.now && voice.now.onend()")
    assert page.evaluate("said.length") == spoken


def test_a_word_file_that_cannot_be_had_is_said_on_the_page(talk):
    talk.desk.expected = {404}
    turn = talk.ask(QUESTION)
    talk.finish(bite(talk, turn_id="no-such-turn"))
    link = turn.get_by_role("link", name="下载 Word")
    expect(link).to_have_attribute("href", "/api/v1/turns/no-such-turn/opinion")
    link.click()
    expect(turn.locator(".answer-tools [role=alert]")).to_be_visible()
