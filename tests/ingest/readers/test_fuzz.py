"""Whatever the bytes, reading gives a Document or UnreadableFile."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ingest.readers import SUFFIXES, Document, read_bytes
from kb.errors import UnreadableFile
from tests.ingest.readers.test_office import saved, simple_docx
from tests.ingest.readers.test_pdf import pdf
from tests.ingest.readers.test_text import PAGE


def survives(name: str, data: bytes) -> None:
    try:
        document = read_bytes(name, data)
    except UnreadableFile as error:
        assert error.message and error.hint
        assert any("\u4e00" <= c <= "\u9fff" for c in error.message)
    else:
        assert isinstance(document, Document)
        assert document.text or document.records


def _workbook() -> bytes:
    workbook = Workbook()
    workbook.active.append(["类型", "=1+1", 3])
    workbook.active.merge_cells("A1:A3")
    return saved(workbook)


SEEDS = {
    "a.docx": lambda: simple_docx("第一条", "第二条"),
    "a.xlsx": _workbook,
    "a.pdf": lambda: pdf(["第一条　爱护公物。"], []),
    "a.html": lambda: PAGE.format(charset="utf-8").encode(),
    "a.jsonl": lambda: '{"文": "甲"}\n{"文": [1, {"a": null}]}\n'.encode(),
    "a.txt": lambda: "枫桥经验：就地解决矛盾。".encode("gb18030") * 5,
}


@pytest.mark.parametrize("name", SEEDS)
def test_cut_and_scrambled_files(name: str) -> None:
    rng = random.Random(name)
    seed = SEEDS[name]()
    for _ in range(25):
        survives(name, seed[: rng.randrange(len(seed))])
        broken = bytearray(seed)
        for _ in range(rng.choice((1, 5, 50))):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        survives(name, bytes(broken))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*(f"a{s}" for s in SUFFIXES), "a"]), st.binary(max_size=400))
def test_any_bytes(name: str, data: bytes) -> None:
    survives(name, data)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["a.txt", "a.md", "a.html", "a.csv", "a.json", "a.jsonl"]), st.text(max_size=200))
def test_any_text(name: str, text: str) -> None:
    survives(name, text.encode("utf-8"))
