"""Numbers go out of queries; laws, days, sums and names stay."""

import pytest

from kb.redaction.asked import without_numbers


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
