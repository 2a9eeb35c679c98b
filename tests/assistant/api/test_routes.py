"""Facts that each route must get right, over the shipped corpora."""

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from kb.base import KnowledgeBase
from kb.model import DISPUTE_TYPES

HIT_FIELDS = {
    "id", "kind", "address", "title", "text", "score", "in_force", "effective_from", "effective_until", "matched",
}  # fmt: skip
CITE_FIELDS = {
    "address", "law", "version", "article", "paragraph", "item", "text",
    "in_force", "effective_from", "effective_until", "versions", "status",
}  # fmt: skip


def address(text: str) -> str:
    return f"/api/v1/provisions/{quote(text, safe='')}"


def test_search_finds_neighbouring_rights(client: TestClient) -> None:
    body = {"query": "邻居家树枝伸到我家院子", "kinds": ["provision"], "on": "2026-11-21"}
    hits = client.post("/api/v1/search", json=body).json()["hits"]
    assert set(hits[0]) >= HIT_FIELDS
    neighbouring = [f"民法典第二百{n}条" for n in ("八十八", "八十九", "九十", "九十一", "九十五", "九十六")]
    assert any(h["address"].startswith(a) for h in hits[:10] for a in neighbouring)
    assert all(h["in_force"] for h in hits)


def test_search_by_url_is_the_same_search(client: TestClient) -> None:
    body = {"query": "赡养老人", "kinds": ["provision", "case"], "on": "2026-11-21", "limit": 5}
    posted = client.post("/api/v1/search", json=body).json()
    params = {"query": "赡养老人", "kinds": "provision,case", "on": "2026-11-21", "limit": 5, "village": ""}
    got = client.get("/api/v1/search", params=params).json()
    assert [h["id"] for h in got["hits"]] == [h["id"] for h in posted["hits"]]
    repeated = client.get(
        "/api/v1/search?query=赡养老人&kinds=provision&kinds=case&on=2026-11-21&limit=5"
    ).json()
    assert repeated["hits"] == got["hits"]


def test_search_takes_an_abbreviation_for_a_law(client: TestClient) -> None:
    body = {"query": "树枝", "law": "《中华人民共和国民法典》", "on": "2026-11-21", "limit": 3}
    hits = client.post("/api/v1/search", json=body).json()["hits"]
    assert hits
    assert {h["law"] for h in hits} == {"民法典"}


def test_pages_of_a_search_follow_each_other(client: TestClient) -> None:
    body = {"query": "邻里纠纷", "limit": 3}
    first = client.post("/api/v1/search", json=body).json()["hits"]
    second = client.post("/api/v1/search", json={**body, "offset": 3}).json()["hits"]
    assert len(first) == len(second) == 3
    assert not {h["id"] for h in first} & {h["id"] for h in second}


@pytest.mark.parametrize(
    "written",
    ["《民法典》第1067条第二款", "民法典一千零六十七条二款", "中华人民共和国民法典第１０６７条第２款"],
)
def test_any_way_of_writing_gives_exactly_that_paragraph(
    client: TestClient, kb: KnowledgeBase, written: str
) -> None:
    body = client.get(address(written), params={"on": "2026-11-21"}).json()
    assert set(body) >= CITE_FIELDS
    assert body["address"] == "民法典第一千零六十七条第二款"
    assert (body["law"], body["article"], body["paragraph"], body["item"]) == (
        "民法典",
        "第一千零六十七条",
        2,
        None,
    )
    whole = body["provision"]
    assert body["text"] == whole["paragraphs"][1]["text"] != whole["text"]
    assert body["in_force"] is True
    assert body["status"] == "ok"
    assert body["effective_from"] == "2021-01-01"
    assert body["path"][-1].endswith("家庭关系") or any("家庭关系" in part for part in body["path"])
    assert [n["article"] for n in body["neighbours"]] == [
        "第一千零六十五条", "第一千零六十六条", "第一千零六十八条", "第一千零六十九条",
    ]  # fmt: skip


def test_cite_by_post_is_the_same(client: TestClient) -> None:
    got = client.get(address("民法典第288条"), params={"on": "2026-11-21"}).json()
    assert client.post("/api/v1/provisions", json={"text": "民法典第288条", "on": "2026-11-21"}).json() == got


def test_the_version_is_that_of_the_day(client: TestClient) -> None:
    before = client.get(address("商标法第四条"), params={"on": "2026-11-21"}).json()
    after = client.get(address("商标法第四条"), params={"on": "2027-02-01"}).json()
    assert before["in_force"] and after["in_force"]
    assert before["version"] < after["version"]
    assert after["effective_from"] == "2027-01-01"
    assert len(before["versions"]) >= 2


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("民法典第1300条", "no_such_article"),
        ("民法典第1067条第九款", "no_such_paragraph"),
        ("枫桥法第一条", "no_such_law"),
        ("随便写写", "no_law_named"),
    ],
)
def test_why_not_is_said_with_what_was_understood(client: TestClient, written: str, code: str) -> None:
    answer = client.get(address(written))
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["hint"]
    assert answer.json()["details"]["raw"]


def test_laws_are_found_by_part_of_title_and_by_abbreviation(client: TestClient) -> None:
    found = client.get("/api/v1/laws", params={"q": "人民调解"}).json()["items"]
    assert [law["law"] for law in found] == ["人民调解法"]
    assert found[0]["in_force"] is True
    assert found[0]["status_label"] == "现行有效"
    listed = client.get("/api/v1/laws", params={"limit": 3}).json()
    assert len(listed["items"]) == 3
    assert listed["next_offset"] == 3
    assert listed["total"] > 3


def test_a_law_is_a_tree_of_its_chapters(client: TestClient, kb: KnowledgeBase) -> None:
    body = client.get("/api/v1/laws/人民调解法", params={"on": "2026-11-21"}).json()
    # 人民调解法 has six chapters and 35 articles.
    assert [d["level"] for d in body["tree"]] == ["章"] * 6
    articles = [a["article"] for d in body["tree"] for a in d["articles"]]
    assert len(articles) == body["articles"] == 35
    assert articles[0] == "第一条"
    assert articles[-1] == "第三十五条"
    assert body["tree"][0]["articles"][0]["text"] is None
    full = client.get("/api/v1/laws/人民调解法", params={"text": "true"}).json()
    first = kb.resolve("人民调解法第一条")
    assert full["tree"][0]["articles"][0]["text"] == first.text


def test_an_older_version_can_be_named(client: TestClient) -> None:
    now = client.get("/api/v1/laws/商标法", params={"on": "2026-11-21"}).json()
    coming = client.get(
        "/api/v1/laws/商标法", params={"on": "2026-11-21", "version": now["versions"][-1]["version"]}
    )
    assert coming.json()["law"]["status"] == "not_yet"
    missing = client.get("/api/v1/laws/商标法", params={"version": "1999-09-09"})
    assert missing.status_code == 404
    assert now["law"]["version"] in missing.json()["error"]["hint"]


def test_cases_are_listed_by_type_and_shown_whole(client: TestClient) -> None:
    page = client.get("/api/v1/cases", params={"dispute_type": "邻里", "limit": 2}).json()
    assert len(page["items"]) == 2
    assert page["next_offset"] == 2
    assert {c["dispute_type"] for c in page["items"]} == {"邻里"}
    one = client.get(f"/api/v1/cases/{page['items'][0]['id']}").json()
    assert one == page["items"][0]
    assert one["facts"]
    assert one["sample"] is True


def test_every_dispute_type_has_cases(client: TestClient) -> None:
    for kind in DISPUTE_TYPES:
        assert client.get("/api/v1/cases", params={"dispute_type": kind}).json()["items"], kind


def test_villages_and_their_rules(client: TestClient) -> None:
    page = client.get("/api/v1/villages").json()
    assert page["total"] == len(page["items"]) >= 12
    known = {v["id"]: v for v in page["items"]}
    assert known["zj-fengshuwan"]["full_name"] == "浙江省越溪市会岭县枫桥头镇枫树湾村"
    detail = client.get("/api/v1/villages/zj-fengshuwan").json()
    assert len(detail["clauses"]) == detail["clause_count"] == known["zj-fengshuwan"]["clause_count"] > 5
    assert [c["index"] for c in detail["clauses"]] == sorted(c["index"] for c in detail["clauses"])
    assert client.get("/api/v1/villages", params={"q": "云南"}).json()["total"] >= 1


def test_a_file_stands_in_for_the_text(client: TestClient) -> None:
    rules = "第一条 邻里和睦。\n第二条 违反本规约的，由村委会处以五百元罚款。\n"
    as_text = client.post("/api/v1/rules/check", json={"text": rules}).json()
    as_file = client.post("/api/v1/rules/check", files={"file": ("村规民约.txt", rules.encode())}).json()
    assert as_file == as_text
    assert as_text["clauses"][1]["verdict"] == "overstep"
    told = "邻居家的树枝伸到我家院子里，落叶堵了下水沟，我让他锯他不肯。"
    advised = client.post(
        "/api/v1/advise", data={"on": "2026-11-21"}, files={"file": ("经过.txt", told.encode())}
    )
    assert advised.status_code == 200
    assert advised.json()["provisions"]
    checked = client.post(
        "/api/v1/check", files={"file": ("a.txt", "依照民法典第九千条办理。".encode())}
    ).json()
    assert checked["claims"][0]["citations"][0]["exists"] is False


def test_status_and_probes(client: TestClient, kb: KnowledgeBase) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert ready.json()["mode"] in ("hybrid", "lexical")
    assert str(kb.settings.home) not in ready.text
    status = client.get("/api/v1/status").json()
    assert status["counts"]["provisions"] > 1000
    assert status["limits"]["max_query_chars"] == kb.settings.max_query_chars
