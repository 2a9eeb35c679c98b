"""What may be kept of a turn: no names, no numbers, no village's own case, and every quotation to the letter."""

from datetime import date

import pytest

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.hidden import WITHHELD, hide
from assistant.chat.types import AnswerCitation, AskRequest, AskResponse, Block, SimilarItem
from kb.base import KnowledgeBase
from kb.model import MediationCase

ON = date(2026, 11, 21)
QUESTION = "我丈夫司徒国栋昨晚又打了我，头上缝了三针，我叫欧阳雪梅，能离婚吗？"
PRIVATE = ("司徒国栋", "欧阳雪梅", "国栋")


def test_names_leave_every_part_and_quotations_stay(kb: KnowledgeBase) -> None:
    response = ask(kb, AskRequest(question=QUESTION), conversations=Conversations())
    assert "司徒国栋" in response.model_dump_json(), "the answer repeats what it was told"
    before = response.model_copy(deep=True)
    hidden = hide(kb, QUESTION, response)
    said = hidden.question + hidden.response.model_dump_json()
    assert not [word for word in PRIVATE if word in said]
    assert hidden.response.citations == before.citations
    assert hidden.response.risks[0].kind == before.risks[0].kind
    for citation in before.citations:
        assert f"「{citation.quote}」" in hidden.response.answer
    assert response == before, "what was answered isn't changed"
    again = hide(kb, hidden.question, hidden.response)
    assert (again.question, again.response) == (hidden.question, hidden.response)


def test_who_is_named_again_keeps_the_letter_and_who_is_new_gets_another(kb: KnowledgeBase) -> None:
    def answer(text: str) -> AskResponse:
        return AskResponse(answer=text, refused=False, understood_as=text, on=ON)

    first = hide(kb, "司徒国栋打了欧阳雪梅。", answer("司徒国栋应当赔偿。"))
    letters = {original: word for word, original in first.names.items()}
    second = hide(kb, "欧阳雪梅能要医药费吗？", answer("欧阳雪梅可以要。"), first.names)
    assert second.question == f"{letters['欧阳雪梅']}能要医药费吗？"
    assert second.response.answer == f"{letters['欧阳雪梅']}可以要。"
    fresh = hide(kb, "上官建业也动手了。", answer(""), None, [first.question])
    word = next(word for word, original in fresh.names.items() if original == "上官建业")
    assert word not in letters.values(), "after a restart another person must not get a letter that is taken"


def test_parts_from_shelves_are_not_touched(kb: KnowledgeBase) -> None:
    law = kb.resolve("民法典第一千二百四十五条", ON).text
    response = AskResponse(
        answer="司徒国栋应当赔。",
        refused=False,
        blocks=[
            Block(kind="law", text=law, citations=[AnswerCitation(address="x", quote=law, verified=True)]),
            Block(kind="steps", items=["找司徒国栋谈", f"看条文「{law}」"], generated=True),
        ],
        on=ON,
    )
    hidden = hide(kb, "司徒国栋的狗咬了我", response).response
    assert hidden.blocks[0] == response.blocks[0]
    assert "司徒国栋" not in "".join(hidden.blocks[1].items)
    assert f"「{law}」" in hidden.blocks[1].items[1]


@pytest.mark.parametrize("gone", [False, True])
def test_a_villages_own_case_is_not_kept(writable_kb: KnowledgeBase, gone: bool) -> None:
    case = MediationCase(
        id="own", name="雉鸡坞水渠纠纷", facts="两户争水渠。", result="雉鸡坞水渠由两户合修。",
        village="zj-fengshuwan", scope="village:zj-fengshuwan", source="case:own",
    )  # fmt: skip
    writable_kb.put_case(case)
    public = next(c for c in writable_kb.catalog.cases(limit=5) if c.scope == "public")
    items = [
        SimilarItem(id=c.id, kind="case", title=c.name, text=f"结果：{c.result}") for c in (case, public)
    ]
    text = "\n".join(f"类似的调解：{item.title}。{item.text}" for item in items)
    blocks = [Block(kind="case", title=item.title, text=item.text, source=item.id) for item in items]
    if gone:
        writable_kb.remove_case("own")
    response = AskResponse(answer=text, refused=False, similar=items, blocks=blocks, on=ON)
    hidden = hide(writable_kb, "水渠归谁修？", response).response
    assert "雉鸡坞" not in hidden.model_dump_json()
    assert WITHHELD in hidden.answer
    assert [block.source for block in hidden.blocks] == [item.id for item in hidden.similar] == [public.id]
    assert public.name in hidden.answer
