"""The sample villages, their rules in four formats, and the labels of every clause."""

import json
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import corpora
from ingest.parsers.parse import parse as parse_document
from ingest.readers.read import read
from kb.catalog.incoming import Parsed
from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.citation.resolver import Resolver

TODAY = date(2026, 11, 21)
VILLAGES: list[dict[str, Any]] = tomllib.loads(corpora.path("villages.toml").read_text(encoding="utf-8"))[
    "village"
]
LABELS: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted(corpora.ROOT.glob("village_rules/labels-*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
IDS = [v["id"] for v in VILLAGES]


@pytest.fixture(scope="module")
def parsed() -> dict[str, Parsed]:
    return {v["id"]: parse_document(read(corpora.path(v["rules"]))) for v in VILLAGES}


def test_villages_are_listed_properly() -> None:
    assert len(VILLAGES) >= 12
    assert len(set(IDS)) == len({v["name"] for v in VILLAGES}) == len(VILLAGES)
    assert len({v["place"][0] for v in VILLAGES}) >= 10
    for village in VILLAGES:
        assert len(village["place"]) == 4
        assert village["adopted"] < village["filed"] <= TODAY
        assert corpora.path(village["rules"]).is_file()


def test_every_format_an_office_keeps() -> None:
    assert {Path(v["rules"]).suffix for v in VILLAGES} == {".md", ".docx", ".xlsx", ".pdf"}


def test_no_file_is_left_over() -> None:
    files = {p.name for p in corpora.path("village_rules").iterdir() if p.suffix != ".jsonl"}
    assert files == {Path(v["rules"]).name for v in VILLAGES}


def test_enough_clauses_and_some_that_overstep() -> None:
    assert len(LABELS) >= 300
    verdicts = Counter(label["verdict"] for label in LABELS)
    assert set(verdicts) == {"lawful", "doubtful", "overstep"}
    assert 0.08 <= verdicts["overstep"] / len(LABELS) <= 0.25
    wrong = {label["village"] for label in LABELS if label["verdict"] == "overstep"}
    assert wrong < set(IDS)  # some villages are clean


@pytest.mark.parametrize("village", VILLAGES, ids=IDS)
def test_the_parser_reads_what_the_list_says(parsed: dict[str, Parsed], village: dict[str, Any]) -> None:
    found = parsed[village["id"]]
    assert found.village is not None
    assert (found.village.id, found.village.name, found.village.place) == (
        village["id"], village["name"], village["place"]
    )  # fmt: skip
    assert (found.village.adopted, found.village.filed) == (village["adopted"], village["filed"])
    assert found.village.sample
    assert all(rule.sample and rule.village == village["id"] for rule in found.rules)


@pytest.mark.parametrize("village", IDS)
def test_labels_match_the_clauses(parsed: dict[str, Parsed], village: str) -> None:
    labels = [label for label in LABELS if label["village"] == village]
    rules = parsed[village].rules
    assert [(label["index"], label["label"]) for label in labels] == [(r.index, r.label) for r in rules]
    assert len(rules) >= 25
    assert all(len(rule.text) >= 6 for rule in rules)


@pytest.mark.parametrize("village", VILLAGES, ids=IDS)
def test_the_document_says_that_it_is_a_sample(village: dict[str, Any]) -> None:
    text = read(corpora.path(village["rules"])).text
    assert "样本（虚构）" in "".join(text.split())


def test_what_a_clause_violates_is_law_today(names: LawNames, resolver: Resolver) -> None:
    wrong = []
    for label in LABELS:
        if label["verdict"] == "lawful":
            assert set(label) == {"village", "index", "label", "verdict"}
            continue
        assert label["kind"]
        assert label["reason"]
        assert label["provisions"]
        for address in label["provisions"]:
            results = [resolver.resolve(c, TODAY) for c in parse(address, names)]
            if len(results) != 1 or not results[0].ok or results[0].address != address:
                wrong.append((label["village"], label["index"], address, [r.message for r in results]))
    assert not wrong, (len(wrong), wrong)
