"""Citations looked up in real law on a day: the text, or in plain Chinese why not."""

import re
from datetime import date

import pytest

from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.citation.resolution import Resolution
from kb.citation.resolver import Resolver

TODAY = date(2026, 11, 21)


def look_up(resolver: Resolver, names: LawNames, text: str, on: date = TODAY) -> Resolution:
    (citation,) = parse(text, names)
    return resolver.resolve(citation, on)


#: what is cited, on which day, status, what the Chinese message must say
WHY_NOT = [
    ("太空旅行法第三条", TODAY, "no_such_law", ["没有《太空旅行法》"]),
    ("消费者权益保障法第三条", TODAY, "no_such_law", ["是否指", "《消费者权益保护法》"]),
    ("婚姻法第二十条", TODAY, "repealed_law", ["2021年1月1日", "《民法典》", "民法典第一千二百六十条"]),
    ("物权法第八十四条", TODAY, "repealed_law", ["《民法典》"]),
    ("婚姻法第二十条", date(2020, 12, 31), "no_such_law", ["尚未废止", "知识库里没有"]),
    ("民法典第1261条", TODAY, "no_such_article", ["第一千二百六十条为止", "第一千二百六十一条"]),
    ("民事诉讼法第十条之一", TODAY, "no_such_article", ["没有第十条之一"]),
    ("商标法第八十七条", TODAY, "no_such_article", ["第七十三条为止", "2026年6月26日的版本有这一条"]),
    ("民法典第1067条第三款", TODAY, "no_such_paragraph", ["只有2款", "没有第三款"]),
    ("民法典第1067条第二款第一项", TODAY, "no_such_item", ["没有分项"]),
    ("民法典第1079条第三款第九项", TODAY, "no_such_item", ["只有5项", "第（九）项"]),
    ("环境保护法第三条", TODAY, "not_in_force", ["2026年8月15日", "《生态环境法典》"]),
    ("民法典第十条", date(2020, 12, 31), "not_in_force", ["2021年1月1日起施行", "尚未施行"]),
    ("村民委员会组织法第三十一条", date(2025, 12, 31), "not_in_force", ["2026年1月1日起施行", "更早的文本"]),
    ("仲裁法第九十六条", date(2026, 2, 28), "no_such_article", ["第八十条为止", "2025年9月12日的版本有这一条"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "on", "status", "said"), WHY_NOT)
def test_why_not(
    resolver: Resolver, names: LawNames, text: str, on: date, status: str, said: list[str]
) -> None:
    result = look_up(resolver, names, text, on)
    assert result.status == status
    assert not result.ok
    assert all(part in result.message for part in said), result.message
    assert not re.search(r"[A-Za-z_]", result.message)


def test_the_paragraph_and_only_the_paragraph(resolver: Resolver, names: LawNames) -> None:
    whole = look_up(resolver, names, "民法典第1067条")
    second = look_up(resolver, names, "民法典第1067条第二款")
    first_line, second_line = whole.text.split("\n")
    assert second.text == second_line
    assert second.text.startswith("成年子女不履行赡养义务")
    assert second.address == "民法典第一千零六十七条第二款"
    assert first_line not in second.text


def test_an_item_without_its_paragraph_where_only_one_has_items(resolver: Resolver, names: LawNames) -> None:
    direct = look_up(resolver, names, "民法典第1079条第（二）项")
    through = look_up(resolver, names, "民法典第1079条第三款第（二）项")
    assert direct.ok
    assert direct.text == through.text
    assert direct.text.startswith("（二）")


@pytest.mark.parametrize(
    ("on", "version"), [(date(2026, 11, 21), date(2019, 4, 23)), (date(2027, 2, 1), date(2026, 6, 26))]
)
def test_the_version_of_the_day(resolver: Resolver, names: LawNames, on: date, version: date) -> None:
    result = look_up(resolver, names, "商标法第四条", on)
    assert result.ok
    assert result.version == version
    assert [v.in_force for v in result.versions] == [v.version == version for v in result.versions]
    assert len(result.versions) == 2


def test_a_text_out_of_force_is_still_shown(resolver: Resolver, names: LawNames) -> None:
    result = look_up(resolver, names, "环境保护法第三条")
    assert result.text
    assert result.state == "repealed"
    assert result.replaced_by == "生态环境法典"


def test_disputed_is_ok_but_says_so(resolver: Resolver, names: LawNames) -> None:
    result = look_up(resolver, names, "农村土地承包法第三条")
    assert result.ok
    assert result.state_label == "效力存疑"
    assert "核实" in result.message


def test_amended_is_ok_but_says_by_what(resolver: Resolver, names: LawNames) -> None:
    result = look_up(resolver, names, "刑法第387条")
    assert result.ok
    assert result.state == "amended"
    assert "刑法修正案（十二）第四条" in result.message


def test_an_interpretation_without_articles(resolver: Resolver, names: LawNames) -> None:
    result = look_up(resolver, names, "刑法修正案（十）全文")
    assert result.ok
    assert result.address == "刑法修正案（十）全文"
    missing = look_up(resolver, names, "刑法修正案（十二）全文")
    assert missing.status == "no_such_article"


def test_an_amendment_by_either_label(resolver: Resolver, names: LawNames) -> None:
    by_article = look_up(resolver, names, "刑法修正案（十二）第四条")
    by_point = look_up(resolver, names, "刑法修正案（十二）条目四")
    assert by_article.ok
    assert by_article.text == by_point.text
    assert "第三百八十七条" in by_article.text


def test_no_law_named(resolver: Resolver, names: LawNames) -> None:
    from dataclasses import replace

    (citation,) = parse("第十二条", names, "民法典")
    result = resolver.resolve(replace(citation, law=""), TODAY)
    assert result.status == "no_law_named"
    assert "第十二条" in result.message


def test_huge_numbers_do_not_break(resolver: Resolver, names: LawNames) -> None:
    for text in ("民法典第99999条第99999款第99999项", "民法典第九千九百九十九条之九千九百九十九"):
        for citation in parse(text, names):
            assert resolver.resolve(citation, TODAY).status == "no_such_article"
