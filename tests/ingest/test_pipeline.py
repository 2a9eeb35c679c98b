"""Files to catalog and index: incremental, one bad file at a time, every failure with its reason in Chinese."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

import corpora
from ingest.pipeline import Failure, Pipeline, discover
from kb.base import KnowledgeBase
from kb.index.units import units
from kb.search.types import SearchRequest
from tests.ingest.readers.test_pdf import encrypted, pdf
from tests.ingest.tree import new_kb, short_laws, statute_markdown, write_tree


@pytest.fixture
def empty_kb(base_home: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    with new_kb(base_home, tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


RULES = """# 清溪村村规民约

第一条 红白喜事从简，酒席不超过十五桌。

第二条 不得向河道倾倒垃圾。

第三条 每月初五打扫公共场地。
"""


def good_files(folder: Path) -> None:
    (folder / "0-law.md").write_text(statute_markdown(short_laws(1)[0]), encoding="utf-8")
    (folder / "9-rules.md").write_text(RULES, encoding="utf-8")
    shutil.copy(corpora.path("cases", "cases-a.jsonl"), folder / "9-cases.jsonl")


def merged_xlsx(path: Path, columns: list[str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "2025年度台账"
    sheet.append(columns)
    sheet.append(["一", "=1+1", "三"])
    book.save(path)


def bad_files(folder: Path) -> set[str]:
    """Write files that can't be used, one of each kind."""
    whole = pdf(["某村村规民约", "第一条 内容。", "第二条 内容。"])
    (folder / "1-truncated.pdf").write_bytes(whole[: len(whole) // 2])
    (folder / "1-noise.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    (folder / "1-encrypted.pdf").write_bytes(encrypted(whole, "secret"))
    (folder / "1-empty.pdf").write_bytes(b"")
    (folder / "1-scan.pdf").write_bytes(pdf([]))
    shutil.make_archive(str(folder / "zip"), "zip", corpora.path("cases"))
    (folder / "zip.zip").rename(folder / "2-renamed.docx")
    merged_xlsx(folder / "3-columns.xlsx", ["姓名", "电话", "住址"])
    (folder / "4-letter.txt").write_text("张三同志：你好。最近身体怎么样？", encoding="utf-8")
    (folder / "5-keys.jsonl").write_text('{"a": 1, "b": 2}\n', encoding="utf-8")
    (folder / "5-broken.jsonl").write_text('{"name": "一案", "基本案情"\n', encoding="utf-8")
    return {p.name for p in folder.iterdir() if p.name[0] in "12345"}


def test_bad_files_are_reported_and_the_rest_goes_on(empty_kb: KnowledgeBase, folder: Path) -> None:
    good_files(folder)
    bad = bad_files(folder)
    report = Pipeline(empty_kb).run(discover([folder]))
    assert {Path(f.path).name for f in report.failures} == bad
    assert report.new == 3
    for failure in report.failures:
        assert re.search(r"[一-龥]{4}", failure.reason), failure
        assert "Traceback" not in failure.reason
        assert "Error" not in failure.reason, failure
        assert failure.hint, failure
    counts = empty_kb.catalog.counts()
    assert (counts["rules"], counts["cases"]) == (3, 46)
    failed = {Path(s.path).name: s.reason for s in empty_kb.catalog.sources() if s.state == "failed"}
    assert set(failed) == bad
    assert "密码" in failed["1-encrypted.pdf"] or "加密" in failed["1-encrypted.pdf"]
    assert "扫描" in failed["1-scan.pdf"]
    assert "空" in failed["1-empty.pdf"]
    hits = empty_kb.search(SearchRequest(query="河道 倾倒垃圾", kinds=["rule"])).hits
    assert hits[0].address.endswith("村规民约第二条")


def test_a_good_file_that_went_bad_keeps_what_it_held(empty_kb: KnowledgeBase, folder: Path) -> None:
    path = folder / "rules.md"
    path.write_text(RULES, encoding="utf-8")
    pipeline = Pipeline(empty_kb)
    pipeline.run(discover([folder]))
    path.write_text("", encoding="utf-8")
    pipeline.run(discover([folder]))
    assert empty_kb.catalog.counts()["rules"] == 3
    path.write_bytes(b"\x00\xff" * 300)
    report = pipeline.run(discover([folder]))
    assert report.failures
    assert empty_kb.catalog.counts()["rules"] == 3
    assert empty_kb.store.count() == 3


def test_a_law_without_a_date_is_taken_and_said_to_be_doubtful(empty_kb: KnowledgeBase, folder: Path) -> None:
    (folder / "law.md").write_text(
        "# 越溪市农具管理办法\n\n第一条 农具登记。\n\n第二条 农具借用。\n", encoding="utf-8"
    )
    report = Pipeline(empty_kb).run(discover([folder]))
    assert any("日期" in warning for warning in report.warnings)
    (version,) = empty_kb.catalog.versions("越溪市农具管理办法")
    found = empty_kb.resolve("越溪市农具管理办法第二条")
    assert (found.ok, found.state_label) == (True, "效力存疑")
    assert version.disputed


def test_text_in_gbk_is_read_like_any_other(empty_kb: KnowledgeBase, folder: Path) -> None:
    (folder / "rules.txt").write_bytes(RULES.replace("# ", "").encode("gbk"))
    report = Pipeline(empty_kb).run(discover([folder]))
    assert report.failures == []
    (village,) = empty_kb.catalog.villages()
    assert village.name == "清溪村"
    assert empty_kb.catalog.rules(village.id)[1].text == "不得向河道倾倒垃圾。"


def test_cases_in_a_workbook_with_merged_cells(empty_kb: KnowledgeBase, folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2025年度调解案例汇总", None, None])
    sheet.merge_cells("A1:C1")
    sheet.append(["案例名称", "基本案情", "处理结果"])
    sheet.append(["甲乙水渠纠纷", "甲堵了水渠，乙浇不上地。", "甲疏通水渠。"])
    sheet.append(["丙丁借款纠纷", "丙借丁三千元未还。", "分三个月还清。"])
    book.save(folder / "cases.xlsx")
    report = Pipeline(empty_kb).run(discover([folder]))
    assert report.failures == []
    assert {c.name for c in empty_kb.catalog.cases()} == {"甲乙水渠纠纷", "丙丁借款纠纷"}


def test_a_second_run_does_nothing(empty_kb: KnowledgeBase, folder: Path) -> None:
    good_files(folder)
    pipeline = Pipeline(empty_kb)
    first = pipeline.run(discover([folder]))
    again = pipeline.run(discover([folder]))
    assert (first.new, first.unchanged) == (3, 0)
    assert (again.new, again.unchanged, again.items) == (0, 3, 0)
    assert (again.index.added, again.index.removed) == (0, 0)


def test_one_changed_clause_of_one_file(empty_kb: KnowledgeBase, folder: Path) -> None:
    good_files(folder)
    pipeline = Pipeline(empty_kb)
    pipeline.run(discover([folder]))
    before = empty_kb.store.count()
    (folder / "9-rules.md").write_text(RULES.replace("十五桌", "十二桌"), encoding="utf-8")
    report = pipeline.run(discover([folder]))
    assert (report.new, report.unchanged) == (1, 2)
    assert empty_kb.store.count() == before
    hits = empty_kb.search(SearchRequest(query="酒席 桌数", kinds=["rule"])).hits
    assert "十二桌" in " ".join(h.text for h in hits)
    assert "十五桌" not in " ".join(h.text for h in hits)


def test_the_same_text_under_two_names_is_held_once(empty_kb: KnowledgeBase, folder: Path) -> None:
    law = statute_markdown(short_laws(1)[0])
    (folder / "a.md").write_text(law, encoding="utf-8")
    (folder / "b.md").write_text(law, encoding="utf-8")
    report = Pipeline(empty_kb).run(discover([folder]))
    articles = len(short_laws(1)[0].articles)
    assert (report.items, report.duplicates) == (articles, articles)
    assert empty_kb.store.count() == sum(len(u.passages) for u in units(empty_kb.catalog))


def test_cases_are_linked_to_the_law_they_cite(empty_kb: KnowledgeBase, folder: Path) -> None:
    law = next(x for x in short_laws(400) if x.title.endswith("人民调解法"))
    (folder / "law.md").write_text(statute_markdown(law), encoding="utf-8")
    (folder / "case.jsonl").write_text(
        '{"name": "甲乙纠纷", "基本案情": "堵水渠。", "处理结果": "疏通。", "引用法条": ["《人民调解法》第三十一条", "《太空法》第一条"]}\n',
        encoding="utf-8",
    )
    Pipeline(empty_kb).run(discover([folder]))
    (case,) = empty_kb.catalog.cases()
    assert case.cited_addresses == ["人民调解法第三十一条"]


def test_every_file_of_the_tree_is_taken(empty_kb: KnowledgeBase, tmp_path: Path) -> None:
    report = Pipeline(empty_kb).run(discover([write_tree(tmp_path / "tree")]))
    assert report.failures == []
    assert report.new == 39
    counts = empty_kb.catalog.counts()
    assert (counts["law_versions"], counts["villages"], counts["cases"]) == (30, 6, 131)


def test_discover_leaves_out_hidden_and_temporary_files(folder: Path) -> None:
    for name in ("a.md", ".hidden.md", "~$a.docx", "b.exe", "sub/c.txt", ".git/d.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    assert [p.name for p in discover([folder])] == ["a.md", "c.txt"]
    assert [p.name for p in discover([folder / "b.exe", folder / "b.exe"])] == ["b.exe"]
    with pytest.raises(FileNotFoundError):
        discover([folder / "nothing"])


def test_a_folder_that_looks_like_a_file_name(folder: Path) -> None:
    (folder / "x.md").mkdir()
    assert discover([folder]) == []


def test_a_file_that_vanishes_is_a_failure_not_a_crash(empty_kb: KnowledgeBase, folder: Path) -> None:
    report = Pipeline(empty_kb).run([folder / "gone.md"])
    assert [type(f) for f in report.failures] == [Failure]
    assert "读不了" in report.failures[0].reason


def test_progress_names_its_phases(empty_kb: KnowledgeBase, folder: Path) -> None:
    (folder / "rules.md").write_text(RULES, encoding="utf-8")
    seen: list[tuple[str, int, int]] = []
    Pipeline(empty_kb).run(discover([folder]), lambda *step: seen.append(step))
    assert seen[0] == ("读取文件", 0, 1)
    assert ("读取文件", 1, 1) in seen
    assert seen[-1] == ("建立索引", 3, 3)
