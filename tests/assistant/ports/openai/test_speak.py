"""The answer in pieces: as it is made, the same as the whole, and with a model only what stands."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.types import AI_LABEL, AskRequest, AskResponse
from assistant.llm.llm import Llm
from assistant.ports.openai import speak as module
from assistant.ports.openai.messages import Asked
from assistant.ports.openai.speak import speak
from assistant.ports.told import told
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.llm.server import Endpoint

QUESTION = "老人没人养，儿女都不管，能要钱吗"
Modelled = Callable[[str], dict[str, Any]]


def asked(question: str, *earlier: str) -> Asked:
    return Asked(question, earlier, None, "", len(question))


def spoken(kb: KnowledgeBase, question: str, llm: Llm | None = None) -> tuple[list[str], AskResponse]:
    *pieces, last = speak(kb, asked(question), ("public",), llm)
    assert isinstance(last, AskResponse)
    assert all(isinstance(piece, str) for piece in pieces)
    return pieces, last  # type: ignore[return-value]


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "他又打我了，说要杀了我，怎么办？",
        "民法典第1067条和第1068条怎么说？",
        "英国的继承法怎么规定？",
    ],
)
def test_without_a_model_the_pieces_are_the_whole(kb: KnowledgeBase, question: str) -> None:
    pieces, last = spoken(kb, question)
    assert "".join(pieces) == told(kb, last)
    assert AI_LABEL not in "".join(pieces)
    # one a part, the sources behind them, and the empty one before
    assert len(pieces) == 1 + len(last.blocks) + bool(last.citations)


def test_a_part_is_told_before_the_next_is_made(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = module.continued

    def watched(*arguments: Any, **named: Any) -> Any:
        for part in real(*arguments, **named):
            seen.append(type(part).__name__)
            yield part

    monkeypatch.setattr(module, "continued", watched)
    pieces = speak(kb, asked(QUESTION), ("public",))
    assert next(pieces) == ""
    assert next(pieces)
    assert seen == ["Begun", "Block"]


def test_nobody_listens_any_more(kb: KnowledgeBase) -> None:
    gone = threading.Event()
    pieces = speak(kb, asked(QUESTION), ("public",), gone=gone)
    next(pieces)
    gone.set()
    assert list(pieces) == []


def test_a_models_sentences_stand_under_their_label_before_the_law(
    kb: KnowledgeBase, modelled: Modelled
) -> None:
    pieces, last = spoken(kb, QUESTION, Llm(kb.settings.model_copy(update=modelled("healthy"))))
    assert last.generated and last.label == AI_LABEL
    text = "".join(pieces)
    lines = text.split("\n")
    written = [b.text for b in last.blocks if b.generated]
    at = lines.index(f"【{AI_LABEL}】")
    assert lines[at + 1 : at + 1 + len(written)] == written
    law = next(b for b in last.blocks if b.kind == "law")
    assert at < next(n for n, line in enumerate(lines) if law.text.split("\n")[0] in line)
    # what stands before isn't kept waiting by the model
    assert pieces[1] == "\n".join(last.blocks[0].items)


def quotations(kb: KnowledgeBase) -> str:
    return told(kb, ask(kb, AskRequest(question=QUESTION), conversations=Conversations()))


@pytest.mark.parametrize(
    "mode",
    ["hang_first", "hang_after_sentence", "half_json", "cut_connection", "status_500", "garbage", "empty"],
)
def test_a_model_that_fails_leaves_no_word(kb: KnowledgeBase, modelled: Modelled, mode: str) -> None:
    """What was sent can't be taken back, so nothing of half an answer may have been sent."""
    pieces, last = spoken(kb, QUESTION, Llm(kb.settings.model_copy(update=modelled(mode))))
    assert not last.generated
    assert "".join(pieces) == quotations(kb)


@pytest.mark.parametrize(
    "mode", ["mixes", "invents_articles", "wrong_article", "flips", "obeys", "leaks", "phones"]
)
def test_of_a_lying_model_only_what_was_checked_is_told(
    kb: KnowledgeBase, modelled: Modelled, model_server: Endpoint, mode: str
) -> None:
    settings = kb.settings.model_copy(update=modelled(mode))
    pieces, last = spoken(kb, QUESTION, Llm(settings))
    text = "".join(pieces)
    false = [said.text.strip("。") for said in model_server.said[settings.llm_model] if said.false]
    assert model_server.said[settings.llm_model]
    assert not [words for words in false if words in text]
    if not last.generated:
        assert text == quotations(kb)
    for block in last.blocks:
        if block.generated:
            assert block.citations
            assert all(kb.quote_ok(c.address, c.quote, last.on) for c in block.citations)


def body(stream: bool) -> dict[str, Any]:
    return {"model": "fengqiao", "stream": stream, "messages": [{"role": "user", "content": QUESTION}]}


def test_the_route_uses_the_model_that_is_set_up(
    kb: KnowledgeBase, api_settings: Settings, modelled: Modelled
) -> None:
    settings = api_settings.model_copy(update=modelled("healthy"))
    with TestClient(create_app(kb, settings=settings)) as client:
        whole = client.post("/v1/chat/completions", json=body(False)).json()
        stream = client.post("/v1/chat/completions", json=body(True)).text.split("\n\n")
    assert whole["fengqiao"]["label"] == AI_LABEL
    content = whole["choices"][0]["message"]["content"]
    assert f"【{AI_LABEL}】" in content
    assert stream[-2:] == ["data: [DONE]", ""]
    sent = [json.loads(e.removeprefix("data: ")) for e in stream[:-2] if e != ":"]
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in sent) == content
    assert sent[-1]["fengqiao"]["generated"] is True


def test_and_answers_by_quotations_where_the_model_is_down(
    kb: KnowledgeBase, api_settings: Settings, modelled: Modelled
) -> None:
    settings = api_settings.model_copy(update=modelled("status_500"))
    with TestClient(create_app(kb, settings=settings)) as client:
        done = client.post("/v1/chat/completions", json=body(False)).json()
    assert done["fengqiao"]["generated"] is False
    assert done["choices"][0]["message"]["content"] == quotations(kb)
