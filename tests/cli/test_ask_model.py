"""`fengqiao ask` where a language model is set up."""

import json

import pytest

from assistant.chat.types import AI_LABEL
from tests.assistant.chat.test_generated import QUESTION, healthy
from tests.assistant.llm.server import running
from tests.cli.conftest import Run


@pytest.mark.parametrize(("mode", "generated"), [("healthy", True), ("half_json", False)])
def test_a_models_sentences_are_labelled_and_one_that_fails_is_done_without(
    quick: Run, monkeypatch: pytest.MonkeyPatch, mode: str, generated: bool
) -> None:
    with running({"healthy": healthy}) as endpoint:
        given = {"URL": endpoint.url, "MODEL": f"{mode}:1", "RETRIES": "0", "TOKENS_PER_DAY": "0"}
        for name, value in given.items():
            monkeypatch.setenv(f"FENGQIAO_LLM_{name}", value)
        shown = quick("ask", QUESTION)
        found = quick("ask", QUESTION, "--json")
        assert endpoint.received
    assert shown.code == found.code == 0, shown.err + found.err
    answer = json.loads(found.out)
    assert (answer["generated"], answer["label"]) == (generated, AI_LABEL if generated else "")
    assert (f"【{AI_LABEL}】" in shown.out) is generated
    assert "民法典第一千零六十七条第二款" in shown.out
