"""The sets of claims and the provisions that they cite."""

import json
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from eval.claims import (
    DEVELOPMENT,
    FRESH,
    HELD_OUT,
    UNSUPPORTED,
    WRONG_CITATION,
    Judged,
    Label,
    Pair,
    figures,
    load_pairs,
)
from kb.base import KnowledgeBase
from kb.citation.quote import plain
from kb.clock import today
from kb.errors import BadRequest

SETS = (DEVELOPMENT, HELD_OUT, FRESH)
#: Characters in a row that a paraphrase may share with what it cites.
RUN = 18


@pytest.mark.parametrize("file", SETS, ids=lambda f: f.stem)
def test_every_pair_is_whole_and_cites_what_exists_where_it_should(kb: KnowledgeBase, file: Path) -> None:
    pairs = load_pairs(kb, file)
    assert len(pairs) >= 400
    assert len({p.id for p in pairs}) == len(pairs)
    assert {p.label for p in pairs} == set(get_args(Label))
    gone = ("repealed", "invented_law")
    broken = [p.id for p in pairs if p.label not in gone and not kb.resolve(p.address, p.on).ok]
    assert not broken
    invented = [p for p in pairs if p.label == "invented_law"]
    assert not [p.id for p in invented if p.address and kb.resolve(p.address, p.on).ok]


@pytest.mark.parametrize("file", SETS, ids=lambda f: f.stem)
def test_no_paraphrase_is_copied_from_what_it_cites(kb: KnowledgeBase, file: Path) -> None:
    copied = []
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        found = kb.resolve(row["address"], today()) if row["address"] else None
        if found is None or found.provision is None:
            continue
        said, law = plain(row["claim"].replace("{text}", "")), plain(found.provision.text)
        copied += [row["id"] for n in range(len(said) - RUN + 1) if said[n : n + RUN] in law][:1]
    assert not copied


def test_no_claim_stands_in_two_sets() -> None:
    claims = [json.loads(line)["claim"] for file in SETS for line in file.read_text("utf-8").splitlines()]
    assert not [c for c, n in Counter(claims).items() if n > 1]


def test_figures_are_shares_of_what_was_judged() -> None:
    def judged(label: Label, passes: bool) -> Judged:
        return Judged(Pair("x", label, "", "", today()), "supported" if passes else "unsupported", passes)

    found = figures(
        [judged("supported", True)] * 3
        + [judged("supported", False)]
        + [judged(label, False) for label in WRONG_CITATION + UNSUPPORTED]
        + [judged("repealed", True), judged("contradicted", True)]
    )
    assert found["wrong_citation"] == pytest.approx(3 / 4)
    assert found["unsupported"] == pytest.approx(4 / 5)
    assert found["precision"] == pytest.approx(7 / 8)
    assert found["supported_passed"] == pytest.approx(3 / 4)


def test_a_line_that_is_no_pair_is_named(kb: KnowledgeBase, tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(
        '{"id": "x", "label": "supported", "claim": "“{text}”", "address": "民法典第九千条"}\n', "utf-8"
    )
    with pytest.raises(BadRequest, match="第 1 行"):
        load_pairs(kb, file)
    with pytest.raises(BadRequest, match="没有核查用的句子集"):
        load_pairs(kb, tmp_path / "none.jsonl")
