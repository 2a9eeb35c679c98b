"""Networks that read a sentence beside a provision: they learn."""

from pathlib import Path

import numpy as np

from assistant.grounding.entailment import Entailment, entailment
from eval.training.entailment import fit, read
from eval.training.sentences import Pair
from kb.clock import today
from kb.embedding.weights import store


def test_networks_learn_and_come_back_as_they_were_trained(tmp_path: Path) -> None:
    loan, dog = "借款人应当按照约定的期限返还借款。", "饲养的动物造成他人损害的，饲养人应当承担侵权责任。"
    true = ["借了钱到日子就得还", "说好哪天还就哪天还", "狗咬了人主人得赔", "养的牲口伤了人要管"]
    false = ["借了钱不用还", "说好了也可以不还", "狗咬了人主人不用赔", "养的牲口伤了人不用管"]
    texts = (loan, loan, dog, dog)
    learnt = [
        Pair(said, text, label, (), "", today())
        for label, some in (("supported", true), ("contradicted", false))
        for said, text in zip(some, texts, strict=True)
    ]
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
