"""The networks that weigh evidence, as they ship."""

from pathlib import Path

import numpy as np
import pytest

from assistant.grounding.evidence import NAMES
from assistant.grounding.support import FILE, Weigher, weights
from kb.embedding.weights import store
from kb.errors import NotReady


def test_the_shipped_networks_fit_the_program() -> None:
    shipped = weights()
    assert shipped is not None and shipped.features == list(NAMES)
    odd = np.full((2, len(NAMES)), [[1e9], [-1e9]])
    assert np.isfinite(shipped.chance(odd)).all()


def test_no_file_is_no_network_and_one_that_does_not_say_for_which_model_is_named(tmp_path: Path) -> None:
    assert weights(tmp_path / FILE) is None
    nameless = tmp_path / "nameless.safetensors"
    store([Weigher(2)], nameless, features=["a", "b"])
    with pytest.raises(NotReady, match="nameless"):
        weights(nameless)
