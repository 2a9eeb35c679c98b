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
