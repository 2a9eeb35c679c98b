"""The lower half of the shipped encoder."""

import numpy as np

from kb.embedding.bert import Bert
from kb.embedding.lower import DEPTH, lower_half
from kb.embedding.shipped_model import shipped_model


def test_it_is_the_lower_half_of_the_whole() -> None:
    half, whole = Bert(shipped_model(), depth=DEPTH), Bert(shipped_model())
    assert (len(half.layers), len(whole.layers)) == (DEPTH, 2 * DEPTH)
    (tokens,) = half.tokenize(["邻居家的树枝伸到我家院子里怎么办"])
    whole.layers = whole.layers[:DEPTH]
    assert np.allclose(half.states(tokens), whole.states(tokens), atol=1e-5)
    assert half.states(tokens).shape == (len(tokens), half.dim)


def test_a_whole_text_is_the_mean_of_its_pieces() -> None:
    whole = Bert(shipped_model())
    (tokens,) = whole.tokenize(["借钱不还怎么办"])
    mean = whole.states(tokens).mean(axis=0)
    assert np.allclose(mean / np.linalg.norm(mean), whole.encode([tokens])[0], atol=1e-5)


def test_it_is_loaded_once() -> None:
    assert lower_half() is lower_half()
