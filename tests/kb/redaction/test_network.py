"""The network's file: what is wrong with it is said."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import save_file

from kb.errors import NotReady
from kb.redaction.analysis import Analysis
from kb.redaction.features import features
from kb.redaction.network import FILE, TAGS, Network, network


def test_tags_are_probabilities() -> None:
    text = "王建国打了李芳"
    chances = network().tags(text, features(Analysis(text)))
    assert chances.shape == (len(text), TAGS)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-4)
    assert chances[0, 1] > 0.5 > chances[3, 1]  # 王 begins a name, 打 doesn't


def test_an_unknown_character_is_one_like_any_other_unknown() -> None:
    net = Network("王", 4)
    assert net.numbers("王鿋鿌").tolist() == [2, 1, 1]


def test_a_damaged_network_is_named(tmp_path: Path) -> None:
    file = tmp_path / FILE
    with pytest.raises(NotReady, match="network"):
        network(file)
    file.write_bytes(b"{}")
    with pytest.raises(NotReady, match="network"):
        network(file)


def test_a_network_for_other_features_is_refused(tmp_path: Path) -> None:
    file, net = tmp_path / FILE, Network("王李", 4)
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    weights["mix.weight"] = weights["mix.weight"][:, :-1].clone()
    save_file(weights, file, {"characters": "王李", "dim": "4"})
    with pytest.raises(NotReady, match="network"):
        network(file)
