"""The networks that read a sentence beside a provision."""

from pathlib import Path

import numpy as np
import pytest
import torch

from assistant.grounding.entailment import (
    FILE,
    LABELS,
    PIECES,
    WINDOW,
    InferenceNetwork,
    entailment,
    pad,
    states,
    windows,
)
from eval.claims import DEVELOPMENT, load_pairs
from kb.base import KnowledgeBase
from kb.embedding.lower import lower_half
from kb.errors import NotReady


def test_what_is_borne_out_is_told_from_what_is_not(kb: KnowledgeBase) -> None:
    """On pairs of a writer whom the networks never read."""
    networks = entailment()
    assert networks is not None
    plain = [p for p in load_pairs(kb, DEVELOPMENT) if "：“" not in p.claim and "「" not in p.claim]
    told: dict[bool, list[float]] = {True: [], False: []}
    for pair in plain[::3]:
        if pair.label not in ("supported", "unsupported", "wrong_article"):
            continue
        text = kb.resolve(pair.address, pair.on).text
        told[pair.label == "supported"] += networks.read(pair.claim, [text]).odds.tolist()
    right, wrong = np.array(told[True]), np.array(told[False])
    assert min(len(right), len(wrong)) >= 15
    assert (right[:, None] > wrong[None]).mean() > 0.8  # AUC; a coin has .5


def test_padding_changes_nothing() -> None:
    network = InferenceNetwork(lower_half().dim).eval()
    said, text = states("借钱不还要还利息"), states("借款人应当返还借款。", passage=True)
    long = states("与此无关的很长的一段文字，" * 6, passage=True)
    alone = network(*pad([said]), *pad([text]))
    together = network(*pad([said, said]), *pad([text, long]))
    assert alone.shape == (1, len(LABELS))
    assert torch.allclose(alone[0], together[0], atol=1e-5)


def test_a_long_text_counts_by_its_likeliest_part(kb: KnowledgeBase) -> None:
    networks = entailment()
    assert networks is not None
    text = kb.resolve("民法典第六百七十五条").text
    other = kb.resolve("道路交通安全法第七十六条").text
    said = "借条上没写哪天还的，出借人可以让他在合理的日子里还"
    whole = networks.read(said, [f"{other}\n{text}"]).odds[0]
    parts = windows(f"{other}\n{text}")
    assert len(parts) > 1
    assert whole == pytest.approx(networks.read(said, parts).odds.max(), abs=1e-3)


def test_parts_are_whole_sentences_and_lose_nothing() -> None:
    text = "\n".join(f"第{n}句讲的是同一件事，说得不长。" for n in range(60))
    parts = windows(text)
    assert "".join(parts) == text and len(parts) > 1
    assert all(len(part) <= WINDOW and part.rstrip().endswith("。") for part in parts)
    endless = "没有句号" * 200
    assert windows(endless) == [endless]
    assert len(states(endless, passage=True)) == PIECES


def test_odd_texts_have_finite_odds() -> None:
    networks = entailment()
    assert networks is not None
    for said in ("", "？", "a" * 3000, "\u200b"):
        assert np.isfinite(networks.read(said, ["", "。", "借款人应当返还借款。"]).odds).all()
    assert networks.read("借钱要还", []).odds.shape == (0,)


def test_no_file_is_no_network_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    assert entailment(tmp_path / FILE) is None
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing")
    with pytest.raises(NotReady, match="broken"):
        entailment(broken)
