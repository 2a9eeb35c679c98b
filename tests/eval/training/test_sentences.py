"""The sentences that the check learns from, and what they stand beside."""

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant.grounding.entailment import LABELS
from eval.claims import DEVELOPMENT, FRESH, HELD_OUT
from eval.training import sentences as module
from eval.training.sentences import SENTENCES, development, written
from kb.base import KnowledgeBase

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


def test_true_sentences_stand_beside_wrong_provisions_too(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text(
        '{"address": "民法典第六百七十五条", "label": "contradicted", "claim": "借了钱不用还"}\n'
        '{"address": "民法典第一千零六十七条第二款", "label": "supported", "claim": "成年子女要养父母"}\n',
        "utf-8",
    )
    monkeypatch.setattr(module, "SENTENCES", few)
    pairs = written(kb)
    own, *wrong, last = pairs  # sorted by what they are about
    assert (own.label, own.addresses) == ("supported", ("民法典第一千零六十七条第二款",))
    assert (last.label, last.addresses) == ("contradicted", ("民法典第六百七十五条",))
    assert {p.about for p in wrong} == {"民法典第一千零六十七条"} == {own.about}
    assert all(p.text == kb.resolve(p.addresses[0]).text for p in pairs)
    assert {p.label for p in wrong} == {"wrong_article"}
    addresses = {a for p in wrong for a in p.addresses}
    assert "民法典第一千零六十七条第一款" in addresses
    near = {f"民法典第一千零{n}条" for n in ("六十四", "六十五", "六十六", "六十八", "六十九", "七十")}
    assert addresses & near  # one of those around, or it was found as well
    assert own.addresses[0] not in addresses and own.about not in addresses
    few.write_text('{"address": "民法典第九千条", "label": "supported", "claim": "x"}\n', "utf-8")
    with pytest.raises(ValueError, match="九千"):
        written(kb)


def test_pairs_for_development_are_read_as_the_check_reads_them(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few = tmp_path / "few.jsonl"
    rows = [
        ("a", "altered_number", "《民法典》第一百八十八条说时效是五年。", "民法典第一百八十八条"),
        ("b", "supported", "《民法典》第六百七十五条规定：“{text}”", "民法典第六百七十五条"),
        ("c", "invented_law", "《邻里和睦法》第三条要求借债必还。", ""),
    ]
    few.write_text(
        "\n".join(
            json.dumps(dict(zip(("id", "label", "claim", "address"), row, strict=True))) for row in rows
        ),
        "utf-8",
    )
    monkeypatch.setattr(module, "DEVELOPMENT", few)
    [(claim, pair)] = development(kb)  # a quotation, and a law that isn't there, decide for themselves
    assert claim.id == "a" and pair.label == "number"
    assert pair.addresses == (pair.about,) == ("民法典第一百八十八条",)
    assert pair.text == kb.resolve("民法典第一百八十八条").text
    assert "五年" in pair.statement and "民法典" not in pair.statement
