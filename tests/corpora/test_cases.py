"""The sample cases: enough, varied, consistent, and every citation true on the day."""

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

import corpora
from ingest.parsers.parse import parse as parse_document
from ingest.readers.read import read
from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.citation.resolver import Resolver
from kb.model import DISPUTE_TYPES

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted(corpora.ROOT.glob("cases/*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
DAY = {name: lambda case, key=name: date.fromisoformat(case[key]) for name in ("受理日期", "办结日期")}
AGREED = ("达成协议", "部分达成协议")


def test_enough_and_each_once() -> None:
    assert len(CASES) >= 100
    assert len({c["name"] for c in CASES}) == len(CASES)
    assert len({c["基本案情"] for c in CASES}) == len(CASES)


def test_all_fifteen_types() -> None:
    types = Counter(c["纠纷类型"] for c in CASES)
    assert set(types) == set(DISPUTE_TYPES)
    assert min(types.values()) >= 3


def test_failed_and_broken_outcomes_are_there() -> None:
    outcomes = Counter(c["结果"] for c in CASES)
    assert set(outcomes) == {"达成协议", "部分达成协议", "未达成协议", "撤回申请", "不予受理", "转交处理"}
    broken = [c for c in CASES if c["结果"] in AGREED and c["履行"] in ("未履行", "部分履行")]
    assert len(broken) >= len(CASES) * 0.05
    assert sum(outcomes[o] for o in ("未达成协议", "撤回申请", "不予受理", "转交处理")) >= len(CASES) * 0.15


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"][:12])
def test_a_case_is_consistent(case: dict[str, Any]) -> None:
    assert case["样本"] is True
    assert DAY["受理日期"](case) <= DAY["办结日期"](case) <= date(2026, 11, 21)
    assert case["诉求金额"] is None or case["诉求金额"] > 0
    assert case["协议金额"] is None or case["协议金额"] >= 0
    if case["结果"] not in AGREED:
        assert case["履行"] == "不适用"
        assert case["司法确认"] is False
        assert case["协议金额"] is None
    else:
        assert case["履行"] != "不适用"
    assert all(
        case[key].strip()
        for key in ("基本案情", "争议焦点", "处理方式方法", "处理结果", "解纷要旨", "关键词")
    )


def test_villages_of_cases_exist() -> None:
    import tomllib

    listed = tomllib.loads(corpora.path("villages.toml").read_text(encoding="utf-8"))["village"]
    assert {c["村"] for c in CASES} == {v["id"] for v in listed}


def test_nobody_is_named_in_full_and_no_number_could_be_real() -> None:
    for case in CASES:
        text = json.dumps(case, ensure_ascii=False)
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text), case["name"]
        assert not re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", text), case["name"]


def test_every_citation_resolves_to_its_depth(names: LawNames, resolver: Resolver) -> None:
    """Each is a provision with its 款 and 项, in force while the case ran."""
    wrong = []
    for case in CASES:
        for written in case["引用法条"]:
            citations = parse(written, names)
            if len(citations) != 1:
                wrong.append((case["name"], written, "not one citation"))
                continue
            result = resolver.resolve(citations[0], DAY["办结日期"](case))
            if result.status != "ok" or not result.text:
                wrong.append((case["name"], case["受理日期"], written, result.status, result.message))
    assert not wrong, (len(wrong), wrong)


def test_what_was_cited_was_law_when_the_case_was_opened(names: LawNames, resolver: Resolver) -> None:
    wrong = []
    for case in CASES:
        for written in case["引用法条"]:
            result = resolver.resolve(parse(written, names)[0], DAY["受理日期"](case))
            if result.status != "ok":
                wrong.append((case["name"], case["受理日期"], case["办结日期"], written, result.message))
    assert not wrong, (len(wrong), wrong)


def test_the_list_of_citations_is_what_the_text_cites(names: LawNames, resolver: Resolver) -> None:
    def addresses(text: str, on: date) -> set[str]:
        return {resolver.resolve(c, on).address for c in parse(text, names)}

    wrong = []
    for case in CASES:
        day = DAY["办结日期"](case)
        listed = set().union(*(addresses(written, day) for written in case["引用法条"]))
        if listed != addresses(case["解纷依据"], day):
            wrong.append((case["name"], listed ^ addresses(case["解纷依据"], day)))
    assert not wrong, (len(wrong), wrong)


@pytest.mark.parametrize("path", sorted(corpora.ROOT.glob("cases/*.jsonl")), ids=lambda p: p.name)
def test_the_parser_takes_every_case(path: Any) -> None:
    parsed = parse_document(read(path))
    assert len(parsed.cases) == len(path.read_text(encoding="utf-8").splitlines())
    assert all(c.sample for c in parsed.cases)
    by_name = {c["name"]: c for c in CASES}
    for case in parsed.cases:
        source = by_name[case.name]
        assert (case.dispute_type, case.outcome, case.kept, case.village) == (
            source["纠纷类型"], source["结果"], source["履行"], source["村"]
        )  # fmt: skip
        assert (case.claim, case.settled) == (source["诉求金额"], source["协议金额"])
        assert (case.opened, case.closed) == (DAY["受理日期"](source), DAY["办结日期"](source))
