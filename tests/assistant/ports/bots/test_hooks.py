"""The callbacks of both platforms on the whole service: who is let in, who isn't, what they get."""

import hashlib
import json
import logging
import os
import time
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.api import examples
from assistant.api.app import create_app
from assistant.audit.query import AuditFilter, find
from assistant.chat.assisted import ask_assisted
from assistant.ports.bots.answering import NOTHING, ONLY_TEXT, Answering
from assistant.ports.bots.brief import MORE
from assistant.ports.bots.dingtalk import MAX_REPLY as DINGTALK_BYTES
from assistant.ports.bots.dingtalk import message_of
from assistant.ports.bots.wecom import MAX_REPLY as WECOM_BYTES
from assistant.ports.bots.wecom import encrypted_of
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.assistant.ports.bots.platform import (
    KEY,
    SECRET,
    Wecom,
    dingtalk_body,
    dingtalk_headers,
    dingtalk_post,
)

WECOM, DINGTALK = "/api/v1/hooks/wecom", "/api/v1/hooks/dingtalk"
DOG = "邻居家的狗咬了我，医药费谁出？"
WINDOW = 300


def refused(answer: httpx.Response, status: int = 403, says: str = "") -> None:
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body["error"]) == {"code", "message", "hint"}
    assert says in body["error"]["message"] + body["error"]["hint"]


def ding(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["text"]["content"] if body["msgtype"] == "text" else body["msgtype"]


# what is not set up


def test_nobody_is_let_in_where_nothing_is_set_up(kb: KnowledgeBase, bot_settings: Settings) -> None:
    empty = dict.fromkeys(("wecom_token", "wecom_aes_key", "wecom_corp_id", "dingtalk_secret"), "")
    app = create_app(kb, settings=bot_settings.model_copy(update=empty))
    with TestClient(app) as closed:
        refused(Wecom().post(closed, Wecom().text(DOG)), 404, "没有开通")
        sealed = Wecom(token="").seal(b"1")
        asked = {**Wecom(token="").signed(sealed), "echostr": sealed}
        refused(closed.get(WECOM, params=asked), 404, "没有开通")
        # an empty secret must not be one that anybody can sign with
        refused(dingtalk_post(closed, dingtalk_body(DOG), dingtalk_headers(secret="")), 404, "没有开通")


# WeCom


def test_wecom_proves_its_address(client: TestClient) -> None:
    sealed = Wecom().seal(b"1616140317555161061")
    answer = client.get(WECOM, params={**Wecom().signed(sealed), "echostr": sealed})
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    wrong = {**Wecom(token="other").signed(sealed), "echostr": sealed}
    refused(client.get(WECOM, params=wrong), says="签名")
    stale = {**Wecom().signed(sealed, at=time.time() - WINDOW - 5), "echostr": sealed}
    refused(client.get(WECOM, params=stale), says="时间")


def test_a_question_in_wecom_is_answered_there(client: TestClient, kb: KnowledgeBase) -> None:
    reply = Wecom().reply(Wecom().post(client, Wecom().text(DOG, sender="LiSi")))
    assert (reply["ToUserName"], reply["FromUserName"], reply["MsgType"]) == ("LiSi", Wecom().corp, "text")
    assert kb.resolve("民法典第一千二百四十五条").text in reply["Content"]
    assert len(reply["Content"].encode()) <= WECOM_BYTES
    assert "http" not in reply["Content"]


def test_a_long_answer_says_that_it_goes_on_elsewhere(client: TestClient) -> None:
    text = "；".join(f"民法典第{n}条" for n in range(1060, 1066))
    said = Wecom().ask(client, f"{text}怎么说？", sender="Long")
    assert len(said.encode()) <= WECOM_BYTES
    assert said.endswith(MORE)


def test_a_follow_up_in_wecom_is_the_senders_own(client: TestClient) -> None:
    Wecom().ask(client, "民法典第1067条第一款", sender="WangWu")
    assert "民法典第一千零六十七条第二款" in Wecom().ask(client, "第二款呢", sender="WangWu")
    assert "民法典第一千零六十七条第二款" not in Wecom().ask(client, "第二款呢", sender="ZhaoLiu")


def test_danger_and_refusal_say_where_to_go(client: TestClient) -> None:
    assert "110" in Wecom().ask(client, "他又打我了，说要杀了我，怎么办？", sender="A")[:200]
    assert "12348" in Wecom().ask(client, "英国的继承法怎么规定？", sender="B")


def test_what_went_wrong_is_said_in_the_chat(client: TestClient) -> None:
    assert "2,000" in Wecom().ask(client, "树" * 3000)
    assert Wecom().ask(client, "   ") == NOTHING


def test_pictures_get_a_word_and_events_get_nothing(client: TestClient) -> None:
    picture = Wecom().post(client, Wecom().text("", kind="image"))
    assert Wecom().reply(picture)["Content"] == ONLY_TEXT
    for event in (Wecom().text("", kind="event"), Wecom().text(DOG, sender="")):
        answer = Wecom().post(client, event)
        assert (answer.status_code, answer.content) == (200, b"")


def group(text: str) -> bytes:
    return (
        "<xml><ChatId>g1</ChatId><ChatType>group</ChatType><From><UserId>LiSi</UserId><Name>李四</Name></From>"
        f"<MsgType>text</MsgType><Text><Content><![CDATA[{text}]]></Content></Text></xml>"
    ).encode()


def test_in_a_group_only_what_is_said_to_the_bot_is_answered(client: TestClient) -> None:
    talk = Wecom().post(client, group(DOG))
    assert (talk.status_code, talk.content) == (200, b"")
    asked = Wecom().reply(Wecom().post(client, group(f"@枫桥 {DOG}")))
    assert asked["MsgType"] == "text"
    assert "民法典第一千二百四十五条" in asked["Text"]


def test_a_wrong_signature_opens_nothing(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    refused(Wecom(token="guessed").post(client, Wecom().text(DOG)), says="签名")
    sealed = Wecom().seal(Wecom().text(DOG))
    signed = Wecom().signed(sealed)
    other = Wecom().envelope(Wecom().seal(Wecom().text("别的话")))
    refused(client.post(WECOM, params=signed, content=other), says="签名")
    for missing in signed:
        part = {k: v for k, v in signed.items() if k != missing}
        refused(client.post(WECOM, params=part, content=Wecom().envelope(sealed)), 422)


def test_a_message_is_taken_once(client: TestClient) -> None:
    sealed = Wecom().seal(Wecom().text(DOG))
    signed = Wecom().signed(sealed)
    first = client.post(WECOM, params=signed, content=Wecom().envelope(sealed))
    assert first.status_code == 200
    refused(client.post(WECOM, params=signed, content=Wecom().envelope(sealed)), says="已经收到过")


@pytest.mark.parametrize("seconds", [-WINDOW - 5, WINDOW + 5, -(10**9)])
def test_a_message_of_another_time_is_refused(client: TestClient, seconds: int) -> None:
    refused(Wecom().post(client, Wecom().text(DOG), at=time.time() + seconds), says="时间")
    headers = dingtalk_headers(at=time.time() + seconds)
    refused(dingtalk_post(client, dingtalk_body(DOG), headers), says="时间")


def test_a_signed_timestamp_that_is_none_is_refused(client: TestClient) -> None:
    sealed = Wecom().seal(b"1")
    for timestamp in ("now", "", "-1", "１７００００００００", "1e9"):
        joined = "".join(sorted([Wecom().token, timestamp, "n", sealed]))
        signed = {
            "msg_signature": hashlib.sha1(joined.encode()).hexdigest(),
            "timestamp": timestamp,
            "nonce": "n",
        }
        refused(client.post(WECOM, params=signed, content=Wecom().envelope(sealed)))


def test_a_tampered_ciphertext_is_refused_even_under_a_right_signature(client: TestClient) -> None:
    """Whoever had the token and not the key could sign it, and it is no message any more."""
    sealed = Wecom().seal(Wecom().text(DOG))
    for at in (0, len(sealed) // 2, len(sealed) - 5):
        changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        answer = client.post(WECOM, params=Wecom().signed(changed), content=Wecom().envelope(changed))
        assert answer.status_code in (403, 422), at
    stranger = Wecom(key=KEY[::-1])
    sealed = stranger.seal(stranger.text(DOG))
    refused(client.post(WECOM, params=Wecom().signed(sealed), content=Wecom().envelope(sealed)))
    other = Wecom(corp="ww_other")
    sealed = other.seal(other.text(DOG))
    refused(
        client.post(WECOM, params=Wecom().signed(sealed), content=Wecom().envelope(sealed)), says="本单位"
    )


HOSTILE = [
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Encrypt>a</Encrypt></xml>',
    b"<xml><Encrypt>", b"", b"{}", b"\xff\xfe\x00", b'<?xml version="1.0" encoding="no-such"?><xml/>',
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_xml_is_refused_outside_and_inside(client: TestClient, body: bytes) -> None:
    answer = client.post(WECOM, params=Wecom().signed("a"), content=body)
    refused(answer, 422, "读不懂")
    assert "root:" not in answer.text
    refused(Wecom().post(client, body), 422, "读不懂")


def test_a_body_is_short(client: TestClient) -> None:
    for path in (WECOM, DINGTALK):
        answer = client.post(path, params=Wecom().signed("a"), content=b"<xml>" + b" " * 70_000)
        refused(answer, 422, "太长")


# DingTalk


def test_a_question_in_dingtalk_is_answered_there(client: TestClient, kb: KnowledgeBase) -> None:
    said = ding(dingtalk_post(client, dingtalk_body(DOG)))
    assert kb.resolve("民法典第一千二百四十五条").text in said
    assert "· 民法典第一千二百四十五条（现行有效，2021-01-01起施行，引文已核对）" in said
    assert len(said.encode()) <= DINGTALK_BYTES


def test_a_follow_up_in_dingtalk_is_the_senders_own(client: TestClient) -> None:
    dingtalk_post(client, dingtalk_body("民法典第1067条第一款", sender="u7"))
    assert "第一千零六十七条第二款" in ding(dingtalk_post(client, dingtalk_body("第二款呢", sender="u7")))
    assert "第一千零六十七条第二款" not in ding(dingtalk_post(client, dingtalk_body("第二款呢", sender="u8")))


def test_in_a_dingtalk_group_the_bot_must_be_mentioned(client: TestClient) -> None:
    talk = dingtalk_body(DOG, conversationType="2", isInAtList=False)
    assert ding(dingtalk_post(client, talk)) == "empty"
    assert "民法典" in ding(dingtalk_post(client, {**talk, "isInAtList": True}))
    assert ding(dingtalk_post(client, {**talk, "isInAtList": True, "msgtype": "picture"})) == ONLY_TEXT


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"timestamp": "", "sign": ""}, dingtalk_headers(secret="guessed"), dingtalk_headers(secret=""),
        {**dingtalk_headers(), "timestamp": str(int(time.time() * 1000) + 7)}, {**dingtalk_headers(), "sign": ""},
        {"timestamp": "now", "sign": "x"},
    ],
)  # fmt: skip
def test_what_dingtalk_did_not_sign_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(DINGTALK, json=dingtalk_body(DOG), headers=headers)
    refused(answer, 403, "签名")


def test_a_dingtalk_signature_is_good_for_one_message(client: TestClient) -> None:
    """It covers only the time: under a recorded one anybody could put words of their own."""
    headers = dingtalk_headers()
    assert dingtalk_post(client, dingtalk_body(DOG), headers).status_code == 200
    refused(dingtalk_post(client, dingtalk_body("别的话", msgId="m2"), headers), says="已经收到过")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"text": 1}', b'{"text": {"content": {}}}', b"\xff"])
def test_what_dingtalk_would_not_send_is_refused(client: TestClient, body: bytes) -> None:
    time.sleep(0.002)
    refused(client.post(DINGTALK, content=body, headers=dingtalk_headers()), 422, "读不懂")


# what stays behind


def test_nothing_personal_in_logs_and_audit(
    client: TestClient, bot_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        Wecom().ask(client, "孙悟空欠我八千元，怎么办？", sender="SunXing")
        dingtalk_post(
            client, dingtalk_body("孙悟空欠我八千元，怎么办？", sender="staff9", senderNick="白骨精")
        )
    newest = find(get_engine(bot_settings), AuditFilter())[:2]
    assert [(e.action, e.kind, e.who, e.details["via"]) for e in newest] == [
        ("search", "question", "anonymous", "dingtalk"), ("search", "question", "anonymous", "wecom"),
    ]  # fmt: skip
    assert newest[0].details["question_hash"] == newest[1].details["question_hash"]
    for word in ("孙悟空", "SunXing", "staff9", "白骨精", SECRET, KEY):
        assert word not in caplog.text
        assert word not in str(newest)


def test_refusals_are_limited_by_address_like_everything_dear(
    kb: KnowledgeBase, bot_settings: Settings
) -> None:
    app = create_app(kb, settings=bot_settings.model_copy(update={"rate_expensive_address": "3/hour"}))
    with TestClient(app, client=("203.0.113.77", 1)) as guesser:
        codes = [
            guesser.post(DINGTALK, content=b"{}", headers={"sign": os.urandom(4).hex()}).status_code
            for _ in range(4)
        ]
    assert codes == [403, 403, 403, 429]


def test_only_what_is_public_is_told(kb: KnowledgeBase, bot_settings: Settings) -> None:
    """A log-in or a key beside the signature changes nothing: whoever asks is whom the platform names."""
    seen: list[Any] = []

    def answer(*arguments: Any) -> Any:
        seen.append(arguments[3])
        return ask_assisted(*arguments)

    app = create_app(kb, settings=bot_settings)
    app.state.bots.answering = Answering(patience=60, answer=answer)
    with TestClient(app) as client:
        dingtalk_post(client, dingtalk_body(DOG))
        Wecom().ask(client, DOG)
    assert seen == [("public",), ("public",)]


def test_examples_of_the_description_are_messages() -> None:
    assert encrypted_of(examples.WECOM["sealed"]["value"].encode()) == "…"
    shown = message_of(json.dumps(examples.DINGTALK["example"]["value"]).encode())
    assert (shown.kind, shown.text) == ("text", DOG)
