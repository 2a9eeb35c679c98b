"""The chat against the real index: quotations, refusals, follow-ups, and the held-out half of the questions."""

import tomllib
from pathlib import Path

import pytest

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations, Turn
from assistant.chat.types import AskRequest, AskResponse
from kb.base import KnowledgeBase
from kb.errors import BadRequest

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))
#: Odd positions were not used for choosing the weights.
HELD_OUT = {kind: questions[1::2] for kind, questions in QUESTIONS.items()}

DECIDING = [
    ("邻居家的狗咬了我，医药费谁出", "民法典第一千二百四十五条"),
    ("老人没人养，儿女都不管，能要钱吗", "民法典第一千零六十七条第二款"),
    ("嫁出去的女儿有没有继承权", "民法典第一千一百二十六条"),
    ("父亲去世没留遗嘱，房子怎么分", "民法典第一千一百二十七条第一款"),
    ("物业停我家的水合法吗", "民法典第九百四十四条第三款"),
    ("多大年纪可以结婚", "民法典第一千零四十七条"),
    ("离婚冷静期是几天", "民法典第一千零七十七条"),
    ("村规民约可以罚款吗", "行政处罚法第十六条"),
    ("打工三个月老板不给工资，该找谁", "劳动合同法第三十条"),
]


def _ask(
    kb: KnowledgeBase, question: str, conversation_id: str = "", memory: Conversations | None = None
) -> AskResponse:
    request = AskRequest(question=question, conversation_id=conversation_id)
    return ask(kb, request, conversations=Conversations() if memory is None else memory)


@pytest.mark.parametrize(("question", "address"), DECIDING)
def test_quotes_the_deciding_provision(kb: KnowledgeBase, question: str, address: str) -> None:
    response = _ask(kb, question)
    assert not response.refused
    assert address in [c.address for c in response.citations]


def test_every_quotation_is_verified_and_stands_in_the_answer(kb: KnowledgeBase) -> None:
    for question in HELD_OUT["answerable"]:
        response = _ask(kb, question)
        for citation in response.citations:
            assert citation.verified
            assert f"「{citation.quote}」" in response.answer
            assert kb.quote_ok(citation.address, citation.quote, response.on)


def test_held_out_questions(kb: KnowledgeBase) -> None:
    answered = [q for q in HELD_OUT["answerable"] if not _ask(kb, q).refused]
    refused = [q for q in HELD_OUT["unanswerable"] if _ask(kb, q).refused]
    assert len(answered) >= 0.9 * len(HELD_OUT["answerable"]), set(HELD_OUT["answerable"]) - set(answered)
    assert len(refused) >= 0.9 * len(HELD_OUT["unanswerable"]), set(HELD_OUT["unanswerable"]) - set(refused)


def test_refusal_says_why_and_where(kb: KnowledgeBase) -> None:
    response = _ask(kb, "红烧肉怎么做好吃")
    assert response.refused
    assert response.reason
    assert response.where
    assert response.citations == []


def test_exact_paragraph(kb: KnowledgeBase) -> None:
    response = _ask(kb, "民法典第1067条第二款是什么")
    (citation,) = response.citations
    assert citation.address == "民法典第一千零六十七条第二款"
    assert citation.quote == kb.resolve("民法典第一千零六十七条第二款").text
    assert citation.verified


def test_missing_article_and_unknown_law(kb: KnowledgeBase) -> None:
    missing = _ask(kb, "民法典第一千五百条说什么")
    assert missing.refused
    assert "没有第一千五百条" in missing.reason
    unknown = _ask(kb, "《邻里和睦促进法》第三条怎么规定的")
    assert unknown.refused
    assert "没有《邻里和睦促进法》" in unknown.reason


def test_repealed_law_names_its_successor(kb: KnowledgeBase) -> None:
    for question in ("婚姻法还有效吗", "婚姻法第三十二条怎么说"):
        assert "民法典" in _ask(kb, question).answer


def test_follow_up_on_the_paragraph(kb: KnowledgeBase) -> None:
    memory = Conversations()
    first = _ask(kb, "民法典第1067条第二款是什么", memory=memory)
    second = _ask(kb, "那第一款呢", first.conversation_id, memory)
    assert [c.address for c in second.citations] == ["民法典第一千零六十七条第一款"]


@pytest.mark.parametrize("question", ["第百十款呢", "那第十百条呢？", "第一一项"])
def test_a_number_that_is_none_is_no_error(kb: KnowledgeBase, question: str) -> None:
    memory = Conversations()
    first = _ask(kb, "民法典第1067条第二款是什么", memory=memory)
    assert _ask(kb, question, first.conversation_id, memory).answer


def test_short_follow_up_keeps_the_subject(kb: KnowledgeBase) -> None:
    memory = Conversations()
    first = _ask(kb, "邻居家的狗咬了我，医药费谁出", memory=memory)
    second = _ask(kb, "要是他不赔呢", first.conversation_id, memory)
    assert second.understood_as.startswith("邻居家的狗咬了我")
    assert not second.refused
    alone = _ask(kb, "要是他不赔呢", memory=memory)
    assert alone.understood_as == "要是他不赔呢"


def test_risk_comes_first(kb: KnowledgeBase) -> None:
    response = _ask(kb, "老公天天打我，我想离婚，孩子归谁")
    assert response.risks[0].kind == "home_violence"
    assert response.answer.startswith("【家庭暴力】")
    assert "调解委员会" not in "".join(response.where)


@pytest.mark.parametrize("follow_up", ["那我该去哪里？", "他不肯走怎么办"])
def test_a_follow_up_to_a_danger_leads_to_no_mediation_either(kb: KnowledgeBase, follow_up: str) -> None:
    memory = Conversations()
    first = _ask(kb, "我老公天天打我，我该怎么办？", memory=memory)
    assert not first.risks[0].mediable
    second = _ask(kb, follow_up, first.conversation_id, memory)
    assert second.understood_as.startswith("我老公天天打我")
    assert second.where == first.where
    assert "调解委员会" not in "".join(second.where)


def test_risk_is_shown_even_when_refused(kb: KnowledgeBase) -> None:
    response = _ask(kb, "我活不下去了")
    assert response.risks[0].kind == "self_harm"
    assert "12356" in response.answer


@pytest.mark.parametrize("question", ["", "   ", "问" * 2001])
def test_unusable_questions(kb: KnowledgeBase, question: str) -> None:
    with pytest.raises(BadRequest):
        _ask(kb, question)


def test_conversations_are_bounded() -> None:
    memory = Conversations(limit=2, turns=2)
    first = memory.add("", Turn("一"))
    memory.add("", Turn("二"))
    third = memory.add("", Turn("三"))
    assert len(memory) == 2
    assert memory.last(first) is None
    assert memory.last(third) == Turn("三")


def test_nobody_chooses_the_id_of_a_conversation() -> None:
    memory = Conversations()
    chosen = memory.add("1", Turn("我老公打我"))
    assert chosen != "1" and memory.last("1") is None
    assert memory.add(chosen, Turn("二")) == chosen
