"""Networks that read a sentence beside a provision: what they learn from, and that they learn."""

import json
from collections import Counter
from pathlib import Path

import numpy as np

from assistant.grounding.entailment import LABELS, Entailment, entailment
from eval.claims import DEVELOPMENT, FRESH, HELD_OUT
from eval.training.entailment import fit, read
from eval.training.sentences import SENTENCES, Pair
from kb.base import KnowledgeBase
from kb.embedding.weights import store

ROWS = [json.loads(line) for line in SENTENCES.read_text("utf-8").splitlines()]


def test_every_sentence_has_a_provision_on_the_shelves_and_a_label(kb: KnowledgeBase) -> None:
    missing = sorted({r["address"] for r in ROWS if not kb.resolve(r["address"]).text})
    assert not missing
    assert {r["label"] for r in ROWS} <= set(LABELS)
    assert min(Counter(r["label"] for r in ROWS).values()) > 200
    assert len({(r["address"], r["claim"]) for r in ROWS}) == len(ROWS)


def test_no_sentence_stands_in_the_sets_that_are_measured_on() -> None:
    measured = [
        json.loads(line)["claim"]
        for file in (DEVELOPMENT, HELD_OUT, FRESH)
        for line in file.read_text("utf-8").splitlines()
    ]
    everything = "\n".join(measured)
    assert not [r["claim"] for r in ROWS if r["claim"].rstrip("。") in everything]


def test_networks_learn_and_come_back_as_they_were_trained(tmp_path: Path) -> None:
    loan, dog = "借款人应当按照约定的期限返还借款。", "饲养的动物造成他人损害的，饲养人应当承担侵权责任。"
    true = ["借了钱到日子就得还", "说好哪天还就哪天还", "狗咬了人主人得赔", "养的牲口伤了人要管"]
    false = ["借了钱不用还", "说好了也可以不还", "狗咬了人主人不用赔", "养的牲口伤了人不用管"]
    learnt = [Pair(s, text, "supported") for s, text in zip(true, (loan, loan, dog, dog), strict=True)]
    learnt += [Pair(s, text, "contradicted") for s, text in zip(false, (loan, loan, dog, dog), strict=True)]
    material = read(learnt)
    assert material.labels.tolist() == [0] * 4 + [1] * 4
    network = fit(material, seed=0, epochs=120)
    trained = Entailment([network])
    right, wrong = (np.array([trained.read(s, [loan]).odds[0] for s in some]) for some in (true, false))
    assert right.mean() > wrong.mean() + 0.5
    file = tmp_path / "entailment.safetensors"
    store([network], file, dim=material.said[0].shape[1])
    again = entailment(file)
    assert again is not None
    assert np.allclose([again.read(s, [loan]).odds[0] for s in true], right, atol=0.1)
