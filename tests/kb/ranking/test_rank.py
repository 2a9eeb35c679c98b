import numpy as np
import pytest

from kb.lexical.encoder import LexicalEncoder
from kb.ranking.features import NAMES
from kb.ranking.questions import Near
from kb.ranking.rank import MOST_WORDS, Found, candidate_features, place, query_words, rank
from tests.kb.ranking.handmade import ranker

# Written for these tests; no statute.
FOUND = [
    Found("near", "某法", 1, "邻居的树枝", 0.90),
    Found("asked", "某法", 2, "院墙", 0.80),
    Found("words", "他法", 1, "邻居", None, 7.0),
]
ASKED = {"asked": Near(0.95, 0.9, 0.64), "elsewhere": Near(0.99)}


def column(name, found=FOUND, asked=ASKED, words=()):
    return candidate_features(words, found, asked)[:, NAMES.index(name)]


def test_a_predicted_question_lifts_its_provision():
    assert [r.key for r in rank(ranker(cosine=1.0), [], FOUND, ASKED)] == ["near", "asked", "words"]
    found = rank(ranker(cosine=0.5, asked=0.5), [], FOUND, ASKED)
    # asked: (.80 + .95) / 2; near has no question and counts as .02 below the least asked: (.90 + .93) / 2
    assert [r.key for r in found] == ["near", "asked", "words"]
    assert [r.probability for r in found[:2]] == pytest.approx([0.915, 0.875])
    first, *_ = rank(ranker(cosine=0.1, asked=0.9), [], FOUND, ASKED)
    assert first.key == "asked"


def test_a_missing_cosine_is_the_smallest_of_the_pool():
    assert column("cosine") == pytest.approx([0.90, 0.80, 0.80])
    unknown = [Found("a", "某法", 1, "甲", None), Found("b", "某法", 2, "乙", None)]
    assert column("cosine", unknown, {}) == pytest.approx([0.0, 0.0])


def test_words_are_counted_and_texts_measured():
    assert column("coverage", words=["邻居", "树枝"]) == pytest.approx([1.0, 0.0, 0.5])
    assert column("coverage") == pytest.approx([0.0, 0.0, 0.0])
    assert column("log_length") == pytest.approx(np.log1p([5, 2, 2]))
    assert column("lexical_share") == pytest.approx([0.0, 0.0, 1.0])


def test_a_vote_counts_for_the_provision_and_its_law():
    asked = {"near": Near(0.9, 0.0, 0.09), "asked": Near(0.95, 0.9, 0.64)}
    assert column("vote", asked=asked) == pytest.approx([0.3, 0.8, 0.0])  # roots
    assert column("vote_rank", asked=asked) == pytest.approx([10 / 11, 1.0, 0.0])
    assert column("law_vote", asked=asked) == pytest.approx([0.73, 0.73, 0.0])


def test_a_story_has_many_words():
    assert column("log_words", words=["邻居", "树枝"]) == pytest.approx([np.log(3)] * 3)


def test_what_nothing_answers_makes_every_candidate_unlikely():
    sure = rank(ranker(cosine=1.0), [], FOUND, ASKED)
    unsure = rank(ranker(cosine=1.0), [], FOUND, ASKED, answerable=0.5)
    assert [r.key for r in unsure] == [r.key for r in sure]
    assert [r.score for r in unsure] == [r.score for r in sure]
    assert [r.probability for r in unsure] == pytest.approx([r.probability / 2 for r in sure])


def test_neighbours_are_of_one_law():
    found = [
        Found("a", "某法", 10, "甲", 0.7),
        Found("b", "某法", 12, "乙", 0.9),
        Found("c", "某法", 15, "丙", 0.8),
        Found("d", "他法", 11, "丁", 0.85),
    ]
    # the best is .9; whoever has no neighbour counts as the least of the pool, .7
    assert column("neighbour_cosine", found, {}) == pytest.approx([0.0, -0.2, -0.2, -0.2])


def test_a_pool_without_predicted_questions_is_in_the_range_of_cosines():
    assert column("asked", asked={}) == pytest.approx([0.78] * 3)
    assert column("asked_share", asked={}) == pytest.approx([0.0] * 3)


def test_equals_keep_their_order_and_none_is_none():
    same = [Found(key, "某法", n, "甲", 0.5) for n, key in enumerate("abc")]
    assert [r.key for r in rank(ranker(cosine=1.0), [], same, {})] == ["a", "b", "c"]
    assert rank(ranker(cosine=1.0), [], [], ASKED) == []


@pytest.mark.parametrize(
    ("address", "law", "number"),
    [
        ("民法典第一百零九条", "民法典", 109),
        ("刑法第一百二十条之一", "刑法", 120),
        ("最高人民法院关于适用《民法典》婚姻家庭编的解释（一）第三条", "最高人民法院关于适用《民法典》婚姻家庭编的解释（一）", 3),
        ("刑法修正案（七）条目十一", "刑法修正案（七）", 11),
        ("某决定", "某决定", 0),
        ("第三条", "第三条", 0),
        ("", "", 0),
    ],
)  # fmt: skip
def test_places(address, law, number):
    assert place(address) == (law, number)


def test_words_of_a_query():
    encoder = LexicalEncoder()
    words = query_words(encoder, "邻居的树枝，我能锯吗？")
    assert {"邻居", "树枝"} <= set(words) and all(len(w) > 1 for w in words)
    assert len(query_words(encoder, "".join(f"第{n}条" for n in range(1, 500)))) == MOST_WORDS
