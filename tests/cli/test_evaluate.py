"""`fengqiao eval mediation`, `confidence` and `gate` on one short law, with a ranker made by hand."""

import json
from pathlib import Path

import pytest

from eval import asking, gate, regression
from tests.cli.conftest import Ran, run_here
from tests.eval.small import FREE, ODD, free_text, mediation_law, ship, write_lines


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    mediation_law(folder).close()
    return folder / "home"


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two questions that are answered, two that aren't; ranker and expectations of the test's own."""
    ship(tmp_path / "corpora", monkeypatch, {"asked": 1.0}, [(FREE, free_text(), ODD)])
    rows = [
        {"id": "g1", "question": ODD, "gold": [FREE], "topic": "调解"},
        {"id": "g2", "question": f"{ODD}？", "gold": ["人民调解法第三十三条", FREE], "topic": "调解"},
    ]
    none = [{"id": "u1", "question": "红烧肉怎么炖才不柴"}, {"id": "u2", "question": "明天股票涨不涨"}]
    monkeypatch.setattr(gate, "GATE", write_lines(tmp_path / "gate.jsonl", rows))
    monkeypatch.setattr(asking, "UNANSWERABLE", write_lines(tmp_path / "unanswerable.jsonl", none))
    monkeypatch.setattr(regression, "EXPECTED", tmp_path / "expected.toml")
    return tmp_path


def test_confidence_is_told_drawn_and_written(home: Path, sets: Path) -> None:
    ran = run_here(
        home, "eval", "confidence", "--plot", str(sets / "a.svg"), "--json", str(sets / "out.json")
    )
    assert ran.code == 0, ran.err
    assert "AUROC 1.000" in ran.out
    assert "能回答的 2 个问题，不能回答的 2 个" in ran.out
    found = json.loads((sets / "out.json").read_text("utf-8"))
    assert (found["auroc"], found["answerable"], found["unanswerable"]) == (1.0, 2, 2)
    assert [t["allowed"] for t in found["thresholds"]] == [0.01, 0.02, 0.05]
    assert all(t["answered"] == 1.0 and t["refused"] == 0.0 for t in found["thresholds"])
    assert [(q["id"], q["gold"]) for q in found["questions"]] == [
        ("g1", True), ("g2", True), ("u1", False), ("u2", False),
    ]  # fmt: skip
    counts = {
        name: sum(b["count"] for b in found["reliability"][name]["bins"]) for name in ("answerable", "all")
    }
    assert counts == {"answerable": 2, "all": 4}
    assert "<svg" in (sets / "a.svg").read_text("utf-8")


def test_a_picture_that_cannot_be_drawn_is_said_first(home: Path, sets: Path) -> None:
    ran = run_here(home, "eval", "confidence", "--plot", str(sets / "a.gif"))
    assert ran.code == 1 and "不能画成 a.gif" in ran.err and "能回答的问题" not in ran.err


def run_gate(home: Path, *options: str) -> Ran:
    return run_here(home, "eval", "gate", *options)


def test_the_gate_is_written_and_held(home: Path, sets: Path) -> None:
    """By predicted questions alone, FREE is first for both questions: Hit@10 and MRR@10 are 1."""
    ran = run_gate(home)
    assert ran.code == 0 and "没有底线" in ran.out and "--write" in ran.err
    assert not regression.EXPECTED.exists()
    ran = run_gate(home, "--write", "--json", str(sets / "out.json"))
    assert ran.code == 0, ran.err
    measured = json.loads((sets / "out.json").read_text("utf-8"))
    assert (measured["hit"], measured["mrr"], measured["auroc"]) == (1.0, 1.0, 1.0)
    expected = regression.load_expected()
    assert expected is not None and expected.model == measured["model"]
    assert run_gate(home).code == 0


def test_below_the_gate_it_ends_with_status_1(home: Path, sets: Path) -> None:
    run_gate(home, "--write")
    rows = [json.loads(line) for line in gate.GATE.read_text("utf-8").splitlines()]
    write_lines(gate.GATE, [rows[0], rows[1] | {"gold": ["民法典第一条"]}])
    ran = run_gate(home)
    assert ran.code == 1
    assert "低于底线：Hit@10、MRR@10" in ran.err


def test_without_a_ranker_it_is_explained(home: Path, sets: Path) -> None:
    (sets / "corpora" / "ranker" / "ranker.json").unlink()
    for command in ("confidence", "gate"):
        ran = run_here(home, "eval", command)
        assert ran.code == 1 and "排序模型" in ran.err


def test_cases_are_told_and_written(home: Path, sets: Path) -> None:
    data = sets / "data"
    (data / "qrels").mkdir(parents=True)
    write_lines(data / "corpus.jsonl", [{"_id": "d", "title": FREE, "text": free_text()}])
    write_lines(data / "queries.train.jsonl", [{"_id": "1", "text": "问"}])
    (data / "qrels" / "train.tsv").write_text("1\td\t1", "utf-8")
    rows = [
        {"关键词": "相邻关系纠纷", "基本案情": f"{n}号院和邻居争路。", "引用法条": ["《人民调解法》第4条"]}
        for n in range(6)
    ]
    cases = write_lines(sets / "cases.jsonl", rows)
    out = sets / "out.json"
    ran = run_here(home, "eval", "mediation", "--cases", str(cases), "--data", str(data), "--json", str(out))
    assert ran.code == 0, ran.err
    assert "同案由案例：6 件，1 个案由" in ran.out and "案情到所引法条：6 件，1 条法条" in ran.out
    found = json.loads(out.read_text("utf-8"))
    assert found["same_cause"] == {"queries": 6, "causes": 1, "among_all": 1.0, "among_common": 1.0}
    assert [row["system"] for row in found["cited"]["systems"]] == ["Dense", "Ranked"]


def test_cases_that_are_missing_are_explained(home: Path, sets: Path) -> None:
    ran = run_here(home, "eval", "mediation", "--cases", str(sets / "none.jsonl"), "--data", str(sets))
    assert ran.code == 1 and "读不了案例文件" in ran.err


def test_a_result_that_cannot_be_written_is_explained(home: Path, sets: Path) -> None:
    ran = run_gate(home, "--json", str(sets / "none" / "out.json"))
    assert ran.code == 1 and "写不进" in ran.err
