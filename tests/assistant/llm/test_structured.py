"""Sentences out of a stream, however it is cut and whatever stands around them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.errors import LlmFailed
from assistant.llm.structured import MAX_SENTENCE, SentenceReader

ANSWER = json.dumps(
    {"sentences": [{"text": '甲“{乙}”"丙\\', "sources": [1, 2]}, {"text": "丁", "sources": "3"}]},
    ensure_ascii=False,
)
READ = [('甲“{乙}”"丙\\', (1, 2)), ("丁", (3,))]


def read(text: str, size: int = 5) -> tuple[list[tuple[str, tuple[int, ...]]], bool]:
    reader = SentenceReader()
    found = [s for at in range(0, len(text), size) for s in reader.feed(text[at : at + size])]
    return [(s.text, s.sources) for s in found], reader.complete


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    "written",
    [
        ANSWER,
        f"```json\n{ANSWER}\n```",
        f"好的，{{如下}}：\n{ANSWER}\n希望有帮助 }} ]",
        f'<think>{{"text": "想", "sources": [1]}}</think>{ANSWER}',
        "<think></think>" * 50 + ANSWER,
        ANSWER.replace('{"sentences": ', "")[:-1],
        ANSWER.replace('{"sentences": [', "").replace("}, {", "}\n{")[:-2],
        json.dumps(json.loads(ANSWER), indent=2),
    ],
)
def test_finds_the_sentences(written: str, size: int) -> None:
    assert read(written, size) == (READ, True)


def test_a_sentence_comes_before_the_answer_ends() -> None:
    reader = SentenceReader()
    first = ANSWER.index("}, {") + 1
    assert [s.text for s in reader.feed(ANSWER[:first])] == [READ[0][0]]
    assert not reader.complete


@pytest.mark.parametrize(
    "written", ["", "抱歉", "[]", ANSWER[:-1], ANSWER[:30], "<think>" + ANSWER, '{"text": "甲']
)
def test_what_breaks_off_is_not_complete(written: str) -> None:
    assert not read(written)[1]


@pytest.mark.parametrize(
    "one",
    [
        {"text": 5, "sources": [1]}, {"text": ["甲"], "sources": [1]}, {"text": "甲", "sources": [True]}, {"text": "甲", "sources": [1.5]},
        {"text": "甲", "sources": {"n": 1}}, {"text": {"text2": "甲"}, "sources": [1]}, {"satz": "甲"}, {"text": "甲" * (MAX_SENTENCE + 1)},
        {"text": "甲", "sources": ["一"]}, {"text": None},
    ],
)  # fmt: skip
def test_wrong_types_are_no_sentences(one: object) -> None:
    assert read(json.dumps({"sentences": [one]}, ensure_ascii=False)) == ([], True)


def test_too_much_and_too_deep() -> None:
    with pytest.raises(LlmFailed, match="endless"):
        read("好" * 20_001)
    with pytest.raises(LlmFailed, match="unreadable"):
        read('{"a":' * 100)
    assert read('{"text":' + "[" * 9000 + "}")[0] == []


@given(st.text(max_size=200), st.integers(1, 9))
def test_no_text_is_an_error(text: str, size: int) -> None:
    pieces, _ = read(text, size)
    assert all(isinstance(t, str) for t, _ in pieces)


@given(st.text(alphabet='{}"\\:[], text', max_size=60), st.integers(1, 9))
def test_cutting_changes_nothing(text: str, size: int) -> None:
    def outcome(n: int) -> object:
        try:
            return read(text, n)
        except LlmFailed as failure:
            return failure.reason

    assert outcome(size) == outcome(1000)
