"""Which 款 or 项 of an article a claim speaks of."""

from datetime import date

import pytest

from assistant.grounding.beside import other_part, parts
from kb.base import KnowledgeBase

DAY = date(2026, 11, 21)


def test_the_parts_of_an_article_are_its_paragraphs_and_the_items_of_the_one_cited(kb: KnowledgeBase) -> None:
    whole = kb.resolve("民法典第一千零六十七条", DAY)
    assert whole.provision is not None and parts(whole) == {}
    first = parts(kb.resolve("民法典第一千零六十七条第一款", DAY))
    assert list(first) == ["民法典第一千零六十七条第一款", "民法典第一千零六十七条第二款"]
    assert "\n".join(first.values()) == whole.provision.text
    item = kb.resolve("人民陪审员法第五条第一款第二项", DAY)
    inside = parts(item)
    assert item.address in inside and "人民陪审员法第五条第二款" in inside and len(inside) == 5
    # a 项 is read with the words that lead in to it
    assert inside[item.address].endswith(item.text) and len(inside[item.address]) > len(item.text)


@pytest.mark.parametrize(
    ("said", "cited", "meant"),
    [
        ("判决书送到之后十五天以内可以上诉", "民事诉讼法第一百七十一条第二款", "民事诉讼法第一百七十一条第一款"),
        ("判决书送到之后十五天以内可以上诉", "民事诉讼法第一百七十一条第一款", ""),
        ("判决书送到之后十五天以内可以上诉", "民事诉讼法第一百七十一条", ""),
        ("缺乏劳动能力的父母可以向成年子女要赡养费", "民法典第一千零六十七条第一款", "民法典第一千零六十七条第二款"),
        ("缺乏劳动能力的父母可以向成年子女要赡养费", "民法典第一千零六十七条第二款", ""),
        ("当陪审员要满二十八岁", "人民陪审员法第五条第一款第二项", ""),
        ("当陪审员要满二十八岁", "人民陪审员法第五条第二款", "人民陪审员法第五条第一款"),
        ("狗咬了人", "民法典第一千零六十七条第一款", ""),
    ],
)  # fmt: skip
def test_a_claim_that_speaks_of_another_part_is_told(
    kb: KnowledgeBase, said: str, cited: str, meant: str
) -> None:
    assert other_part(said, kb.resolve(cited, DAY)) == meant
