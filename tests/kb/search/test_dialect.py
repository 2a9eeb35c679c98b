"""The data file of what people say, and what is made of it."""

import re
from collections import Counter
from typing import get_args

from kb.base import KnowledgeBase
from kb.clock import today
from kb.search.dialect import Region, regional, said, sayings, spelled, terms_said

NORTH, SOUTH = {"东北", "华北", "中原", "西北"}, {"西南", "湘赣", "江浙", "闽台", "粤语"}


def test_there_are_enough_from_the_north_and_the_south_each_with_a_reason() -> None:
    found = list(sayings().values())
    places = Counter(s.where for s in found)
    assert len(found) >= 400 and set(places) <= set(get_args(Region))
    assert sum(places[p] for p in NORTH) >= 100 and sum(places[p] for p in SOUTH) >= 100
    assert all(places[p] >= 20 for p in NORTH | SOUTH)
    assert all(s.reason.strip() and len(s.say) >= 2 and s.say not in s.law.split() for s in found)


def test_every_term_stands_in_a_law_in_force(kb: KnowledgeBase) -> None:
    on = today()
    laws = {v.law for v in kb.catalog.laws("", 0, 10_000)}
    texts = [
        p.text
        for law in laws
        if (version := kb.catalog.version_on(law, on))
        for p in kb.catalog.provisions(version.id)
    ]
    whole = "\n".join(texts)
    missing = {term for s in sayings().values() for term in s.law.split() if term not in whole}
    assert not missing


def test_the_longer_of_two_that_overlap_is_meant() -> None:
    longest = max(sayings(), key=len)
    assert [s.say for s in said(f"他{longest}了")] == [longest]


def test_slips_are_put_right_and_words_are_left() -> None:
    slips = [s for s in sayings().values() if s.kind == "错"]
    assert len(slips) >= 50
    assert all(spelled(f"他说{s.say}，") == f"他说{s.law}，" for s in slips)
    assert spelled("佢唔还钱") == "佢唔还钱"
    assert regional("佢唔还钱") == ["返还借款"]
    assert not any(regional(s.say) for s in slips)


def test_plain_sentences_are_left_alone() -> None:
    text = "当事人应当按照约定全面履行自己的义务。"
    assert spelled(text) == text and not regional(text) and not terms_said(text)


def test_no_expression_stands_in_everyday_patterns_twice() -> None:
    assert not [s for s in sayings() if re.search(r"[()|〜]", s)]
