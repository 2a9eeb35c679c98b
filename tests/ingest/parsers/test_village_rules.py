"""The 14 sample villages against their hand-written labels, and villages outside the manifest."""

import json
from collections import defaultdict
from datetime import date

import pytest

from ingest.parsers import Hints, parse
from ingest.parsers.villages import shipped_villages, village_id
from ingest.readers import read, read_bytes
from kb.errors import UnreadableFile
from kb.model import Village
from tests.ingest.parsers.support import GOLDEN, RULES

LABELS: dict[str, list[tuple[int, str]]] = defaultdict(list)
for _file in sorted(RULES.glob("labels-*.jsonl")):
    for _line in _file.read_text(encoding="utf-8").splitlines():
        _record = json.loads(_line)
        LABELS[_record["village"]].append((_record["index"], _record["label"]))


@pytest.mark.parametrize("village", shipped_villages(), ids=lambda v: v.id)
def test_sample(village: Village) -> None:
    path = RULES.parent / village.rules
    parsed = parse(read(path))
    assert parsed.village == village
    assert parsed.warnings == []
    assert [(rule.index, rule.label) for rule in parsed.rules] == LABELS[village.id]
    for rule in parsed.rules:
        assert rule.text
        assert (rule.village, rule.village_name, rule.sample) == (village.id, village.name, True)
        assert not rule.text.startswith(rule.label)
    assert len({rule.id for rule in parsed.rules}) == len(parsed.rules)


def test_all_samples_together() -> None:
    assert len(shipped_villages()) == 14
    assert sum(len(labels) for labels in LABELS.values()) == 482


@pytest.mark.parametrize(
    ("name", "index", "chapter"),
    [
        ("gs-xiyuan.xlsx", 1, "第一章 总则"),
        ("gd-maotang.docx", 4, "第二章 邻里与房屋"),
        ("fj-qiaotou.pdf", 4, "第二章 海边"),
        ("sn-liujiayuan.docx", 4, "二、塬上邻里"),
        ("gx-nalu.pdf", 1, ""),
    ],
)
def test_chapters(name: str, index: int, chapter: str) -> None:
    assert parse(read(RULES / name)).rules[index - 1].chapter == chapter


def test_ids_do_not_depend_on_the_path() -> None:
    path = RULES / "sd-hongya.md"
    renamed = read_bytes("上传/红崖.md", path.read_bytes())
    assert [r.id for r in parse(renamed).rules] == [r.id for r in parse(read(path)).rules]


def test_village_outside_the_manifest() -> None:
    parsed = parse(read(GOLDEN / "unknown-village.txt"))
    assert parsed.village is not None
    assert parsed.village.name == "双桥村"
    assert (parsed.village.adopted, parsed.village.filed) == (date(2025, 3, 4), date(2025, 3, 20))
    assert [(r.label, r.text) for r in parsed.rules] == [
        ("一、", "邻里和睦，有事好商量。"), ("二、", "门前卫生各家自己扫。"), ("三、", "红白喜事从简。"),
    ]  # fmt: skip
    assert parsed.village.id == parse(read(GOLDEN / "unknown-village.txt")).village.id  # type: ignore[union-attr]
    assert not parsed.village.sample


def test_same_name_elsewhere_is_another_village() -> None:
    text = (
        "湖北省江石市大河县南山乡桥头村村规民约\n通过日期：2025年3月4日\n第一条 和为贵。\n第二条 不赌博。\n"
    )
    parsed = parse(read_bytes("rules.txt", text.encode()))
    assert parsed.village is not None
    assert parsed.village.name == "桥头村"
    assert parsed.village.id != "fj-qiaotou"
    assert village_id("桥头村") == "fj-qiaotou"


def test_village_by_hint_and_without() -> None:
    text = "村规民约\n第一条 和为贵。\n第二条 不赌博。\n".encode()
    assert parse(read_bytes("a.txt", text), Hints(village="枫树湾村")).village.id == "zj-fengshuwan"  # type: ignore[union-attr]
    with pytest.raises(UnreadableFile, match="哪个村"):
        parse(read_bytes("a.txt", text))


def test_no_clauses() -> None:
    with pytest.raises(UnreadableFile):
        parse(read_bytes("双桥村村规民约.txt", "双桥村村规民约\n".encode()))
