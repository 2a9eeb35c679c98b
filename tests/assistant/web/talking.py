"""A chat whose stream the test sends itself, event by event: what a page makes of each state can't be timed otherwise.

Only the stream is the test's own. Statute texts come from the service, so every citation resolves.
"""

from typing import Any
from urllib.parse import quote

#: Replaces the page's fetch for the stream alone; each call waits for what the test sends.
_STREAM = """
window.asked = [];
const realFetch = window.fetch.bind(window);
window.fetch = (url, options) => {
  if (!String(url).endsWith('/api/v1/ask/stream')) return realFetch(url, options);
  const call = { request: JSON.parse(options.body), stopped: false };
  const body = new ReadableStream({ start(controller) { call.controller = controller; } });
  options.signal.addEventListener('abort', () => {
    call.stopped = true;
    call.controller.error(new DOMException('stopped', 'AbortError'));
  });
  window.asked.push(call);
  return Promise.resolve(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }));
};
window.sendBytes = (text) => asked[asked.length - 1].controller.enqueue(new TextEncoder().encode(text));
window.endStream = () => asked[asked.length - 1].controller.close();
"""
BITE = "民法典第一千二百四十五条"
WAGES = "劳动法第五十条"


class Talk:
    """The page with a stream in the test's hands."""

    def __init__(self, desk: Any, path: str = "/chat") -> None:
        self.desk = desk
        desk.page.add_init_script(_STREAM)
        self.page = desk.open(path)

    def ask(self, question: str) -> Any:
        """Ask; returns the turn, once the page has asked the service."""
        before = self.page.evaluate("asked.length")
        self.page.fill("#question", question)
        self.page.press("#question", "Enter")
        self.page.wait_for_function("n => asked.length > n", arg=before)
        return self.page.locator(".turn").last

    def send(self, name: str, data: dict[str, Any]) -> None:
        """Send one event."""
        self.page.evaluate(
            "([name, data]) => sendBytes(`event: ${name}\\ndata: ${JSON.stringify(data)}\\n\\n`)",
            [name, data],
        )

    def finish(self, answer: dict[str, Any]) -> None:
        """Send the whole answer: its start, its parts, itself. The line stays open, as some proxies keep it."""
        meta = {key: answer[key] for key in ("conversation_id", "turn_id", "understood_as")}
        self.send("start", meta)
        for block in answer["blocks"]:
            self.send("block", block)
        self.send("done", answer)

    def request(self) -> dict[str, Any]:
        """Return what the page sent last."""
        sent: dict[str, Any] = self.page.evaluate("asked[asked.length - 1].request")
        return sent

    def citation(self, address: str) -> dict[str, Any]:
        """Return a provision as an answer cites it, its words from the service."""
        answer = self.page.request.get(f"{self.desk.base}/api/v1/provisions/{quote(address)}")
        assert answer.ok, address
        return {
            "address": address, "quote": answer.json()["text"], "verified": True, "state_label": "现行有效", "note": "",
        }  # fmt: skip


def part(kind: str, text: str = "", **more: Any) -> dict[str, Any]:
    """Return a block."""
    empty = {"title": "", "items": [], "citations": [], "source": "", "generated": False}
    return {"kind": kind, "text": text, **empty, **more}


def whole(blocks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return an answer of these blocks."""
    citations = {c["address"]: c for block in blocks for c in block["citations"]}
    return {
        "answer": "\n".join(block["text"] for block in blocks),
        "refused": any(block["kind"] == "refusal" for block in blocks),
        "reason": "", "blocks": blocks, "citations": list(citations.values()), "risks": [], "confidence": 0.8,
        "similar": [], "where": [], "clarify": [], "suggestions": [], "generated": False, "label": "",
        "checked": {"claims": 0, "verified": len(citations), "repaired": 0, "removed": []},
        "conversation_id": "talk-1", "turn_id": "turn-1", "understood_as": "", "on": "2026-11-21", **more,
    }  # fmt: skip


def bite(talk: Talk, **more: Any) -> dict[str, Any]:
    """Return an answer with a part of every kind but the refusal."""
    cited = talk.citation(BITE)
    blocks = [
        part("risk", "伤口深、流血多，先打120。", title="先看伤", items=["120 急救", "110 报警"]),
        part("lead", "狗咬了人，医药费一般由养狗的人出。", citations=[cited], generated=True),
        part("law", citations=[cited]),
        part("meaning", "养狗的人要赔；您故意去惹它的，可以少赔或者不赔。", citations=[cited], generated=True),
        part("village", "养犬要拴绳，咬伤人的先垫付医药费。", title="枫树湾村村规民约", source="zj-fengshuwan"),
        part("steps", items=["马上去打针，发票、病历都留着。", "拍下伤口和狗的照片，找看见的人。", "先找村调解委员会，调解不收钱。"]),
        part("papers", items=["病历和发票", "伤口照片", "看见的人的姓名"]),
        part("deadline", "从知道受伤那天起三年内要提出来。"),
        part("where", items=["打12348，问律师，不要钱", "到乡镇司法所当面问"]),
        part("qa", "一般由饲养人赔。", title="被狗咬伤谁来赔？", source="qa-1"),
        part("case", "结果：赔了八百元，当场付清。", title="两家因狗伤人起的纠纷（样例）", source="case-1"),
        part("closing", "以上照法条摘编，不是律师意见。"),
    ]  # fmt: skip
    removed = [{"text": "对方还要赔您误工费五千元。", "reason": "没有一条法写了这个数"}]
    repairs = [
        {
            "text": "谁养谁赔（《民法典》第一千二百四十五条）。", "was": "谁养谁赔（《民法典》第一条）。",
            "reason": "引错法条", "addresses": [BITE],
        }
    ]  # fmt: skip
    passed = [{"text": "医药费一般由养狗的人出。", "addresses": [BITE]}]
    told = {
        "generated": True, "label": "AI 生成",
        "checked": {"claims": 4, "verified": 4, "repaired": 1, "removed": removed, "repairs": repairs, "passed": passed},
        "clarify": ["狗有没有拴绳？", "您有没有先逗它？"], "suggestions": ["误工费能要吗？", "对方不肯赔怎么办？"],
    }  # fmt: skip
    return whole(blocks, **{**told, **more})
