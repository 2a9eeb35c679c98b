import numpy as np

from eval.training.held_out import held_out
from eval.training.ranker import Query
from eval.training.result import Result
from kb.ranking.features import NAMES

COSINE, LEXICAL = NAMES.index("cosine"), NAMES.index("lexical_share")


def query(n: int, fold: int) -> Query:
    features = np.zeros((3, len(NAMES)), np.float32)
    features[:, COSINE] = [0.1, 0.9, 0.5]
    features[2, LEXICAL] = 1.0
    return Query(str(n), features, np.array([True, False, False]), 1, fold, 0.5)


def test_each_question_is_ranked_by_score_and_told_how_it_was_found() -> None:
    queries = [query(n, n % 2) for n in range(4)]
    result = Result({}, queries=queries, scores=[np.array([2.0, 0.0, 1.0], np.float32)] * 4)
    result.documents = {q.id: ["a", "b", "c"] for q in queries}
    titles = {"a": "民法典第一条", "b": "民法典第二条", "c": "民法典第三条"}
    vectors = {q.id: np.ones(2, np.float32) for q in queries[:3]}
    found = {h.id: h for h in held_out(result, titles, vectors, 1)}
    assert set(found) == {"0", "1", "2"}  # the fourth has no vector
    one = found["1"]
    assert (one.fold, one.titles) == (1, ("民法典第一条", "民法典第三条", "民法典第二条"))
    assert one.dense == (False, False, True) and one.lexical == (False, True, False)
    # in the other fold every first candidate answers and no other does, and half of the questions can be answered
    assert one.probability == (0.5, 0.0, 0.0)
