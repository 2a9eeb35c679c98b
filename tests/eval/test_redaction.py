"""The measurement of redaction: records with known spans, strict counting, damage to published cases."""

import json
from pathlib import Path

import numpy as np
import pytest

from eval import redaction
from eval.redaction_pools import pools
from eval.redaction_records import HANDS, HELD_OUT, Record, forms, generate, parse_marked
from eval.redaction_training import examples, fit, plain, save, tags
from kb.errors import BadRequest
from kb.redaction.analysis import Analysis
from kb.redaction.network import FILE, network
from kb.redaction.types import NUMBERS, Kind, Span


def test_records_are_the_same_for_a_seed_and_spans_are_where_they_say() -> None:
    records = generate(60, 5, held_out=True)
    assert records == generate(60, 5, held_out=True)
    assert records != generate(60, 6, held_out=True)
    assert {s.kind for r in records for s in r.spans} >= {Kind.NAME, Kind.PHONE, Kind.ID}
    for record in records:
        assert "⟦" not in record.text and "{" not in record.text
        assert all(record.text[s.start : s.end].strip() for s in record.spans)


def test_forms_for_development_and_those_held_out_are_different() -> None:
    tuned = {form for hand in HANDS for style in forms(hand) for form in style}
    held = {form for style in forms(HELD_OUT) for form in style}
    assert len(tuned) >= 480 and len(held) >= 90 and not tuned & held


def test_a_hand_can_be_left_out() -> None:
    parts = [{form for style in forms(hand) for form in style} for hand in HANDS]
    assert sum(map(len, parts)) == len(set.union(*parts)) and min(map(len, parts)) >= 50
    assert generate(30, 5, held_out=False, hands=["k"]) != generate(30, 5, held_out=False, hands=["t", "p"])


def test_records_held_out_are_filled_from_other_lists() -> None:
    (held,) = pools(held_out=True)
    for tuned in pools(held_out=False):
        for name in ("names", "wordy", "whole", "plain", "villages", "communities", "towns", "laws", "orgs"):
            assert not set(getattr(tuned, name)) & set(getattr(held, name)), name
        assert not {p for part in tuned.dotted for p in part} & {p for part in held.dotted for p in part}


def test_every_bar_is_a_floor_that_design_asks_for() -> None:
    assert redaction.BARS == {"numbers": 0.99, "names": 0.97, "precision": 0.95}


def test_there_are_enough_hand_written_cases() -> None:
    tuned, held = redaction.load_hard(held_out=False), redaction.load_hard(held_out=True)
    assert len(held) >= 60 and len(tuned) >= 140
    assert len({r.text for r in tuned + held}) == len(tuned) + len(held)


def test_counting_is_strict() -> None:
    whole = parse_marked("a", "电话⟦phone:13912345678⟧。", ["电话"])
    partly = Record("b", "电话13912345678。", (Span(1, 13, Kind.PHONE),))
    result = redaction.score([whole, partly], explain=True)
    assert (result.found["phone"], result.gold["phone"]) == (1, 2)
    assert (result.right, result.predicted) == (2, 2)
    assert result.recall(NUMBERS) == 0.5 and result.kept[True] == 1
    wrong = redaction.score([Record("c", "电话13912345678。", ())])
    assert wrong.precision == 0.0


def test_damage_to_published_cases_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    row = {"案情": "张某某欠李某3万元，诸暨市人民法院依《人民调解法》第三十三条确认。"}
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    found = redaction.survival(file)
    assert found["counts"] == {"amounts": [1, 1], "citations": [1, 1], "bodies": [1, 1]}
    assert found["lost"] == [] and found["hidden"] == {}


@pytest.mark.parametrize("content", ["nonsense", '{"id": "x"}'])
def test_a_damaged_set_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "hard.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadRequest, match=r"hard\.jsonl"):
        redaction.load_hard(file)


def test_the_bars_hold_on_records_for_tuning() -> None:
    """A small guard against worse rules; the reported figures are of other records (docs/privacy.md)."""
    result = redaction.score(generate(60, redaction.TUNED_ON, held_out=False))
    assert result.recall(NUMBERS) >= redaction.BARS["numbers"]
    assert (
        result.recall([Kind.NAME]) >= redaction.BARS["names"]
        and result.precision >= redaction.BARS["precision"]
    )
    assert result.changed == 0


def test_every_character_of_a_record_has_its_tag() -> None:
    record = parse_marked("a", "⟦name:王大爷⟧住⟦village:下洼村⟧⟦address:3组⟧，找⟦name:李建国⟧要钱。")
    found = tags(record, Analysis(record.text)).tolist()
    assert found == [1, 2, 2, 0, 3, 4, 4, 7, 8, 0, 0, 1, 2, 2, 0, 0, 0]


def test_a_scan_has_the_tags_of_its_characters_without_blanks() -> None:
    record = parse_marked("a", "申 请 人 ⟦name:王 建 国⟧ 找 李 桂 芳 要 钱")
    found = tags(record, Analysis(record.text)).tolist()
    assert found[3:6] == [1, 2, 2] and sum(map(bool, found)) == 3


def test_a_trained_network_comes_back_as_it_was_trained(tmp_path: Path) -> None:
    made = examples([*generate(10, 3, held_out=False), *plain(["当事人应当全面履行约定的义务。"])])
    net = fit(made, epochs=70)
    save(net, tmp_path / FILE)
    again = network(tmp_path / FILE)
    one = made[0]
    before, after = (n.tags(one.text, one.found) for n in (net, again))
    assert np.allclose(before, after, atol=0.01)
    inside = before[one.tags > 0][:, 1:].sum(axis=1).mean()
    assert inside > before[one.tags == 0][:, 1:].sum(axis=1).mean()  # it has begun to learn
