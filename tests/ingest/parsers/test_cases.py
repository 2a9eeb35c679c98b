"""Mediation cases in every format offices keep them, and complaints about broken ones."""

import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest

from ingest.parsers import Hints, parse
from ingest.parsers.case_fields import amount
from ingest.readers import read, read_bytes
from kb.errors import UnreadableFile
from kb.model import stable_id
from tests.ingest.parsers.support import CASES, GOLDEN, SHARED

RECORD: dict[str, Any] = {
    "name": "甲某与乙某水渠纠纷调解案",
    "关键词": "相邻关系纠纷 水渠",
    "基本案情": "甲某堵了水渠。",
    "处理方式方法": "调解员到地头看水。",
    "处理结果": "甲某疏通水渠。",
}


def jsonl(*records: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def test_sample_cases_keep_every_field() -> None:
    path = next(iter(sorted(CASES.glob("*.jsonl"))))
    first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    case = parse(read(path)).cases[0]
    assert (case.name, case.dispute_type, case.relation) == (
        first["name"],
        first["纠纷类型"],
        first["当事人关系"],
    )
    assert (case.facts, case.handling, case.gist) == (
        first["基本案情"],
        first["处理方式方法"],
        first["解纷要旨"],
    )
    assert case.cited == first["引用法条"]
    assert (case.opened, case.closed) == (
        date.fromisoformat(first["受理日期"]), date.fromisoformat(first["办结日期"]),
    )  # fmt: skip
    assert (case.claim, case.settled) == (first["诉求金额"], first["协议金额"])
    assert (case.outcome, case.kept, case.confirmed) == (first["结果"], first["履行"], first["司法确认"])
    assert (case.village, case.sample) == (first["村"], True)
    assert case.id == stable_id("case", first["name"], first["基本案情"])
    assert case.cited_addresses == []


def test_every_sample_case_is_read() -> None:
    for path in sorted(CASES.glob("*.jsonl")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        parsed = parse(read(path))
        assert len(parsed.cases) == len(lines)
        assert parsed.warnings == []


@pytest.mark.shared
def test_trial_cases() -> None:
    path = SHARED / "mediation_cases" / "cases.jsonl"
    if not path.exists():
        pytest.skip("the trial cases are not here")
    cases = parse(read(path)).cases
    assert len(cases) == 165
    assert {case.outcome for case in cases} == {"未知"}
    assert cases[0].dispute_type == "劳动争议"
    assert cases[1].dispute_type == "道路交通事故"
    assert cases[0].cited[0] == "《中华人民共和国劳动合同法》第30条"
    assert sum(case.dispute_type == "其他" for case in cases) <= 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"基本案清": "x"}, ["第 2 行", "基本案清", "基本案情"]),
        ({"基本案情": ""}, ["第 2 行", "缺少", "基本案情"]),
        ({"基本案情": 5}, ["第 2 行", "基本案情", "文字"]),
        ({"诉求金额": "很多"}, ["第 2 行", "诉求金额", "数字"]),
        ({"诉求金额": -1}, ["第 2 行", "诉求金额", "不小于零"]),
        ({"纠纷类型": "吵架"}, ["第 2 行", "纠纷类型", "婚姻家庭"]),
        ({"受理日期": "去年"}, ["第 2 行", "受理日期", "日期"]),
        ({"受理日期": "2026-02-03", "办结日期": "2026-01-03"}, ["第 2 行", "办结日期", "不早于"]),
        ({"司法确认": "也许"}, ["第 2 行", "司法确认", "是或否"]),
        ({"引用法条": {"a": 1}}, ["第 2 行", "引用法条", "列表"]),
    ],
)
def test_broken_lines_say_which_line_which_key_and_what_is_expected(
    change: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse(read_bytes("cases.jsonl", jsonl(RECORD, {**RECORD, "name": "另一件", **change})))
    said = caught.value.message + caught.value.hint
    assert all(word in said for word in words), said


def test_wrong_columns_altogether() -> None:
    with pytest.raises(UnreadableFile, match="不是调解案例"):
        parse(read_bytes("x.jsonl", jsonl({"a": 1, "b": 2})))


def test_the_same_case_twice_is_taken_once() -> None:
    parsed = parse(read_bytes("cases.jsonl", jsonl(RECORD, RECORD)))
    assert len(parsed.cases) == 1
    assert "第 1 行" in parsed.warnings[0]


def test_workbook() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["枫桥头镇调解案例台账"])
    sheet.merge_cells("A1:G1")
    sheet.append(["序号", "案例名称", "关键词", "案情简介", "调解结果", "诉求金额（元）", "受理日期"])
    sheet.append(
        [
            1,
            RECORD["name"],
            RECORD["关键词"],
            RECORD["基本案情"],
            RECORD["处理结果"],
            "1.2万元",
            "2026年5月8日",
        ]
    )
    buffer = io.BytesIO()
    book.save(buffer)
    (case,) = parse(read_bytes("台账.xlsx", buffer.getvalue()), Hints(village="zj-fengshuwan")).cases
    assert (case.claim, case.opened, case.dispute_type) == (12_000.0, date(2026, 5, 8), "邻里")
    assert case.village == "zj-fengshuwan"
    assert case.id == stable_id("case", RECORD["name"], RECORD["基本案情"])


def test_document_with_headings() -> None:
    first, second = parse(read(GOLDEN / "cases.md")).cases
    assert first.name == "甲某与乙某水渠纠纷调解案"
    assert first.facts == "甲某堵了水渠，乙某浇不上地。\n两家吵了三天。"
    assert (first.handling, first.result) == ("调解员到地头看水。", "甲某疏通水渠。")
    assert first.cited == [
        "《中华人民共和国民法典》第二百八十八条",
        "《中华人民共和国民法典》第二百九十条第二款",
    ]
    assert (second.name, second.facts) == ("丙某与丁某借款纠纷调解案", "丙某借丁某三千元未还。")
    assert (second.result, second.dispute_type) == ("分三个月还清。", "合同")


def test_court_case_by_folder() -> None:
    text = "# 店铺应当兑现承诺\n\n<!-- INFO END -->\n\n## 丙某诉丁某网络购物合同纠纷案\n\n## 基本案情\n\n丙某买鞋。\n\n## 裁判结果\n\n法院判决退货。\n\n## 典型意义\n\n承诺要兑现。\n"
    (case,) = parse(read_bytes("案例/消费购物/店铺.md", text.encode())).cases
    assert (case.name, case.dispute_type, case.outcome) == ("丙某诉丁某网络购物合同纠纷案", "消费", "未知")
    assert (case.facts, case.result, case.gist) == ("丙某买鞋。", "法院判决退货。", "承诺要兑现。")


@pytest.mark.parametrize(
    ("value", "yuan"),
    [(None, None), ("", None), ("无", None), (300, 300.0), ("12,000元", 12000.0), ("1.2万", 12000.0)],
)
def test_amounts(value: object, yuan: float | None) -> None:
    assert amount("", "claim", value) == yuan
