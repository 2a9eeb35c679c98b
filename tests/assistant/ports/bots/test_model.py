"""The callbacks where a language model is set up: its words are labelled, and missed by nobody where it fails."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.types import AI_LABEL, AskRequest
from assistant.ports.bots.answering import LATER, Answering
from assistant.ports.told import told
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.ports.bots.platform import Wecom, dingtalk_body, dingtalk_post

QUESTION = "老人没人养，儿女都不管，能要钱吗"
Modelled = Callable[[str], dict[str, Any]]


def service(kb: KnowledgeBase, settings: Settings, patience: float = 60) -> TestClient:
    app = create_app(kb, settings=settings)
    app.state.bots.answering = Answering(patience=patience)
    return TestClient(app)


def quotations(kb: KnowledgeBase) -> str:
    return told(kb, ask(kb, AskRequest(question=QUESTION), conversations=Conversations()))


def test_its_sentences_are_labelled(kb: KnowledgeBase, bot_settings: Settings, modelled: Modelled) -> None:
    with service(kb, bot_settings.model_copy(update=modelled("healthy"))) as client:
        in_dingtalk = dingtalk_post(client, dingtalk_body(QUESTION)).json()["text"]["content"]
        in_wecom = Wecom().ask(client, QUESTION)
    for said in (in_dingtalk, in_wecom):
        assert said.startswith(f"（{AI_LABEL}）\n")
        assert f"【{AI_LABEL}】" in said


@pytest.mark.parametrize("mode", ["hang_after_sentence", "status_500", "comforts"])
def test_where_it_fails_the_answer_is_quotations(
    kb: KnowledgeBase, bot_settings: Settings, modelled: Modelled, mode: str
) -> None:
    with service(kb, bot_settings.model_copy(update=modelled(mode))) as client:
        said = dingtalk_post(client, dingtalk_body(QUESTION)).json()["text"]["content"]
    assert AI_LABEL not in said
    assert quotations(kb).startswith(said.split("\n（这里放不下")[0])


def test_who_waits_for_a_slow_model_is_answered_when_asking_again(
    kb: KnowledgeBase, bot_settings: Settings, modelled: Modelled
) -> None:
    with service(kb, bot_settings.model_copy(update=modelled("hang_first")), patience=0.1) as client:
        first = dingtalk_post(client, dingtalk_body(QUESTION)).json()["text"]["content"]
        client.app.state.bots.answering._patience = 60  # type: ignore[attr-defined]
        again = dingtalk_post(client, dingtalk_body(QUESTION)).json()["text"]["content"]
    assert first == LATER
    assert quotations(kb).startswith(again.split("\n（这里放不下")[0])
