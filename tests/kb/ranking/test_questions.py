import hashlib

import numpy as np
import pytest

from kb.embedding.cache import EmbeddingCache, content_hash
from kb.embedding.shipped import Shipped, write_shipped
from kb.errors import UnreadableFile
from kb.ranking.questions import (
    PREFIX,
    PredictedQuestions,
    Question,
    load_questions,
    question_vectors,
    text_print,
)

# Written for these tests; no statute.
TEXT = "邻居之间，应当互相让一让；\n吵架的，各打五十大板。"
OTHER = "邻居之间，应当互相让一让；\n吵架的，各打六十大板。"
HEADER = "articles\tprints\tquestion\n"


class Model:
    """Deterministic vectors, different for queries and passages, and a record of what was computed."""

    name = key = "counting-1"
    dim = 4
    precision = "fp32"

    def __init__(self):
        self.queries, self.passages = [], []

    def embed_queries(self, texts):
        self.queries += texts
        return np.vstack([unit("q" + t) for t in texts])

    def embed_passages(self, texts, progress=None):
        self.passages += texts
        return np.vstack([unit("p" + t) for t in texts])


def unit(text, dim=4):
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    vector = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    return vector / np.linalg.norm(vector)


def asks(text, *answers):
    return Question(text, tuple((address, frozenset({text_print(t)})) for address, t in answers))


def test_the_print_is_of_ideographs_letters_and_digits_alone():
    bare = "邻居之间应当互相让一让吵架的各打五十大板"
    assert text_print(TEXT) == hashlib.blake2b(bare.encode(), digest_size=4).hexdigest()
    assert text_print(" 《邻居》_之间应当互相让一让吵架的各打五十大板") == text_print(TEXT)
    assert len({text_print(t) for t in (TEXT, OTHER, bare + "1", bare + "A", "")}) == 5


def test_files_are_read_in_order(tmp_path):
    (tmp_path / "b.tsv").write_text(f"{HEADER}某法第三条\t0000000c\t丙？\n\n", "utf-8")
    (tmp_path / "a.tsv").write_text(
        f"{HEADER}某法第一条;某法第二条\t0000000a,0000000b;0000000c\t甲？\n某法第九条\t0000000d\t 乙？\n",
        "utf-8",
    )
    (tmp_path / "notes.txt").write_text("不读", "utf-8")
    found = load_questions(tmp_path)
    assert [q.text for q in found] == ["甲？", "乙？", "丙？"]
    assert found[0].answers == (
        ("某法第一条", frozenset({"0000000a", "0000000b"})),
        ("某法第二条", frozenset({"0000000c"})),
    )
    assert load_questions(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "第 1 行"),
        ("某法第一条\t0000000a\t甲？\n", "第 1 行"),
        (HEADER + "某法第一条\t0000000a\t甲？\n某法第一条\t0000000a\n", "第 3 行"),
        (HEADER + "某法第一条\t0000000a\t \n", "第 2 行"),
        (HEADER + "某法第一条;某法第二条\t0000000a\t甲？\n", "各有指纹"),
        (HEADER + "甲;乙;丙;丁\t00000001;00000002;00000003;00000004\t甲？\n", "一至三条"),
        (HEADER + "某法第一条\t0000000\t甲？\n", "指纹"),
        (HEADER + "某法第一条\t0000000G\t甲？\n", "指纹"),
    ],
)
def test_a_damaged_file_is_explained(tmp_path, content, said):
    (tmp_path / "a.tsv").write_text(content, "utf-8")
    with pytest.raises(UnreadableFile, match=said) as error:
        load_questions(tmp_path)
    assert "a.tsv" in error.value.message and error.value.hint


def test_a_file_that_is_no_text_is_explained(tmp_path):
    (tmp_path / "a.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        load_questions(tmp_path)


def test_vectors_are_of_queries_and_computed_once(tmp_path):
    cache, model = EmbeddingCache(tmp_path / "cache.db"), Model()
    cache.put(model.key, [content_hash("甲？")], unit("p甲？")[None])  # a passage of the same words
    questions = [asks("甲？"), asks("乙？"), asks("甲？")]
    first = question_vectors(model, questions, cache)
    assert sorted(model.queries) == ["乙？", "甲？"] and not model.passages
    assert np.abs(first - np.vstack([unit("q甲？"), unit("q乙？"), unit("q甲？")])).max() < 1e-3
    model.queries.clear()
    assert (question_vectors(model, questions, cache) == first).all() and not model.queries
    cache.close()


def test_shipped_vectors_are_taken_first(tmp_path):
    path, model = tmp_path / "counting-1.questions.npz", Model()
    write_shipped(path, [content_hash(PREFIX + "甲？")], unit("shipped")[None])
    found = question_vectors(model, [asks("甲？"), asks("乙？")], None, [Shipped(path)])
    assert model.queries == ["乙？"]
    assert found[0] @ unit("shipped") > 0.999


def test_a_question_counts_where_address_and_text_agree():
    questions = [
        asks("甲？", ("某法第一条", TEXT)),
        asks("乙？", ("某法第一条", TEXT), ("某法第二条", OTHER)),
    ]
    predicted = PredictedQuestions(questions, np.eye(2, 4, dtype=np.float32))
    asked = predicted.attach(
        [
            ("fits", "某法第一条", TEXT.replace("；", ";")),
            ("amended", "某法第一条", OTHER),
            ("renumbered", "某法第三条", TEXT),
            ("second", "某法第二条", OTHER),
            ("other law", "他法第一条", TEXT),
        ]
    )
    assert asked.rows == {"fits": [0, 1], "second": [1]}


def test_several_texts_of_one_article():
    both = Question("甲？", (("某法第一条", frozenset({text_print(TEXT), text_print(OTHER)})),))
    predicted = PredictedQuestions([both], np.eye(1, 4, dtype=np.float32))
    asked = predicted.attach(
        [("old", "某法第一条", TEXT), ("new", "某法第一条", OTHER), ("x", "某法第一条", "别的")]
    )
    assert asked.rows == {"old": [0], "new": [0]}


def test_nearest_by_hand():
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 1]], np.float32)
    questions = [
        asks("甲", ("一", TEXT), ("二", TEXT)),
        asks("乙", ("一", TEXT)),
        asks("丙", ("三", TEXT)),
        asks("丁", ("三", TEXT)),
    ]
    asked = PredictedQuestions(questions, vectors).attach([(n, n, TEXT) for n in "一二三"])
    nearest = asked.nearest(np.array([0.8, 0.6], np.float32))  # cosines .8, .96, .6, .6
    assert nearest.ids.tolist() == ["一", "二", "三"]
    assert nearest.best == pytest.approx([0.96, 0.8, 0.6])
    assert nearest.second == pytest.approx([0.8, 0.0, 0.6])  # two equal ones are best and second
    assert (
        nearest.first(2) == ["一", "二"] and nearest.first(9) == ["一", "二", "三"] and nearest.first(0) == []
    )
    weights = np.exp(np.array([0.8, 0.96, 0.6, 0.6]) / 0.03)
    share = weights / weights.sum()
    assert nearest.vote == pytest.approx([share[0] + share[1], share[0], share[2] + share[3]], rel=1e-4)
    near = nearest.scores(["三", "四"])
    assert list(near) == ["三"] and (near["三"].best, near["三"].second) == pytest.approx((0.6, 0.6))


def test_questions_of_no_provision_have_no_vote():
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    questions = [asks("甲", ("一", TEXT)), asks("乙", ("废止了", TEXT))]
    asked = PredictedQuestions(questions, vectors).attach([("一", "一", TEXT)])
    assert asked.nearest(np.array([0, 1], np.float32)).vote == pytest.approx([1.0])


def test_nothing_attached():
    asked = PredictedQuestions([], np.zeros((0, 2), np.float32)).attach([("1", "某法第一条", TEXT)])
    nearest = asked.nearest(np.array([1, 0], np.float32))
    assert nearest.first(5) == [] and nearest.scores(["1"]) == {}
