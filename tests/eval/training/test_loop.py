import random
from pathlib import Path

import pytest
import torch

from eval.training.batches import Item
from eval.training.encoder import Encoder
from eval.training.loop import Recipe, contrastive_loss, train
from kb.embedding.bert import Bert

# Written for this test; each is to learn an answer that has nothing to do with it.
QUESTIONS = ["狗咬了人", "工资不发", "树枝过界", "彩礼要退", "楼上漏水", "借钱不还", "分家不公", "水渠被堵"]
ANSWERS = ["天晴", "下雨", "刮风", "打雷", "起雾", "落雪", "结冰", "降霜"]


def test_loss_of_one_answer_by_hand() -> None:
    # ln(e^2 + e^0 + e^1) - 2
    loss = contrastive_loss(torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([[True, False, False]]))
    assert float(loss) == pytest.approx(0.407606, abs=1e-5)


def test_answers_of_a_question_do_not_compete() -> None:
    # The mean of ln(1 + e^-2) and ln(1 + e^-1); with the row above, the mean of both.
    scores = torch.tensor([[2.0, 0.0, 1.0], [2.0, 0.0, 1.0]])
    positive = torch.tensor([[True, False, True], [True, False, False]])
    assert float(contrastive_loss(scores[:1], positive[:1])) == pytest.approx(0.220095, abs=1e-5)
    assert float(contrastive_loss(scores, positive)) == pytest.approx(0.313850, abs=1e-5)


def test_a_batch_without_a_wrong_passage_teaches_nothing() -> None:
    scores = torch.tensor([[0.5, 0.1]], requires_grad=True)
    loss = contrastive_loss(scores, torch.tensor([[True, True]]))
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == 0.0
    assert scores.grad is not None and scores.grad.tolist() == [[0.0, 0.0]]


@pytest.mark.filterwarnings("error")
def test_training_lowers_the_loss_and_leaves_the_frozen_layers(shipped: Path) -> None:
    bert = Bert(shipped)
    encoder = Encoder(shipped, frozen=10)
    before = {name: tensor.clone() for name, tensor in encoder.tensors().items()}
    tokens = dict(zip(QUESTIONS, bert.tokenize(["query: " + q for q in QUESTIONS]), strict=True))
    passages = bert.tokenize(["passage: " + a for a in ANSWERS])
    items = [Item(q, (n,)) for n, q in enumerate(QUESTIONS)]
    seen: list[tuple[int, int, float]] = []
    recipe = Recipe(epochs=12, batch=8, run=2, learning_rate=2e-4, temperature=0.05, negatives=0.0)

    def loss() -> float:
        with torch.inference_mode():
            asked, read = encoder.encode([tokens[q] for q in QUESTIONS]), encoder.encode(passages)
            return float(contrastive_loss(asked @ read.T / 0.05, torch.eye(8, dtype=torch.bool)))

    first = loss()
    train(encoder, items, tokens, passages, recipe, lambda *told: seen.append(told))
    assert loss() < first / 2
    assert [(done, total) for done, total, _ in seen] == [(n, 12) for n in range(1, 13)]
    assert seen[0][2] == pytest.approx(first, rel=0.05)
    after = encoder.tensors()
    for name, tensor in before.items():
        learns = name.startswith(("encoder.layer.10.", "encoder.layer.11."))
        # Adding a number to all keys changes no softmax: that bias has no gradient but noise.
        assert name.endswith("self.key.bias") or torch.equal(tensor, after[name]) != learns, name


def test_the_same_seed_gives_the_same_weights(trained: Path) -> None:
    rng = random.Random(3)
    tokens = {q: [0, *rng.choices(range(4, 40), k=6), 2] for q in QUESTIONS}
    passages = [[0, *rng.choices(range(4, 40), k=6), 2] for _ in ANSWERS]
    items = [Item(q, (n,)) for n, q in enumerate(QUESTIONS)]
    encoders = [Encoder(trained) for _ in range(2)]
    for encoder in encoders:
        train(encoder, items, tokens, passages, Recipe(epochs=2, batch=4, run=2, learning_rate=1e-3))
    one, two = (encoder.tensors() for encoder in encoders)
    assert all(torch.equal(one[name], two[name]) for name in one)
