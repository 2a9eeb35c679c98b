from pathlib import Path

import numpy as np
import torch

from eval.training.encoder import Encoder
from eval.training.ranking import embed, nearest
from kb.embedding.bert import Bert
from kb.embedding.precision import PASSAGES


def test_vectors_come_in_the_order_of_the_texts(shipped: Path) -> None:
    tokens = Bert(shipped).tokenize(["passage: " + p for p in PASSAGES])
    told: list[tuple[int, int]] = []
    encoder = Encoder(shipped)
    vectors = embed(encoder, tokens, lambda *step: told.append(step))
    with torch.inference_mode():
        alone = torch.cat([encoder([t]) for t in tokens]).numpy()
    assert (vectors * alone).sum(1).min() >= 0.9995
    assert told[-1] == (len(tokens), len(tokens))
    assert embed(encoder, []).shape == (0, 384)


def test_nearest_first() -> None:
    passages = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], np.float32)
    questions = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
    assert nearest(questions, passages, 2, chunk=2).tolist() == [[0, 2], [1, 2], [3, 1]]
    assert nearest(questions, passages, 9).shape == (3, 4)
    assert nearest(questions[:0], passages, 2).shape == (0, 2)
