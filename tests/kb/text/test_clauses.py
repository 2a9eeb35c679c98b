"""Village rules as people paste them and as readers extract them."""

import json

import pytest

import corpora
from kb.text.clauses import split_clauses


def labels(text: str) -> list[str]:
    return [c.label for c in split_clauses(text)]


def texts(text: str) -> list[str]:
    return [c.text for c in split_clauses(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一条 甲。\n第二条　乙。", ["第一条", "第二条"]),
        ("**第一条**　甲。\n\n**第二条**　乙。", ["第一条", "第二条"]),
        ("第1条：甲。\n第2条：乙。", ["第1条", "第2条"]),
        ("一、甲甲甲甲。\n二、乙乙乙乙。", ["一、", "二、"]),
        ("1. 甲。\n2. 乙。", ["1.", "2."]),
        ("1、甲。\n2、乙。", ["1、", "2、"]),
        ("（一）甲。\n（二）乙。", ["（一）", "（二）"]),
        ("第一条 甲。第二条 乙。第三条 丙。", ["第一条", "第二条", "第三条"]),
        ("序号\t条款\t内容\n1\t第一条\t甲甲甲甲。\t卫生\n2\t第二条\t乙乙乙乙。\t邻里", ["第一条", "第二条"]),
        ("| 1 | 第一条 | 甲甲甲甲。 |\n| 2 | 第二条 | 乙乙乙乙。 |", ["第一条", "第二条"]),
        ("甲。\n\n乙。", ["", ""]),
        ("", []),
        ("—— 3 ——\n***", []),
    ],
)
def test_numbering_styles(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_wrapped_lines_are_joined_and_footers_dropped() -> None:
    text = " 第一条 谁家盖房比邻居高\n，先拿图纸看看。\n— 2 —\n 第二条 不赌博。"
    assert texts(text) == ["谁家盖房比邻居高，先拿图纸看看。", "不赌博。"]


def test_reference_at_the_start_of_a_wrapped_line_is_no_clause() -> None:
    assert labels("第一条 依据村民委员会组织法\n第三十一条制定。\n第二条 乙。") == ["第一条", "第二条"]


def test_items_stay_in_their_clause() -> None:
    found = split_clauses("第一条 做到：\n1. 拴狗；\n2. 打疫苗。\n第二条 乙。")
    assert found[0].text == "做到：\n1. 拴狗；\n2. 打疫苗。"
    assert labels("第一条 做到：\n（一）甲；\n（二）乙。\n第二条 丙。") == ["第一条", "第二条"]


def test_chapters() -> None:
    found = split_clauses("第一章 总则\n第一条 甲。\n## 第二章 邻里\n第二条 乙。")
    assert [(c.label, c.chapter) for c in found] == [("第一条", "第一章 总则"), ("第二条", "第二章 邻里")]
    found = split_clauses("一、总则\n第一条 甲。\n二、邻里\n第二条 乙。")
    assert [(c.label, c.chapter) for c in found] == [("第一条", "一、总则"), ("第二条", "二、邻里")]
    found = split_clauses("一、卫生\n1. 甲甲。\n2. 乙乙。\n二、邻里\n1. 丙丙。\n2. 丁丁。")
    assert [(c.label, c.chapter) for c in found] == [
        ("1.", "一、卫生"), ("2.", "一、卫生"), ("1.", "二、邻里"), ("2.", "二、邻里"),
    ]  # fmt: skip


def test_preamble_appendix_tables_and_signature_are_left_out() -> None:
    text = (
        "某村村规民约\n敬老爱幼。\n第一条 甲。\n红白事标准\n| 项目 | 桌数 |\n|---|---|\n| 婚事 | 20 |\n"
        "第二条 乙。\n某村村民委员会\n2026年1月1日\n附表：积分\n项目 | 分值\n巡逻 | 5"
    )
    assert texts(text) == ["甲。", "乙。"]


def test_start_is_the_offset_of_the_label() -> None:
    text = "前言\n第一条 甲。\n　　第二条 乙。"
    for clause in split_clauses(text):
        assert text[clause.start :].startswith(clause.label)


@pytest.mark.parametrize("village", ["zj-fengshuwan", "yn-damafang", "sd-hongya", "nm-bayangacha"])
def test_labels_of_the_markdown_samples(village: str) -> None:
    folder = corpora.path("village_rules")
    lines = [
        json.loads(line)
        for name in "ab"
        for line in (folder / f"labels-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    expected = [line["label"] for line in lines if line["village"] == village]
    assert labels((folder / f"{village}.md").read_text(encoding="utf-8")) == expected
