import json

import numpy as np
import pytest

from kb.errors import NotReady
from kb.ranking.features import NAMES
from kb.ranking.model import Content, Ranker, load_ranker
from tests.kb.ranking.handmade import content, ranker


def features(**values):
    return np.array([[values.get(name, 0.0) for name in NAMES]], np.float32)


def test_one_layer_by_hand():
    found = ranker(cosine=0.5, asked=0.25)
    x = np.vstack([features(cosine=0.8, asked=0.4), features(cosine=-2.0), features(cosine=4.0)])
    assert found.scores(x) == pytest.approx([0.5, -1.0, 2.0])
    assert found.probability(found.scores(x)) == pytest.approx([0.5, 0.0, 1.0])  # the ends hold


def test_two_layers_by_hand():
    data = content({})
    data["mean"][0], data["scale"][0] = 1.0, 2.0
    row = [0.0] * len(NAMES)
    data["layers"] = [
        {"weight": [[1.0, *row[1:]], [-1.0, *row[1:]]], "bias": [0.0, 0.5]},
        {"weight": [[2.0, 3.0]], "bias": [0.1]},
    ]
    (score,) = Ranker(Content(**data)).scores(features(**{NAMES[0]: 2.0}))  # standardised: 0.5
    assert score == pytest.approx(2 * np.tanh(0.5) + 3 * np.tanh(0.0) + 0.1)


def test_calibration_is_interpolated():
    data = content({})
    data["calibration"] = {"score": [-1.0, 0.0, 3.0], "probability": [0.1, 0.1, 0.7]}
    found = Ranker(Content(**data)).probability(np.array([-5, -0.5, 1.5, 9], np.float32))
    assert found == pytest.approx([0.1, 0.1, 0.4, 0.7])


def test_what_can_be_answered_is_a_regression():
    data = content({})
    assert Ranker(Content(**data)).answerable(np.ones(3, np.float32)) == 1.0
    data["answerable"] = {"weight": [2.0, -1.0], "bias": 0.5}
    found = Ranker(Content(**data))
    assert found.answerable(np.array([0.5, 1.5], np.float32)) == pytest.approx(0.5)
    assert found.answerable(np.array([1.0, 0.0], np.float32)) == pytest.approx(1 / (1 + np.exp(-2.5)))
    with pytest.raises(NotReady, match="维数"):
        found.answerable(np.ones(3, np.float32))


def endless(data):
    data["answerable"] = {"weight": [float("inf")], "bias": 0.0}


def wrong_names(data):
    data["features"][0] = "moon"


def wrong_order(data):
    data["features"].reverse()


def short_mean(data):
    data["mean"].pop()


def zero_scale(data):
    data["scale"][0] = 0.0


def transposed(data):
    data["layers"][0]["weight"] = [[w] for w in data["layers"][0]["weight"][0]]


def ragged(data):
    data["layers"].insert(0, {"weight": [[1.0], [1.0, 2.0]], "bias": [0.0, 0.0]})


def two_outputs(data):
    data["layers"][0] = {"weight": [[0.0] * len(NAMES)] * 2, "bias": [0.0, 0.0]}


def no_layers(data):
    data["layers"] = []


def falling(data):
    data["calibration"]["probability"] = [1.0, 0.0]


def above_one(data):
    data["calibration"]["probability"] = [0.0, 1.5]


def no_calibration(data):
    data["calibration"] = {"score": [], "probability": []}


def no_key(data):
    del data["model_key"]


@pytest.mark.parametrize(
    "damage",
    [wrong_names, wrong_order, short_mean, zero_scale, transposed, ragged, two_outputs, no_layers, falling,
     above_one, no_calibration, no_key, endless],
)  # fmt: skip
def test_what_does_not_fit_is_refused(tmp_path, damage):
    data = content({})
    damage(data)
    path = tmp_path / "ranker.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(NotReady, match="排序模型") as error:
        load_ranker("model-1", path)
    assert "corpora/ranker" in error.value.hint


def test_a_file_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "ranker.json"
    path.write_bytes(b"{")
    with pytest.raises(NotReady, match=r"ranker\.json"):
        load_ranker("model-1", path)


def test_it_belongs_to_one_embedding_model(tmp_path):
    path = tmp_path / "ranker.json"
    assert load_ranker("model-1", path) is None
    path.write_text(json.dumps(content({"cosine": 1.0})), "utf-8")
    found = load_ranker("model-1", path)
    assert found is not None and (found.model_key, found.questions) == ("model-1", "handmade")
    assert load_ranker("model-2", path) is None
