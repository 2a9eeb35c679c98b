"""An answer as plain text: its sources resolve, its sentences lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.answer import ask
from assistant.chat.types import AskRequest, Block
from assistant.ports.told import sentences, source_lines, told
from kb.base import KnowledgeBase


def test_sources_have_state_dates_and_whether_they_were_compared(kb: KnowledgeBase) -> None:
    answer = ask(kb, AskRequest(question="邻居家的狗咬了我，医药费谁出？"))
    text = told(kb, answer)
    assert text.startswith(answer.answer)
    assert "· 民法典第一千二百四十五条（现行有效，2021-01-01起施行，引文已核对）" in text
    for line in source_lines(kb, answer):
        assert kb.resolve(line[2:].split("（")[0]).ok, line


def test_sources_of_parts_count_and_none_is_named_twice(kb: KnowledgeBase) -> None:
    answer = ask(kb, AskRequest(question="民法典第1067条第二款"))
    assert len(source_lines(kb, answer)) == 1
    block = Block(kind="law", citations=answer.citations)
    moved = answer.model_copy(update={"citations": [], "blocks": [block, block]})
    assert source_lines(kb, moved) == source_lines(kb, answer)


def test_what_failed_its_comparison_is_said_to_have_failed(kb: KnowledgeBase) -> None:
    answer = ask(kb, AskRequest(question="民法典第1067条第二款"))
    wrong = answer.citations[0].model_copy(update={"verified": False})
    assert "引文没有通过核对" in told(kb, answer.model_copy(update={"citations": [wrong]}))


def test_a_models_words_are_labelled(kb: KnowledgeBase) -> None:
    answer = ask(kb, AskRequest(question="民法典第1067条第二款"))
    labelled = answer.model_copy(update={"generated": True, "label": "AI 生成"})
    assert told(kb, labelled).startswith("（AI 生成）\n")
    assert "AI 生成" not in told(kb, answer)


def test_a_refusal_has_no_sources(kb: KnowledgeBase) -> None:
    answer = ask(kb, AskRequest(question="英国的继承法怎么规定？"))
    assert told(kb, answer) == answer.answer


@given(st.text(alphabet="甲乙。！？\n「」 a.", max_size=60))
def test_sentences_joined_are_the_text(text: str) -> None:
    pieces = list(sentences(text))
    assert "".join(pieces) == text
    assert all(pieces)
