"""What a claim says in its own words."""

import pytest

from assistant.grounding.statement import says_something, statement

CITED = "《某法》第一条"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("狗咬人要赔，《某法》第一条说的。", "狗咬人要赔"),
        ("狗咬人要赔，见《某法》第一条。", "狗咬人要赔"),
        ("狗咬人要赔（《某法》第一条）。", "狗咬人要赔"),
        ("狗咬人要赔，依据是《某法》第一条。", "狗咬人要赔"),
        ("狗咬人要赔，《某法》第一条里头写得很明白。", "狗咬人要赔"),
        ("狗咬人要赔，《某法》第一条有交代。", "狗咬人要赔"),
        ("这是《某法》第一条说的：盖楼不能挡光", "盖楼不能挡光"),
        ("《某法》第一条讲，工伤保险的钱老板交", "工伤保险的钱老板交"),
        ("《某法》第一条早就讲过，要赔", "要赔"),
        ("《某法》第一条的意思是，给不给看自己定", "给不给看自己定"),
        ("根据《某法》第一条的规定，要赔", "要赔"),
        ("依《某法》第一条应当赔", "应当赔"),
        # these say something of it
        ("打人是《某法》第一条禁止的", "打人是，禁止的"),
        ("《某法》第一条不许的，别干", "不许的，别干"),
        ("《某法》第一条定了三年", "定了三年"),
        ("听取大家的意见《某法》第一条", "听取大家的意见"),
    ],
)
def test_own_words(text: str, own: str) -> None:
    at = text.index(CITED)
    assert statement(text, [(at, at + len(CITED))], []) == own


def test_a_bare_citation_says_nothing() -> None:
    for text in ("《某法》第一条有规定。", "见《某法》第一条。", "写在《某法》第一条里"):
        at = text.index(CITED)
        assert not says_something(statement(text, [(at, at + len(CITED))], []))
