"""Words of the law typed with other characters of the same sound, or as bare pinyin."""

import pytest

from kb.lexical.tokens import Tokens
from kb.search.plain import corrected, plain_words
from kb.search.spelling import mended


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("儿子不给善养费", "儿子不给赡养费"),
        ("caili 要不要退", "彩礼 要不要退"),
        ("对方不履行调解协义怎么办", "对方不履行调解协议怎么办"),
        ("老板托欠工资", "老板拖欠工资"),
        ("宅基第的纠纷", "宅基地的纠纷"),
        ("我要离昏", "我要离婚"),
    ],
)
def test_slips(tokens: Tokens, typed: str, meant: str) -> None:
    assert mended(typed, tokens) == meant


@pytest.mark.parametrize(
    "text",
    [
        "闺女嫁去外村，娘家组里分地没她的份",
        "他要上访",
        "邻居把围墙砌到我家了",
        "WeChat 聊天记录能当证据吗",
        "zhangsan@163.com",
    ],
)
def test_what_is_no_slip_stays(tokens: Tokens, text: str) -> None:
    assert mended(text, tokens) == text


def test_traditional_characters_and_regions(tokens: Tokens) -> None:
    assert corrected("鄰居家的狗咬了我", tokens) == "邻居家的狗咬了我"
    assert plain_words("佢唔還錢", tokens) == "佢唔还钱（返还借款）"
