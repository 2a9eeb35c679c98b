"""The encoder that learns computes what the frozen one computes, and its gradients are right."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional as F  # noqa: N812

from eval.training.encoder import Encoder, _HalfLinear
from kb.embedding.bert import Bert
from kb.embedding.precision import PASSAGES, QUESTIONS

BF16 = 2**-8  # what rounding to bf16 changes a number by, relatively, at most
TEXTS = [*("query: " + q for q in QUESTIONS), *("passage: " + p for p in PASSAGES)]


@pytest.fixture(scope="module")
def exact(shipped: Path) -> Bert:
    return Bert(shipped, "fp32")


def test_it_computes_what_the_frozen_model_computes(shipped: Path, exact: Bert) -> None:
    tokens = exact.tokenize(TEXTS)
    with torch.inference_mode():
        ours = Encoder(shipped).encode(tokens, budget=512)
    theirs = torch.from_numpy(exact.encode(tokens))
    assert ours.dtype == torch.float32
    torch.testing.assert_close(ours.norm(dim=1), torch.ones(len(TEXTS)))
    assert float((ours * theirs).sum(1).min()) >= 0.9995


def test_padding_and_grouping_leave_the_order(shipped: Path, exact: Bert) -> None:
    encoder = Encoder(shipped)
    tokens = exact.tokenize([TEXTS[n] for n in (0, -1, 1, -2, 2)])
    assert len({len(t) for t in tokens}) > 2
    with torch.inference_mode():
        together, alone = encoder.encode(tokens, budget=10_000), torch.cat([encoder([t]) for t in tokens])
        grouped = encoder.encode(tokens, budget=1)
    assert float((together * alone).sum(1).min()) >= 0.9995
    torch.testing.assert_close(grouped, alone)


def test_gradients_of_a_layer_are_those_of_single_precision() -> None:
    torch.manual_seed(1)
    x = torch.randn(3, 5, 32).to(torch.bfloat16)
    weight, bias, wanted = torch.randn(16, 32), torch.randn(16), torch.randn(3, 5, 16)
    half = [x.clone().requires_grad_(), weight.clone().requires_grad_(), bias.clone().requires_grad_()]
    full = [x.float().requires_grad_(), weight.clone().requires_grad_(), bias.clone().requires_grad_()]
    out, expected = _HalfLinear.apply(*half), F.linear(*full)
    (out.float() * wanted).sum().backward()
    (expected * wanted).sum().backward()
    assert out.dtype == half[0].grad.dtype == torch.bfloat16
    assert half[1].grad.dtype == half[2].grad.dtype == torch.float32
    for ours, theirs in ((out, expected), *((h.grad, f.grad) for h, f in zip(half, full, strict=True))):
        assert float(((ours.float() - theirs).norm() / theirs.norm()).detach()) < 2 * BF16


def test_a_frozen_weight_gets_no_gradient() -> None:
    x = torch.randn(2, 8).to(torch.bfloat16).requires_grad_()
    weight, bias = torch.randn(4, 8), torch.randn(4)
    _HalfLinear.apply(x, weight, bias).float().sum().backward()
    assert weight.grad is None and bias.grad is None
    torch.testing.assert_close(x.grad.float(), weight.sum(0).expand(2, 8), rtol=0.05, atol=0.05)


@pytest.mark.parametrize("frozen", [0, 1])
def test_only_what_is_not_frozen_learns(trained: Path, frozen: int) -> None:
    encoder = Encoder(trained, frozen=frozen)
    assert {p.requires_grad for p in encoder.parameters()} == {not frozen}
    assert not encoder.words.requires_grad


def test_weights_come_out_as_they_went_in(trained: Path) -> None:
    before, after = load_file(trained / "model.safetensors"), Encoder(trained).tensors()
    assert set(before) == set(after)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_model_between_two(trained: Path) -> None:
    start = load_file(trained / "model.safetensors")
    encoder = Encoder(trained)
    with torch.no_grad():
        for weight in encoder.parameters():
            weight.add_(1.0)
    encoder.interpolate(trained, 0.25)
    learnt = {name for name in start if name.startswith("encoder.")}
    for name, tensor in encoder.tensors().items():
        expected = start[name].float() + (0.75 if name in learnt else 0.0)
        torch.testing.assert_close(tensor, expected)
