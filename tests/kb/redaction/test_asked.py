"""Numbers and sure names go out of queries; laws, days, sums and places stay."""

import pytest

from kb.redaction.asked import without_names, without_numbers


@pytest.mark.parametrize(
    "query",
    [
        "民法典第1067条第二款怎么说？", "邻居家的树枝伸到我家院子", "2023年5月借给他20000元，2026-11-21到期",
        "王建国欠我八千元，付清了吗", "打12348还是110？", "老人由李家赡养", "",
    ],
)  # fmt: skip
def test_what_helps_to_find_stays(query: str) -> None:
    assert without_numbers(query) == query


def test_numbers_of_people_go() -> None:
    done = without_numbers("张三身份证330681198001011234，电话１３９00001234，微信号：abc_12345，欠我两万元")
    assert done == "张三身份证某证件号，电话某电话，微信号：某微信号，欠我两万元"


def test_people_are_letters_and_keep_theirs() -> None:
    done = without_names("王建国家的狗咬了我，我找过李秀英，王建国不赔")
    assert done == "甲家的狗咬了我，我找过乙，甲不赔"


@pytest.mark.parametrize(
    "query",
    [
        "老人由大儿子赡养",
        "付清了工资还欠社保",
        "民法典第一千二百四十五条",
        "邻居家的狗咬了我",
        "桥头村的村规怎么说",
        "",
        "？",
    ],
)
def test_what_is_no_name_stays(query: str) -> None:
    assert without_names(query) == query
