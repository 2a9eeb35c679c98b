"""Follow-ups, slips, times and villages in questions."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.chat.conversation import Turn
from assistant.chat.understand import understand
from assistant.chat.when import when
from kb.base import KnowledgeBase

TODAY = date(2026, 11, 21)
LOAN = Turn("邻居借了我两万块不还", topic="邻居借了我两万块不还")


def test_a_follow_up_is_read_with_its_topic(kb: KnowledgeBase) -> None:
    found = understand(kb, "那他要是不给呢？", TODAY, LOAN)
    assert found.followed and found.text.startswith(LOAN.question) and found.topic == LOAN.question
    papers = understand(kb, "要准备什么材料", TODAY, LOAN)
    assert papers.followed and papers.topic == LOAN.question


def test_a_fact_that_was_asked_for_joins_the_topic(kb: KnowledgeBase) -> None:
    found = understand(kb, "写了借条，没写利息", TODAY, replace(LOAN, asked=("有没有借条",)))
    assert found.followed and "借条" in found.topic and found.topic.startswith(LOAN.question)


@pytest.mark.parametrize(
    "question", ["邻居家的狗咬了我，谁赔？", "民法典第一千零六十七条第二款", "另外问个事，离婚冷静期几天"]
)
def test_a_new_matter_stands_by_itself(kb: KnowledgeBase, question: str) -> None:
    found = understand(kb, question, TODAY, replace(LOAN, asked=("有没有借条",)))
    assert not found.followed and found.topic == found.own


def test_a_paragraph_of_the_article_before(kb: KnowledgeBase) -> None:
    before = Turn("民法典第一千零六十七条第一款", "民法典第一千零六十七条第一款")
    assert understand(kb, "第二款呢", TODAY, before).text == "民法典第一千零六十七条第二款"


def test_slips_and_traditional_characters_are_put_right(kb: KnowledgeBase) -> None:
    found = understand(kb, "兒子不給善养费", TODAY)
    assert found.own == "儿子不给赡养费" and found.corrected


def test_a_village_is_known_by_its_name(kb: KnowledgeBase) -> None:
    village = kb.catalog.villages()[0]
    assert understand(kb, f"{village.name}放鞭炮要罚款吗", TODAY).village == village.id
    assert understand(kb, "村里放鞭炮要罚款吗", TODAY).village == ""


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019年5月借的钱", "2019-05-01", "2019-05-31"),
        ("借条写的2018.3.5", "2018-03-05", "2018-03-05"),
        ("二〇二〇年三月份的事", "2020-03-01", "2020-03-31"),
        ("九八年盖的房", "1998-01-01", "1998-12-31"),
        ("离婚2015年判的", "2015-01-01", "2015-12-31"),
        ("去年摔伤的", "2025-01-01", "2025-12-31"),
        ("昨天打的架", "2026-11-20", "2026-11-20"),
        ("半年前租的房", "2026-05-22", "2026-05-22"),
    ],
)
def test_times(text: str, first: str, last: str) -> None:
    found = when(text, TODAY)
    assert found is not None and (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "判了三年", "工龄15年", "两年期限", "三十年不变", "满十年的", "明年要拆",
        "分居12年能离婚吗", "结婚15年没孩子", "坐牢12年", "合同期限10年能改吗", "60岁以上年纪的老人", "他以前天天喝酒",
    ],
)  # fmt: skip
def test_spans_and_the_future_are_no_past_times(text: str) -> None:
    assert when(text, TODAY) is None


def test_a_short_question_about_time_limits_stays_with_the_talk(kb: KnowledgeBase) -> None:
    """Limitation bears on every matter: asked in few words, it is that of the matter talked about."""
    found = understand(kb, "过了五年还能要吗？", TODAY, LOAN)
    assert found.followed and found.text.startswith(LOAN.question) and found.topic == LOAN.question


@pytest.mark.parametrize("words", ["你好", "谢谢你！", "好的，知道了"])
def test_a_courtesy_asks_nothing_and_keeps_the_matter(kb: KnowledgeBase, words: str) -> None:
    found = understand(kb, words, TODAY, LOAN)
    assert (found.text, found.topic, found.followed) == (words, LOAN.question, False)
    assert understand(kb, "那他要是不给呢？", TODAY, Turn(found.text, topic=found.topic)).text.startswith(
        LOAN.question
    )


def test_what_the_other_side_says_belongs_to_the_talk(kb: KnowledgeBase) -> None:
    elders = Turn(
        "我老了，三个儿子都不管我，能要赡养费吗？", topic="我老了，三个儿子都不管我，能要赡养费吗？"
    )
    found = understand(kb, "大儿子说他分家时没分到东西，可以不养吗？", TODAY, elders)
    assert found.followed and found.text.startswith(elders.question)
    other = understand(kb, "邻居说我家的狗咬了他，要我赔", TODAY, elders)
    assert not other.followed
