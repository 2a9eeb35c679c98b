import numpy as np
import pytest

from eval.training.config import RankerConfig, load_config
from eval.training.measures import auroc
from eval.training.ranker import Query, calibrate, fit, network
from kb.ranking.features import NAMES
from kb.ranking.model import Content, Ranker

COSINE, LENGTH, SHARE = (NAMES.index(n) for n in ("cosine", "log_length", "asked_share"))


@pytest.fixture
def config() -> RankerConfig:
    return load_config().ranker.model_copy(update={"networks": 1})


def toy(count: int, seed: int) -> list[Query]:
    """What answers has the greatest cosine, above .7; every fourth question has no answer, and none above .6."""
    rng = np.random.default_rng(seed)
    queries = []
    for n in range(count):
        features = rng.uniform(0.2, 0.6, (12, len(NAMES))).astype(np.float32)
        features[:, SHARE] = 1.0  # never varies
        relevant = np.zeros(12, np.bool_)
        if n % 4:
            relevant[rng.integers(12)] = True
            features[relevant, COSINE] = rng.uniform(0.7, 0.9)
        queries.append(Query(str(n), features, relevant, int(n % 4 > 0), n % 3))
    return queries


@pytest.fixture(scope="module")
def learnt() -> Content:
    return fit(toy(240, 1), load_config().ranker.model_copy(update={"networks": 1}), 1, "model-1")


def test_it_learns_what_answers(learnt: Content) -> None:
    ranker, fresh = Ranker(learnt), toy(120, 2)
    assert ranker.model_key == "model-1"
    scores = [ranker.scores(q.features) for q in fresh]
    answered = [(s, q) for s, q in zip(scores, fresh, strict=True) if q.answers]
    assert np.mean([q.relevant[s.argmax()] for s, q in answered]) > 0.95
    found = [float(s.max()) for s, _ in answered]
    nothing = [float(s.max()) for s, q in zip(scores, fresh, strict=True) if not q.answers]
    assert auroc(found, nothing) > 0.95


def test_probabilities_are_of_answering(learnt: Content) -> None:
    ranker, fresh = Ranker(learnt), toy(120, 2)
    features, relevant = (
        np.concatenate([q.features for q in fresh]),
        np.concatenate([q.relevant for q in fresh]),
    )
    probability = ranker.probability(ranker.scores(features))
    assert probability[relevant].mean() > 0.8 and probability[~relevant].mean() < 0.05
    assert probability.mean() == pytest.approx(relevant.mean(), abs=0.02)


def test_what_never_varied_does_not_decide(learnt: Content) -> None:
    ranker, (query, *_) = Ranker(learnt), [q for q in toy(120, 2) if q.answers]
    other = query.features.copy()
    other[:, SHARE] = 0.0
    assert query.relevant[ranker.scores(other).argmax()]


def test_a_linear_ranker_learns_too(config: RankerConfig) -> None:
    content = network(toy(240, 1), config.model_copy(update={"hidden": 0}), 1)
    assert [np.array(layer.weight).shape for layer in content.layers] == [(1, len(NAMES))]
    weights = np.array(content.layers[0].weight)[0]
    assert weights.argmax() == COSINE and abs(weights[LENGTH]) < weights[COSINE] / 4


@pytest.mark.parametrize("hidden", [0, 4])
def test_several_networks_are_their_mean(config: RankerConfig, hidden: int) -> None:
    queries = toy(40, 1)
    quick = config.model_copy(update={"epochs": 3, "hidden": hidden, "networks": 1})
    both = Ranker(network(queries, quick.model_copy(update={"networks": 2}), 5)).scores(queries[0].features)
    apart = [Ranker(network(queries, quick, seed)).scores(queries[0].features) for seed in (5, 6)]
    assert not np.allclose(*apart)
    assert both == pytest.approx(np.mean(apart, axis=0), abs=1e-5)


def test_questions_with_any_number_of_candidates(config: RankerConfig) -> None:
    short = [Query("s", q.features[:n], q.relevant[:n], 1, 0) for n, q in enumerate(toy(9, 3))]
    content = network(short, config.model_copy(update={"epochs": 2}), 1)
    assert np.isfinite(Ranker(content).scores(short[5].features)).all()


def test_the_same_seed_gives_the_same_ranker(config: RankerConfig) -> None:
    quick = config.model_copy(update={"epochs": 3})
    assert fit(toy(30, 1), quick, 1) == fit(toy(30, 1), quick, 1) != fit(toy(30, 1), quick, 2)
    with pytest.raises(ValueError, match="no queries"):
        fit([], quick, 1)


def test_calibration_by_hand() -> None:
    scores = np.array([0.0, 1.0, 2.0, 3.0], np.float32)
    # Isotonic: the two in the middle, out of order, share their mean.
    curve = calibrate(scores, np.array([False, True, False, True]))
    assert np.interp(scores, curve["score"], curve["probability"]).tolist() == [0.0, 0.5, 0.5, 1.0]


@pytest.mark.parametrize("seed", range(3))
def test_calibration_rises_within_0_and_1(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=3000).astype(np.float32)
    curve = calibrate(scores, rng.random(3000) < 1 / (1 + np.exp(-2 * scores)))
    score, probability = np.array(curve["score"]), np.array(curve["probability"])
    assert 2 < len(score) <= 40
    assert (np.diff(score) >= 0).all() and (np.diff(probability) >= 0).all()
    assert probability.min() >= 0 and probability.max() <= 1
    middle = np.linspace(-2, 2, 9)
    expected = 1 / (1 + np.exp(-2 * middle))
    assert np.abs(np.interp(middle, score, probability) - expected).max() < 0.2
