"""Answers in parts: what comes first, what each part stands on, and the whole as text."""

from datetime import date

from assistant.chat.answer import Begun, answering, ask
from assistant.chat.cited_question import CitedAnswer
from assistant.chat.compose import cited_blocks, nearest
from assistant.chat.conversation import Conversations
from assistant.chat.types import AnswerCitation, AskRequest, AskResponse, Block
from kb.base import KnowledgeBase

ORDER = [
    "risk",
    "note",
    "lead",
    "law",
    "meaning",
    "village",
    "steps",
    "papers",
    "deadline",
    "more",
    "qa",
    "case",
    "closing",
]


def _ask(
    kb: KnowledgeBase, question: str, memory: Conversations | None = None, **more: object
) -> AskResponse:
    return ask(
        kb, AskRequest(question=question, **more), conversations=Conversations() if memory is None else memory
    )  # type: ignore[arg-type]


def test_parts_come_in_reading_order_and_the_text_is_theirs(kb: KnowledgeBase) -> None:
    response = _ask(kb, "邻居家的狗咬了我，医药费谁出？")
    places = [ORDER.index(b.kind) for b in response.blocks]
    assert places == sorted(places)
    for block in response.blocks:
        assert block.text in response.answer and all(item in response.answer for item in block.items)


def test_every_quotation_of_every_part_is_verbatim(kb: KnowledgeBase) -> None:
    for question in ("老板欠了我半年工资怎么办？", "儿子不养我，能要赡养费吗？", "房东不退押金"):
        response = _ask(kb, question)
        cited = [c for b in response.blocks for c in b.citations]
        assert cited and all(c.verified and kb.quote_ok(c.address, c.quote, response.on) for c in cited)
        assert response.checked.claims == response.checked.verified == len(response.citations)


def test_the_stream_is_the_answer(kb: KnowledgeBase) -> None:
    first, *parts, last = answering(kb, AskRequest(question="房东不退押金"), conversations=Conversations())
    assert isinstance(first, Begun) and isinstance(last, AskResponse)
    assert [p for p in parts if isinstance(p, Block)] == last.blocks
    assert (first.conversation_id, first.turn_id) == (last.conversation_id, last.turn_id)


def test_a_follow_up_puts_what_it_is_after_in_front(kb: KnowledgeBase) -> None:
    memory = Conversations()
    before = _ask(kb, "邻居借了我两万块不还，有借条", memory)
    papers = _ask(kb, "要准备什么材料？", memory, conversation_id=before.conversation_id)
    kinds = [b.kind for b in papers.blocks]
    assert kinds.index("papers") < kinds.index("lead") and "law" in kinds
    assert papers.understood_as.startswith("邻居借了我两万块")


def test_an_old_matter_is_told_what_law_is_meant(kb: KnowledgeBase) -> None:
    response = _ask(kb, "2019年邻居借了我两万块不还", on=date(2026, 11, 21))
    note = next(b for b in response.blocks if b.kind == "note")
    assert "2019年" in note.text and "2021年1月1日" in note.text


def test_facts_are_asked_back_and_next_questions_offered(kb: KnowledgeBase) -> None:
    response = _ask(kb, "老板欠了我半年工资怎么办？")
    assert 1 <= len(response.clarify) <= 3 and 1 <= len(response.suggestions) <= 3
    assert len({*response.clarify, *response.suggestions}) == len(response.clarify) + len(
        response.suggestions
    )


def test_the_rule_of_the_village_named(kb: KnowledgeBase) -> None:
    found = [_ask(kb, f"{v.name}不赡养老人怎么办？").blocks for v in kb.catalog.villages()]
    assert any(b.kind == "village" and b.source for blocks in found for b in blocks)


def test_what_to_heed_of_a_provision_is_said_once(kb: KnowledgeBase) -> None:
    address = "乡镇企业法第一条"
    warning = kb.resolve(address).message
    assert warning
    response = _ask(kb, f"{address}怎么说的")
    assert response.answer.count(warning) == 1
    assert [c.note for c in response.citations] == [warning]


def test_two_provisions_of_the_same_words_keep_their_own_source() -> None:
    words = "本法自公布之日起施行。"
    cited = [AnswerCitation(address=f"{law}第九条", quote=words, verified=True) for law in ("甲法", "乙法")]
    lines = [f"《{law}》第九条是这样写的：\n「{words}」" for law in ("甲法", "乙法")]
    blocks = list(cited_blocks(CitedAnswer(lines, cited, True, "", cited[0].address)))
    assert [b.kind for b in blocks] == ["law", "law"]
    for block in blocks:
        (citation,) = block.citations
        assert citation.address.removesuffix("第九条") in block.title


def test_a_greeting_is_returned_and_asks_what_happened(kb: KnowledgeBase) -> None:
    response = _ask(kb, "您好")
    assert response.refused and not response.citations and not response.suggestions
    assert "不能答" not in response.answer and "12348" not in response.answer
    assert "您好" in response.answer and "？" in response.answer  # what one may ask
    assert "您好" not in _ask(kb, "好的，谢谢！").answer


def test_the_weather_is_no_matter_of_law(kb: KnowledgeBase) -> None:
    for question in ("明天会不会下雨？", "后天冷不冷"):
        assert "不是法律问题" in _ask(kb, question).reason
    assert "不是法律问题" not in _ask(kb, "下雨天邻居家的水排到我家院子里，怎么办").reason


def test_a_law_without_chapters_is_not_said_to_be_about_itself() -> None:
    assert nearest("劳动合同法", "劳动合同法") == "跟您问的最接近的规定，在《劳动合同法》里。"
    assert "“买卖合同”" in nearest("民法典", "买卖合同")
