"""Requests shown in OpenAPI. A test sends every one of them, so each must work on the shipped corpora."""

from typing import Any

Examples = dict[str, Any]


def _one(summary: str, value: dict[str, Any]) -> Examples:
    return {"example": {"summary": summary, "value": value}}


SEARCH: Examples = {
    "plain": {
        "summary": "a dispute in plain words",
        "value": {"query": "邻居家树枝伸到我家院子", "limit": 5},
    },
    "on": {
        "summary": "a citation, on a day",
        "value": {"query": "商标法第四条", "on": "2026-11-21", "kinds": ["provision"]},
    },
    "village": {
        "summary": "rules and cases of one village",
        "value": {"query": "红白喜事随礼", "kinds": ["rule", "case"], "village": "zj-fengshuwan"},
    },
}
CITE: Examples = _one("any way of writing", {"text": "《民法典》第1067条第二款", "on": "2026-11-21"})
ADVISE: Examples = _one(
    "a dispute, its day and its village",
    {
        "narrative": "邻居家的香樟树枝伸到我家院子里，落叶堵了下水沟，去年台风还砸坏了我家的瓦，"
        "我要他锯掉并赔八百元，他说树是祖上留下的不能动。",
        "on": "2026-11-21",
        "village": "zj-fengshuwan",
    },
)
ASK: Examples = _one("a question in everyday words", {"question": "邻居家的树枝伸到我家院子，我能自己剪吗？"})
#: The id of an answer just given stands in the place of the dots.
FEEDBACK: Examples = _one(
    "an answer that missed the point",
    {
        "turn_id": "……",
        "rating": "bad",
        "reasons": ["not_answered", "missing"],
        "note": "没说要准备什么材料。",
    },
)
FEEDBACK_CLOSE: Examples = _one("it was mended", {"note": "已补上材料清单。", "by": "李敏"})
INTAKE: Examples = _one(
    "a matter told at a service point",
    {
        "village": "zj-fengshuwan",
        "narrative": "王建国说邻居李秀芳改了水渠，他家的田进不了水，想请村里调解。",
        "contact": "王建国 13900001234",
        "on": "2026-11-20",
    },
)
INTAKE_CLOSE: Examples = _one("how it ended", {"note": "双方到村里谈过，李家同意改回。"})
COMPLETION: Examples = {
    "follow-up": {
        "summary": "a follow-up: the user's earlier questions are its context",
        "value": {
            "model": "fengqiao",
            "messages": [
                {"role": "system", "content": "请用简体中文回答。"},
                {"role": "user", "content": "民法典第1067条第一款"},
                {"role": "assistant", "content": "……"},
                {"role": "user", "content": "第二款呢"},
            ],
            "temperature": 0.2,
        },
    },
}
WECOM: Examples = {
    "sealed": {
        "summary": "a sealed message",
        "value": "<xml><ToUserName>ww…</ToUserName><AgentID>1</AgentID><Encrypt>…</Encrypt></xml>",
    }
}
DINGTALK: Examples = _one(
    "a question to the bot",
    {
        "msgtype": "text",
        "text": {"content": "邻居家的狗咬了我，医药费谁出？"},
        "conversationType": "1",
        "conversationId": "cid…",
        "senderId": "…",
    },
)
CHECK: Examples = _one(
    "a text with citations",
    {"text": "成年子女不履行赡养义务的，依照《民法典》第一千零六十七条第二款，父母可以要求给付赡养费。"},
)
RULES_CHECK: Examples = _one(
    "clauses of a village's rules",
    {
        "text": "第一条 村民应当爱护公共环境，垃圾分类投放。\n第二条 违反本规约的，由村委会处以五百元罚款。",
        "village": "zj-fengshuwan",
    },
)
DRAFTS: Examples = {
    "topic": {"summary": "from a topic", "value": {"topic": "高空抛物", "count": 1, "by": "王芳"}},
    "address": {"summary": "from a provision", "value": {"address": "民法典第二百八十八条", "by": "王芳"}},
}
EDIT: Examples = _one(
    "a changed question",
    {"version": 1, "question": "邻居的树枝越界了怎么办？", "note": "改得口语些", "by": "王芳"},
)
SUBMIT: Examples = _one("who submits, where no header is sent", {"by": "王芳"})
REVIEW: Examples = _one("approved by a second person", {"decision": "approve", "by": "李敏"})
_TOLD = {
    "name": "王建国与李秀芳水渠走向纠纷",
    "facts": "申请人王建国与邻居李秀芳共用一条水渠。2026年5月李秀芳家改渠，王建国家的田进不了水，"
    "要求改回并赔偿八百元。王建国电话13900001234。",
    "result": "双方协议：李秀芳家在七月底前把水渠改回原处，王建国不再要求赔偿。",
}
RECORD: Examples = _one(
    "a settled dispute, with everybody's name as it was",
    {
        **_TOLD,
        "village": "zj-fengshuwan",
        "dispute_type": "邻里",
        "claim": 800,
        "closed": "2026-06-20",
        "outcome": "达成协议",
        "keywords": ["水渠"],
    },
)
RECORD_PREVIEW: Examples = _one("a name that was missed is pointed at", {**_TOLD, "also": ["老虎"]})
RECORD_CHANGE: Examples = _one("it was kept", {"version": 1, "kept": "已履行"})
LOGIN: Examples = _one("login name and password", {"login": "wangfang", "password": "……"})
DEMO: Examples = _one("try the mediator's desk", {"role": "mediator"})
SETUP: Examples = _one(
    "the first administrator", {"code": "……", "login": "wangfang", "name": "王芳", "password": "……"}
)
PASSWORD: Examples = _one("a new password", {"old": "……", "new": "……"})
KEY: Examples = _one(
    "for a website that shows drafts", {"name": "县政府网站", "scopes": ["drafts.read"], "days": 90}
)
PERSON: Examples = _one(
    "a village's mediator",
    {
        "login": "wangfang",
        "name": "王芳",
        "memberships": [{"role": "mediator", "place_id": "zj-fengshuwan"}],
    },
)
PERSON_CHANGE: Examples = _one("an account is closed", {"active": False})
PLACE: Examples = _one("a new county", {"kind": "county", "name": "会岭县"})
