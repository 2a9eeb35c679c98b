"""Names and places become placeholders, the same for the same person, and come back."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.redaction.merge import merge
from kb.redaction.placeholders import restore
from kb.redaction.redact import redact, redact_all
from kb.redaction.types import Kind, Span


def test_people_get_letters_and_keep_them() -> None:
    done = redact("申请人王建国与被申请人李桂芳系邻居，建国说桂芳占了他的地，要3000元。")
    assert done.text == "申请人甲与被申请人乙系邻居，甲说乙占了他的地，要3000元。"
    assert done.mapping == {"甲": "王建国", "乙": "李桂芳"}


def test_a_case_has_one_mapping() -> None:
    first = redact("申请人：王建国。")
    second = redact("被申请人：李桂芳。王建国到场。", first.mapping)
    assert second.text == "被申请人：乙。甲到场。"
    assert second.mapping == {"甲": "王建国", "乙": "李桂芳"}
    both = redact_all(["申请人：王建国。", "甲方将房屋交给王建国。"])
    assert [d.text for d in both] == ["申请人：乙。", "甲方将房屋交给乙。"]
    assert both[0].mapping == both[1].mapping


@pytest.mark.parametrize("word", ["甲方", "乙方", "某村", "张某某", "甲醛"])
def test_a_placeholder_is_never_a_word_that_is_there(word: str) -> None:
    text = f"{word}与周海燕、沈志强、杏花村的事。周海燕住杏花村3组12号。"
    done = redact(text)
    assert "周海燕" not in done.text and "沈志强" not in done.text
    assert word in done.text
    assert not any(p in text for p in done.mapping)
    assert restore(done.text, done.mapping) == text


def test_more_people_than_letters() -> None:
    family = [
        "王建国",
        "李桂芳",
        "周海燕",
        "沈志强",
        "陈大勇",
        "林国栋",
        "孙秀英",
        "汪素珍",
        "徐利民",
        "郑小红",
    ]
    text = "参加人：" + "、".join(family) + "。"
    done = redact(text)
    assert not any(name in done.text for name in family)
    assert len(done.mapping) == len(family) and "甲1" in done.mapping
    assert restore(done.text, done.mapping) == text


def test_a_digit_behind_a_placeholder_stays_apart() -> None:
    text = "王建国3岁"
    done = redact("申请人：王建国。", None)
    after = redact(text, done.mapping)
    assert after.text == "甲 3岁"
    assert restore(after.text, after.mapping) == text


@pytest.mark.parametrize(
    "text",
    [
        "依照《中华人民共和国民法典》第二百八十八条，由诸暨市人民法院、县公安局、镇司法所办理，标的额壹拾贰万元整。",
        "学习马锡五审判方式，坚持新时代“枫桥经验”。",
        "申请人张某某与李某系邻居，张某甲称树被砍。",
        "高平市、黄岩区、安吉县、江山市的干部来交流，本村村民都到了。",
        "诸暨市志远建材有限公司欠薪6500元。",
        "方案已定，马上就到秋收，时间不等人，江水上涨，金额不大。",
        "甲方应于每月5日前支付，乙方逾期的，甲方有权解除合同。",
    ],
)
def test_law_bodies_sums_and_anonymised_people_survive(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("阿布都热合曼·买买提与妻子离婚", "阿布都热合曼·买买提"),
        ("牧民扎西顿珠来了", "扎西顿珠"),
        ("欧阳文静起诉要求还款", "欧阳文静"),
        ("王婶跟邻居吵架", "王婶"),
        ("姓名：李　芳　性别：女", "李　芳"),
        ("家住枫桥镇杏花村3组12号", "杏花村"),
        ("现住翠湖花园8幢2单元501室", "8幢2单元501室"),
        ("他叫王\u200b建国", "王\u200b建国"),
    ],
)
def test_names_and_places_of_all_kinds(text: str, hidden: str) -> None:
    done = redact(text)
    assert hidden not in done.text
    assert restore(done.text, done.mapping) == text


def test_a_title_keeps_its_word() -> None:
    assert redact("刘主任和陈书记上门。").text == "甲主任和乙书记上门。"


_PIECES = st.sampled_from(
    ["王建国", "李桂芳", "欧阳文静", "，", "。", "\n", "与", "和", "，3岁", "甲方", "乙", "某村", "杏花村", "3组12号", "13912345678，", "老张", "说", "欠5000元", "《民法典》", "\u200b", "高兴", "，110，"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    done = redact(text)
    assert redact(done.text).text == done.text
    assert redact(done.text, done.mapping).text == done.text
    assert "13912345678" not in done.text.replace("\u200b", "")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.floats(0, 5)), max_size=12))
def test_merged_spans_never_overlap_and_lose_no_best(rows: list[tuple[int, int, float]]) -> None:
    spans = [Span(a, a + n, Kind.NAME, score) for a, n, score in rows]
    merged = merge(spans)
    assert all(a.end <= b.start for a, b in pairwise(merged))
    if spans:
        assert max(s.score for s in spans) == max(s.score for s in merged)
