"""Answers that a model helps to write, from a real endpoint over the real knowledge base."""

import random
import tomllib
from pathlib import Path

import pytest

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.generated import Event, answer_with_model, generate
from assistant.chat.types import AI_LABEL, AskRequest, AskResponse, Block, Checked
from assistant.llm.errors import LlmFailed
from assistant.llm.llm import Llm
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.llm.server import Asked, Endpoint, Said, Writer, running

QUESTION = "老人没人养，儿女都不管，能要钱吗"
SUPPORT = "民法典第一千零六十七条第二款"
HEALTHY = tomllib.loads((Path(__file__).parents[1] / "llm" / "healthy.toml").read_text("utf-8"))["answer"]


def answered(kb: KnowledgeBase, question: str) -> AskResponse:
    return ask(kb, AskRequest(question=question), conversations=Conversations())


def healthy(rng: random.Random, asked: Asked) -> list[Said]:
    """Say the first sentence of each provision, with the number of its source."""
    return [
        Said(text.split("\n")[0].split("。")[0] + "。", [n]) for n, (_, text) in enumerate(asked.sources, 1)
    ]


def with_writer(writer: Writer, tmp_path: Path, **settings: object):
    return running({"own": writer}), {
        "home": tmp_path, "llm_model": "own:1", "llm_retries": 0, "llm_wait_seconds": 20, "llm_timeout_seconds": 60, **settings
    }  # fmt: skip


def run(
    kb: KnowledgeBase, writer: Writer, tmp_path: Path, question: str = QUESTION, **settings: object
) -> tuple[list[Event], AskResponse, Endpoint]:
    server, given = with_writer(writer, tmp_path, **settings)
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        # what is asked about is QUESTION, whatever else the asker writes around it
        response = answered(kb, QUESTION if question == PERSONAL else question)
        return list(answer_with_model(kb, llm, response, question)), response, endpoint


def test_a_healthy_model_end_to_end(kb: KnowledgeBase, tmp_path: Path) -> None:
    events, before, _ = run(kb, healthy, tmp_path)
    assert [e.kind for e in events] == ["sentence"] * (len(events) - 1) + ["answer"]
    after = events[-1].answer
    assert after is not None
    assert after.generated
    assert after.label == AI_LABEL
    blocks = [b for b in after.blocks if b.generated]
    assert blocks == [e.block for e in events[:-1]]
    assert len(blocks) >= 2
    for block in blocks:
        assert block.kind == "meaning"
        assert block.citations
        for citation in block.citations:
            assert citation.verified
            assert kb.quote_ok(citation.address, citation.quote, after.on)
            assert citation.address in [c.address for c in before.citations]
        assert "（《" in block.text
    assert after.checked.claims == before.checked.claims + len(before.citations)
    assert after.checked.verified >= len(blocks)
    # before the law's own words, which are as they were
    lines = after.answer.split("\n")
    assert lines.index(f"【{AI_LABEL}】") < next(
        i for i, line in enumerate(lines) if before.citations[0].quote.split("\n")[0] in line
    )
    assert [line for line in before.answer.split("\n") if line not in lines] == []
    assert before.generated is False


def test_order_of_blocks(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Risk and lead first, then the model, then the rest unchanged."""
    server, given = with_writer(healthy, tmp_path)
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        response = answered(kb, QUESTION)
        kinds = ["risk", "lead", "law", "steps", "closing"]
        response.blocks = [Block(kind=kind, text=f"{kind} 文") for kind in kinds]  # type: ignore[arg-type]
        after = list(answer_with_model(kb, llm, response, QUESTION))[-1].answer
    assert after is not None
    found = [b.kind for b in after.blocks]
    assert found[:2] == ["risk", "lead"]
    assert set(found[2:-4]) == {"meaning"}
    assert found[-4:] == ["note", "law", "steps", "closing"]


@pytest.mark.parametrize("position", [0, 1], ids=["tuning", "test"])
def test_plain_sentences_that_keep_to_the_law_stand(kb: KnowledgeBase, tmp_path: Path, position: int) -> None:
    """A filter that lets nothing through would pass every other test. What passes is always cited and verified."""
    passed = total = 0
    for answer in HEALTHY:
        lines = answer["sentences"][position::2]
        texts = [line["text"] for line in lines]
        sources = [(line["source"], kb.resolve(line["source"]).text) for line in lines]

        def writer(
            rng: random.Random, asked: Asked, texts: list[str] = texts, wanted: object = sources
        ) -> list[Said]:
            numbers = {address: n for n, (address, _) in enumerate(asked.sources, 1)}
            return [Said(t, [numbers[a]]) for t, (a, _) in zip(texts, wanted, strict=True)]  # type: ignore[call-overload]

        if not texts:
            continue
        server, given = with_writer(writer, tmp_path)
        with server as endpoint:
            llm = Llm(Settings(llm_url=endpoint.url, **given))
            try:
                passed += len(list(generate(kb, llm, answer["question"], sources, answered(kb, QUESTION).on)))
            except LlmFailed as failure:
                assert failure.reason == "nothing_left"
        total += len(texts)
    assert passed >= 0.4 * total, (passed, total)


PERSONAL = (
    "我叫王建国，身份证号110101195203078832，电话13912345678，住在柳树屯村幸福路12号，银行卡6222021234567890123。"
    "我儿子王小明不养我，老人没人养，儿女都不管，能要钱吗"
)
DATA = [
    "王建国",
    "建国",
    "王小明",
    "小明",
    "110101195203078832",
    "13912345678",
    "柳树屯",
    "幸福路",
    "6222021234567890123",
]


def test_no_personal_data_leaves(kb: KnowledgeBase, tmp_path: Path) -> None:
    events, _, endpoint = run(kb, healthy, tmp_path, PERSONAL)
    assert events[-1].answer is not None
    assert events[-1].answer.generated
    (sent,) = endpoint.raw
    assert "不养" in sent, "the question itself is there"
    assert [word for word in DATA if word in sent] == []


def test_nothing_that_took_the_place_of_personal_data_is_shown(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A model that writes placeholders, or makes people up."""

    def naming(rng: random.Random, asked: Asked) -> list[Said]:
        true = healthy(rng, asked)
        body = true[0].text.rstrip("。")
        return [*true, *(Said(f"{name}{body}。", [1]) for name in ("甲", "某村的", "某电话", "张伟"))]

    events, _, _ = run(kb, naming, tmp_path, PERSONAL)
    shown = "".join(e.block.text for e in events if e.block)
    assert shown
    assert not any(word in shown for word in ["甲", "某村", "某电话", "张伟", *DATA])
    assert len(events[-1].answer.checked.removed) >= 4  # type: ignore[union-attr]


def test_a_failure_leaves_the_answer_as_it_was(kb: KnowledgeBase, tmp_path: Path) -> None:
    def nothing_true(rng: random.Random, asked: Asked) -> list[Said]:
        return [Said("请打95188，加微信法援，子女不给的可以拘留。", [1])]

    events, before, _ = run(kb, nothing_true, tmp_path)
    assert [e.kind for e in events] == ["answer"]
    assert events[0].answer == before


def test_what_was_shown_is_withdrawn_when_the_model_breaks_off(kb: KnowledgeBase, tmp_path: Path) -> None:
    events, before, _ = run(
        kb, healthy, tmp_path, llm_model="hang_after_sentence:1", llm_wait_seconds=1, llm_timeout_seconds=20
    )
    assert [e.kind for e in events] == ["sentence", "withdrawn", "answer"]
    assert events[-1].answer == before


def test_a_retry_helps_before_anything_was_shown(kb: KnowledgeBase, tmp_path: Path) -> None:
    tries: list[int] = []

    def second_time(rng: random.Random, asked: Asked) -> list[Said]:
        tries.append(1)
        if len(tries) == 1:
            raise BrokenPipeError  # the connection ends without an answer
        return healthy(rng, asked)

    events, _, endpoint = run(kb, second_time, tmp_path, llm_retries=1)
    assert len(endpoint.received) == 2
    assert events[-1].answer is not None
    assert events[-1].answer.generated


def test_no_retry_after_a_sentence(kb: KnowledgeBase, tmp_path: Path) -> None:
    _, _, endpoint = run(kb, healthy, tmp_path, llm_model="cut_connection:1", llm_retries=3)
    assert len(endpoint.received) == 1


def test_a_refusal_asks_no_model(kb: KnowledgeBase, tmp_path: Path) -> None:
    events, before, endpoint = run(kb, healthy, tmp_path, "红烧肉怎么做好吃")
    assert before.refused
    assert [e.answer for e in events] == [before]
    assert endpoint.received == []


def test_only_law_of_the_day_is_offered(kb: KnowledgeBase, tmp_path: Path) -> None:
    good = (SUPPORT, kb.resolve(SUPPORT).text)
    sources = [
        ("婚姻法第二十一条", "父母对子女有抚养教育的义务"),
        (SUPPORT, "不是它的文字"),
        ("民法典第九千条", "无"),
        good,
    ]
    server, given = with_writer(healthy, tmp_path)
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        blocks = list(generate(kb, llm, QUESTION, sources, answered(kb, QUESTION).on))
        assert [c.address for b in blocks for c in b.citations] == [SUPPORT]
        assert "第九千条" not in endpoint.raw[0]
        assert "婚姻法" not in endpoint.raw[0]
        with pytest.raises(LlmFailed, match="nothing_left"):
            list(generate(kb, llm, QUESTION, sources[:3], answered(kb, QUESTION).on))
        assert len(endpoint.received) == 1


def test_what_was_removed_can_be_looked_at_safely(kb: KnowledgeBase, tmp_path: Path) -> None:
    def nasty(rng: random.Random, asked: Asked) -> list[Said]:
        return [
            *healthy(rng, asked),
            Said("<script>alert(1)</script>拨打13900001234，看http://example.com", [1]),
        ]

    events, _, _ = run(kb, nasty, tmp_path)
    after = events[-1].answer
    assert after is not None
    removed = [r for r in after.checked.removed if "拨打" in r.text]
    assert len(removed) == 1
    assert not any(bad in removed[0].text for bad in ("<", "13900001234", "http", "/"))
    assert removed[0].reason


def test_checked_is_filled_even_where_nothing_stands(kb: KnowledgeBase, tmp_path: Path) -> None:
    def wrong(rng: random.Random, asked: Asked) -> list[Said]:
        return [Said("依照合同法第五十二条，合同无效。", [1])]

    server, given = with_writer(wrong, tmp_path)
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        checked = Checked()
        with pytest.raises(LlmFailed, match="nothing_left"):
            list(
                generate(
                    kb,
                    llm,
                    QUESTION,
                    [(SUPPORT, kb.resolve(SUPPORT).text)],
                    answered(kb, QUESTION).on,
                    checked,
                )
            )
    assert checked.claims == 1
    assert [r.reason for r in checked.removed] == ["引用的法条当日不是有效的法律"]


def test_a_sentence_with_the_wrong_source_is_put_right_and_counted(kb: KnowledgeBase, tmp_path: Path) -> None:
    """True words under a wrong number, a repealed article or an invented one get the offered provision that has them."""
    found = kb.resolve(SUPPORT)
    sentence = found.text.split("。")[0]
    other = kb.resolve("民法典第二百八十八条")

    def writer(rng: random.Random, asked: Asked) -> list[Said]:
        numbers = {address: n for n, (address, _) in enumerate(asked.sources, 1)}
        return [
            Said(f"{sentence}。", [numbers[other.address]]),
            Said(f"根据《婚姻法》第二十一条，{found.text.split('，')[0]}。", [numbers[other.address]]),
        ]

    server, given = with_writer(writer, tmp_path)
    checked = Checked()
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        offered = [(r.address, r.text) for r in (other, found)]
        blocks = list(generate(kb, llm, QUESTION, offered, found.on, checked))
    assert blocks
    assert blocks[0].text == f"{sentence}（《民法典》第一千零六十七条第二款）。"
    assert [[c.address for c in b.citations] for b in blocks] == [[SUPPORT]] * len(blocks)
    assert checked.repaired == len(checked.repairs) == len(blocks)
    assert checked.repairs[0].was == f"{sentence}。"
    assert checked.repairs[0].reason
    assert checked.claims == checked.repaired + len(checked.removed)


def test_what_no_offered_provision_says_is_removed_still(kb: KnowledgeBase, tmp_path: Path) -> None:
    found = kb.resolve(SUPPORT)

    def writer(rng: random.Random, asked: Asked) -> list[Said]:
        return [
            Said("成年子女可以不赡养父母。", [1]),
            Said(found.text.split("。")[0].replace("父母", "子女", 1) + "。", [1]),
            Said(found.text.split("。")[0] + "。", [1]),
        ]

    server, given = with_writer(writer, tmp_path)
    checked = Checked()
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        list(generate(kb, llm, QUESTION, [(found.address, found.text)], found.on, checked))
    assert (checked.repaired, len(checked.removed)) == (0, 2)


def test_what_was_said_is_not_said_again_under_another_citation(kb: KnowledgeBase, tmp_path: Path) -> None:
    found = kb.resolve(SUPPORT)
    sentence = found.text.split("。")[0]

    def writer(rng: random.Random, asked: Asked) -> list[Said]:
        return [
            Said(f"{sentence}。", [1]),
            Said(f"{sentence}（《民法典》第一千零六十七条第二款）。", [1]),
            Said(f"{sentence}（《婚姻法》第二十一条）。", [1]),
        ]

    server, given = with_writer(writer, tmp_path)
    checked = Checked()
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        blocks = list(generate(kb, llm, QUESTION, [(found.address, found.text)], found.on, checked))
    assert [b.text for b in blocks] == [f"{sentence}（《民法典》第一千零六十七条第二款）。"]
    assert (checked.claims, checked.repaired, len(checked.removed)) == (1, 0, 0)


def test_the_text_is_that_of_the_parts_in_their_order(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Of a follow-up, too, whose steps stand before the provisions."""
    memory = Conversations()
    first = ask(kb, AskRequest(question=QUESTION), conversations=memory)
    follow_up = AskRequest(question="要准备什么材料", conversation_id=first.conversation_id)
    response = ask(kb, follow_up, conversations=memory)
    assert [b.kind for b in response.blocks][:2] == ["note", "papers"]
    server, given = with_writer(healthy, tmp_path)
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        after = list(answer_with_model(kb, llm, response, QUESTION))[-1].answer
    assert after is not None and after.generated
    places = [after.answer.index(b.text or b.items[0]) for b in after.blocks]
    assert places == sorted(places)
