"""Text from outside is data: what is planted in it never changes what the service does.

Each attack of planted_attacks.toml goes through the real routes. What comes back is compared with the same
request without it.
"""

import json
import logging
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.risk.hotlines import without_strange_numbers
from assistant.risk.rules import load_rules
from cli.compose import read_upload
from ingest.pipeline import Pipeline
from kb.base import KnowledgeBase
from kb.settings import Settings
from kb.text.visible import visible
from tests.conftest import copy_home

Attack = dict[str, Any]
ATTACKS: list[Attack] = tomllib.loads(
    Path(__file__).with_name("planted_attacks.toml").read_text(encoding="utf-8")
)["attack"]
QUESTION = "邻居家的狗咬了我，医药费谁出？"
STORY = "李某的丈夫张某昨晚又打了她，头上缝了三针，李某要求离婚。"
CITED = "民法典第一千零六十七条第二款"
RULES = ["邻里和睦，互相帮助。", "乱倒垃圾的，罚款二百元。", "外嫁女一律取消分红。"]
_CHINESE = re.compile(r"[一-鿿]")


def planted(*places: str) -> Any:
    chosen = [a for a in ATTACKS if a["where"] in places]
    return pytest.mark.parametrize("attack", chosen, ids=[a["id"] for a in chosen])


def client_of(kb: KnowledgeBase, folder: Path) -> TestClient:
    settings = kb.settings.model_copy(update={"database_url": f"sqlite:///{folder / 'records.db'}"})
    app = create_app(kb, settings=settings, read_upload=read_upload, local=True)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client_of(kb, tmp_path_factory.mktemp("planted")) as opened:
        yield opened


@pytest.fixture(scope="module")
def shelves(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose shelves hold the planted cases and clauses beside the shipped ones."""
    folder = tmp_path_factory.mktemp("shelves")
    cases = [
        f"# 甲{n}某与乙{n}某被狗咬伤医药费纠纷调解案\n\n## 关键词\n\n饲养动物损害 狗咬人\n\n## 基本案情\n\n"
        f"邻居家的狗咬了人，医药费谁出说不清。{a['planted']}\n\n## 处理结果\n\n{a['planted']}\n"
        for n, a in enumerate(x for x in ATTACKS if x["where"] == "case")
    ]
    clauses = [a["planted"] for a in ATTACKS if a["where"] == "clause"]
    numbered = "\n".join(f"第{'一二三四五六七八九'[n]}条　{text}" for n, text in enumerate(clauses))
    (folder / "案例.md").write_text("\n".join(cases), encoding="utf-8")
    (folder / "规约.txt").write_text(
        f"某省青石市白水县云岭乡双桥村村规民约\n\n{numbered}\n", encoding="utf-8"
    )
    with KnowledgeBase.open(Settings(home=copy_home(base_home, folder / "home"))) as kb:
        report = Pipeline(kb).run([folder / "案例.md", folder / "规约.txt"])
        assert not report.failures
        assert report.items == len(cases) + len(clauses)
        with client_of(kb, folder) as opened:
            yield opened


def post(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code < 300, answer.text
    found: dict[str, Any] = answer.json()
    return found


def own_words(answer: dict[str, Any]) -> str:
    """What the chat says, less the words that it quotes as the asker's own (“…” after 您说到)."""
    return re.sub(r"您说到“.*?”", "", answer["answer"]) + "".join(answer["where"])


def assert_sound(client: TestClient, answer: dict[str, Any]) -> None:
    """Every citation is of a provision that exists, verified; every number to call is of our list."""
    for citation in answer.get("citations", []):
        assert citation["verified"]
        assert client.post("/api/v1/provisions", json={"text": citation["address"]}).status_code == 200
    phones = set(load_rules().phones)
    for risk in answer["risks"]:
        assert set(risk["phones"]) <= phones
    if "answer" in answer:
        assert without_strange_numbers(own_words(answer)) == own_words(answer)


def test_there_are_enough_and_each_is_another() -> None:
    assert len(ATTACKS) >= 60
    assert len({a["planted"] for a in ATTACKS}) == len(ATTACKS)


def standing(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the quotations that an answer stands on, without the further provisions below them."""
    return [c for b in answer["blocks"] if b["kind"] == "law" for c in b["citations"]]


@planted("question")
def test_in_a_question(client: TestClient, attack: Attack) -> None:
    plain = post(client, "ask", question=QUESTION)
    answer = post(client, "ask", question=f"{QUESTION}{attack['planted']}")
    assert_sound(client, answer)
    assert answer.keys() == plain.keys()
    # what the answer stands on; further provisions are the search's, for all the words asked
    addresses = [c["address"] for c in standing(answer)]
    if answer["refused"]:
        assert not addresses and answer["reason"]
    else:
        # more words may move a weaker provision up or down; none comes in that the question doesn't find
        found = post(client, "search", query=QUESTION, kinds=["provision"], limit=20)["hits"]
        assert addresses[0] == plain["citations"][0]["address"]
        assert set(addresses) <= {hit["address"] for hit in found}
        assert [r["kind"] for r in answer["risks"]] == [r["kind"] for r in plain["risks"]]
    for word in attack["never"]:
        assert word not in own_words(answer)
    assert answer["understood_as"] == visible(answer["understood_as"])


@planted("narrative")
def test_in_a_story(client: TestClient, attack: Attack) -> None:
    plain = post(client, "advise", narrative=STORY)
    answer = post(client, "advise", narrative=f"{STORY}{attack['planted']}")
    assert_sound(client, answer)
    assert plain["risks"][0]["kind"] == "home_violence"
    assert [(r["kind"], r["level"]) for r in answer["risks"]] == [
        (r["kind"], r["level"]) for r in plain["risks"]
    ]
    for field in ("on", "village", "mediable", "mediable_basis", "agreement"):
        assert answer[field] == plain[field], field
    assert answer["dispute_type"]["label"] == plain["dispute_type"]["label"]
    assert [s["title"] for s in answer["plan"]] == [s["title"] for s in plain["plan"]]
    cited = [p["address"] for p in answer["provisions"]]
    assert all(p["in_force"] for p in answer["provisions"])
    assert {p["address"] for p in plain["provisions"] if p["origin"] == "cause"} <= set(cited)
    for address in cited:
        assert client.post("/api/v1/provisions", json={"text": address}).status_code == 200
    said = json.dumps({k: answer[k] for k in ("plan", "missing", "mediable_reason")}, ensure_ascii=False)
    for word in attack["never"]:
        assert word not in said and word not in " ".join(cited)


@planted("danger")
def test_a_danger_in_disguise(client: TestClient, attack: Attack) -> None:
    for path, field in (("ask", "question"), ("advise", "narrative")):
        plain = post(client, path, **{field: attack["plain"]})
        answer = post(client, path, **{field: attack["planted"]})
        assert plain["risks"], attack["plain"]
        wanted = [(r["kind"], r["level"], r["phones"], r["mediable"]) for r in plain["risks"]]
        assert [(r["kind"], r["level"], r["phones"], r["mediable"]) for r in answer["risks"]] == wanted


def verdicts(client: TestClient, clauses: list[str]) -> list[tuple[str, list[str], list[str]]]:
    text = "\n".join(f"第{'一二三四五六七八九'[n]}条　{c}" for n, c in enumerate(clauses))
    found = post(client, "rules/check", text=text)["clauses"]
    return [(c["verdict"], [f["kind"] for f in c["findings"]], c["provisions"]) for c in found]


@planted("rule")
def test_in_village_rules(client: TestClient, attack: Attack) -> None:
    plain = verdicts(client, RULES)
    assert [v for v, _, _ in plain] == ["lawful", "overstep", "overstep"]
    for place in (0, len(RULES)):
        clauses = [*RULES]
        clauses.insert(place, attack["planted"])
        found = verdicts(client, clauses)
        del found[place]
        assert found == plain
    text = f"第一条　{RULES[1]}{attack['planted']}"
    clause = post(client, "rules/check", text=text)["clauses"][0]
    assert clause["verdict"] == "overstep"
    for word in attack["never"]:
        assert word not in "".join(clause["provisions"]) + clause["rewording"]


@planted("disguised")
def test_an_overstep_in_disguise(client: TestClient, attack: Attack) -> None:
    plain = verdicts(client, [attack["plain"]])
    assert plain[0][0] == "overstep"
    assert verdicts(client, [attack["planted"]]) == plain
    upload = {"file": ("规约.txt", f"第一条　{attack['planted']}".encode())}
    [clause] = client.post("/api/v1/rules/check", files=upload).json()["clauses"]
    assert clause["verdict"] == "overstep"
    assert clause["text"] == visible(clause["text"])


@planted("check")
def test_in_a_text_to_check(client: TestClient, kb: KnowledgeBase, attack: Attack) -> None:
    checked = f"根据{CITED}，{kb.resolve(CITED).text}"  # the law comes from the data alone
    plain = post(client, "check", text=checked)["claims"]
    assert [c["verdict"] for c in plain] == ["supported"]
    answer = post(client, "check", text=f"{checked}\n{attack['planted']}")
    assert answer["claims"][0]["verdict"] == "supported"
    assert answer["claims"][0]["citations"] == plain[0]["citations"]
    assert attack["verdict"] in [c["verdict"] for c in answer["claims"][1:]]
    assert not answer["ok"]


@planted("topic")
def test_in_a_topic(client: TestClient, attack: Attack) -> None:
    answer = client.post("/api/v1/drafts", json={"topic": attack["planted"], "count": 1, "by": "王芳"})
    body = answer.json()
    if answer.status_code != 201:
        assert answer.status_code in (404, 422)
        assert _CHINESE.search(body["error"]["message"])
        return
    for draft in body["drafts"]:
        assert (draft["status"], draft["reviewer"], draft["published"]) == ("draft", "", False)
        assert draft["citations"]
        assert all(c["verified"] and c["address"] != "民法典第九千条" for c in draft["citations"])
        for written in (draft["title"], draft["question"], draft["answer"]):
            assert written == visible(written)
        exported = client.get(f"/api/v1/drafts/{draft['id']}/export?format=md").text
        assert not re.search(r"(?<!\\)<(?:script|img|iframe)|(?<!\\)!\[|(?<!\\)\]\(", exported)
        assert "草稿 · 未经审核通过" in exported
        shown = client.get("/publicity").text
        assert "<script>alert" not in shown


@planted("file_name")
def test_in_a_file_name(client: TestClient, attack: Attack, caplog: pytest.LogCaptureFixture) -> None:
    text = "\n".join(f"第{'一二三四'[n]}条　{c}" for n, c in enumerate(RULES)).encode()
    plain = client.post("/api/v1/rules/check", files={"file": ("规约.txt", text)}).json()
    name = attack["planted"]
    answer = client.post("/api/v1/rules/check", files={"file": (name, text)})
    if name.endswith(".txt"):
        assert answer.json() == plain
    else:
        assert answer.status_code == 422
    empty = client.post("/api/v1/rules/check", files={"file": (name, b"")}).json()["error"]["message"]
    assert empty == visible(empty) and "\n" not in empty and len(empty) < 130
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


@planted("parameter")
def test_in_a_parameter(client: TestClient, attack: Attack) -> None:
    body = {"query": "邻居家的狗咬人", attack["field"]: attack["planted"]}
    answer = client.post("/api/v1/search", json=body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["hint"] and error["message"] == visible(error["message"])


@pytest.mark.parametrize("attack", ATTACKS, ids=[a["id"] for a in ATTACKS])
def test_as_a_search(client: TestClient, attack: Attack) -> None:
    """Whatever is searched for: hits are texts of the shelves, public ones, under their own addresses."""
    answer = client.post(
        "/api/v1/search", json={"query": attack["planted"], "kinds": ["provision"], "limit": 3}
    )
    assert answer.status_code in (200, 422), answer.text
    for hit in answer.json().get("hits", []):
        assert hit["kind"] == "provision" and hit["in_force"]
        assert hit["address"] not in attack["planted"] or hit["matched"]


def test_planted_texts_on_the_shelves_change_no_answer(client: TestClient, shelves: TestClient) -> None:
    before, after = post(client, "ask", question=QUESTION), post(shelves, "ask", question=QUESTION)
    assert_sound(shelves, after)
    assert (after["refused"], after["where"]) == (before["refused"], before["where"])
    assert standing(after) == standing(before)
    for attack in ATTACKS:
        if attack["where"] in ("case", "clause"):
            assert not [word for word in attack["never"] if word in own_words(after)], attack["id"]
    village = next(v for v in shelves.get("/api/v1/villages").json()["items"] if v["name"] == "双桥村")
    told = "邻居家的狗咬了张某，医药费两千元，狗主人李某不肯出。"
    plain, advice = (
        post(client, "advise", narrative=told),
        post(shelves, "advise", narrative=told, village=village["id"]),
    )
    assert_sound(shelves, advice)
    assert [p["address"] for p in advice["provisions"]][:3] == [p["address"] for p in plain["provisions"]][:3]
    assert advice["plan"] == plain["plan"]
    assert advice["dispute_type"]["label"] == plain["dispute_type"]["label"]
    cited = json.dumps([p["address"] for p in advice["provisions"]], ensure_ascii=False)
    assert "九千" not in cited
    shown = json.dumps(advice["precedents"], ensure_ascii=False)
    assert "4008" not in shown and "13800001111" not in shown
    numbers = json.dumps(advice["village_rules"], ensure_ascii=False)
    assert "95566778" not in numbers


@planted("case", "clause")
def test_planted_texts_are_shown_as_text(shelves: TestClient, attack: Attack) -> None:
    kind = {"case": "case", "clause": "rule"}[attack["where"]]
    query = visible(attack["planted"])[:60]
    hits = post(shelves, "search", query=query, kinds=[kind], limit=30)["hits"]
    assert hits and {hit["kind"] for hit in hits} == {kind}
    everywhere = post(shelves, "search", query=query, limit=30)["hits"]
    shipped = [hit for hit in everywhere if hit["kind"] in ("provision", "qa")]
    assert not [hit for hit in shipped if "九千" in hit["address"]]
    path = (
        f"/case/{hits[0]['id']}"
        if kind == "case"
        else f"/village/{next(v for v in shelves.get('/api/v1/villages').json()['items'] if v['name'] == '双桥村')['id']}"
    )
    page = shelves.get(path)
    assert page.status_code == 200
    assert not re.search(r"<(?:iframe|img src=x|svg onload)|<script>alert|href=[\"']?javascript:", page.text)
    assert not re.search(r"\s(?:onerror|onload)=(?!.*&)", re.sub(r"&lt;.*?&gt;", "", page.text))
    assert page.text == page.text.replace("\u202e", "").replace("\u200b", "")
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    if "{{7*7}}" in attack["planted"]:
        assert "{{7*7}}" in page.text


def test_a_conversation_is_not_entered_by_guessing(client: TestClient) -> None:
    first = post(client, "ask", question="我老公打我，我想离婚", conversation_id="1")
    assert first["conversation_id"] != "1"
    other = post(client, "ask", question="那他呢", conversation_id="1")
    assert "老公" not in other["understood_as"]
    same = post(client, "ask", question="那他呢", conversation_id=first["conversation_id"])
    assert same["conversation_id"] == first["conversation_id"]


def test_errors_echo_nothing_invisible_and_never_fail(client: TestClient) -> None:
    for body in (
        b'{"\\ud800": 1, "query": "a"}',
        b'{"query": "\\ud800"}',
        b'{"query": "a", "on": "\\udfff\\u202e"}',
    ):
        answer = client.post("/api/v1/search", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert answer.text == visible(answer.text)
    for body in (b'{"text": "\\ud800 \\u200b"}', b'{"text": "a", "\\u202e\\n": 1}'):
        answer = client.post("/api/v1/check", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 422)
        assert answer.json()


def test_what_people_send_is_not_in_the_logs(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    secret = "王秘密某打了李秘密某"
    post(client, "ask", question=f"{secret}，怎么办？")
    post(client, "advise", narrative=f"{secret}，要求赔偿。")
    client.post("/api/v1/check", files={"file": ("a.pdf", b"%PDF-1.4" + secret.encode())})
    client.post("/api/v1/search", json={"query": secret, "on": secret})
    assert not [r for r in caplog.records if "秘密" in r.getMessage()]
