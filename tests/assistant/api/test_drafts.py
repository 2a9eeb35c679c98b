"""A draft's life over HTTP: made, edited, submitted, approved by a second person, exported, found."""

import io

from docx import Document
from fastapi.testclient import TestClient

from kb.base import KnowledgeBase
from tests.assistant.api.conftest import as_user

DRAFTS = "/api/v1/drafts"


def test_from_a_provision_to_the_shelf(client: TestClient, kb: KnowledgeBase) -> None:
    made = client.post(DRAFTS, json={"address": "民法典第二百八十八条", "count": 1}, headers=as_user("王芳"))
    assert made.status_code == 201
    draft = made.json()["drafts"][0]
    assert draft["author"] == "王芳"
    assert draft["status"] == "draft"
    assert all(c["verified"] for c in draft["citations"])
    one = f"{DRAFTS}/{draft['id']}"

    edited = client.patch(
        one, json={"version": draft["version"], "question": "邻里之间该怎么相处？"}, headers=as_user("王芳")
    ).json()
    assert edited["question"] == "邻里之间该怎么相处？"
    assert edited["answer"] == draft["answer"]
    stale = client.patch(one, json={"version": draft["version"], "question": "旧稿"}, headers=as_user("王芳"))
    assert stale.status_code == 409

    assert (
        client.post(f"{one}/review", json={"decision": "approve"}, headers=as_user("李敏")).status_code == 409
    )
    submitted = client.post(f"{one}/submit", headers=as_user("王芳")).json()
    assert submitted["status"] == "in_review"
    own = client.post(f"{one}/review", json={"decision": "approve"}, headers=as_user("王芳"))
    assert own.status_code == 403
    assert own.json()["error"]["code"] == "forbidden"

    queue = client.get(DRAFTS, params={"status": "in_review"}).json()
    assert draft["id"] in [d["id"] for d in queue["drafts"]]
    approved = client.post(f"{one}/review", json={"decision": "approve", "by": "李敏"}).json()
    try:
        assert approved["status"] == "approved"
        assert approved["reviewer"] == "李敏"
        hits = client.post("/api/v1/search", json={"query": "邻里之间该怎么相处", "kinds": ["qa"]}).json()[
            "hits"
        ]
        assert any("邻里之间该怎么相处" in h["title"] + h["text"] for h in hits)
        assert client.get(f"/api/v1/qa/{draft['id']}").json()["reviewer"] == "李敏"
        exported = client.get(f"{one}/export", params={"format": "docx"})
        assert exported.headers["content-type"].endswith("wordprocessingml.document")
        assert exported.headers["content-disposition"].startswith("attachment")
        words = "\n".join(p.text for p in Document(io.BytesIO(exported.content)).paragraphs)
        assert "邻里之间该怎么相处？" in words
        markdown = client.get(f"{one}/export", params={"format": "md"})
        assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
        assert "民法典第二百八十八条" in markdown.text
    finally:
        kb.retract_qa(draft["id"])


def test_the_list_goes_by_pages(client: TestClient) -> None:
    client.post(DRAFTS, json={"topic": "高空抛物", "count": 2, "by": "赵强"})
    first = client.get(DRAFTS, params={"limit": 1}).json()
    assert len(first["drafts"]) == 1
    assert first["total"] >= 2
    assert first["next_offset"] == 1
    second = client.get(DRAFTS, params={"limit": 1, "offset": 1}).json()
    assert first["drafts"][0]["id"] != second["drafts"][0]["id"]


def test_a_raw_utf8_name_in_the_header_is_understood(client: TestClient) -> None:
    made = client.post(
        DRAFTS,
        json={"address": "民法典第二百八十八条", "count": 1},
        headers={"X-Fengqiao-User": "王芳".encode()},
    )
    assert made.json()["drafts"][0]["author"] == "王芳"
