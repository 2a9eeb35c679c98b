import json
from pathlib import Path

import pytest

import corpora
from eval.beir import Document
from eval.training.data import asked_by_row, asked_items, fold_of, load_material, load_narratives
from kb.errors import BadRequest, UnreadableFile
from kb.ranking.questions import HEADER, text_print
from kb.ranking.rank import place
from tests.law_catalog import parsed_laws

# Written for this test; no statute.
DOCUMENTS = [
    Document("a", "某法第一条", "邻居的树枝越过围墙伸进院子，主人应当修剪。"),
    Document("b", "某法第二条", "老板不按月给工人发工资，工人可以要求补发。"),
    Document("c", "他法第一条", "夫妻分开以后，孩子由谁带由两人商量。"),
]


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, c = (text_print(d.text) for d in DOCUMENTS)
    rows = [
        ("某法第一条", a, "树枝伸过来了"),
        ("某法第一条;他法第一条", f"{b};{c}", "只有后一条合适"),
        ("某法第二条;某法第一条", f"00000000,{b};{a}", "两条都合适"),
        ("某法第二条", "00000000", "条文已经改了"),
        ("别法第一条", a, "别的法，字一样"),
    ]
    (tmp_path / "corpora" / "questions").mkdir(parents=True)
    lines = [HEADER, *("\t".join(row) for row in rows)]
    (tmp_path / "corpora" / "questions" / "some.tsv").write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr(corpora, "ROOT", tmp_path / "corpora")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def lines(rows: list[dict[str, str]]) -> str:
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)

    (tmp_path / "qrels").mkdir()
    documents = [{"_id": d.id, "title": d.title, "text": d.text} for d in DOCUMENTS]
    (tmp_path / "corpus.jsonl").write_text(lines(documents), "utf-8")
    asked = [{"_id": i, "text": f"问题{i}"} for i in "123"]
    (tmp_path / "queries.dev.jsonl").write_text(lines(asked), "utf-8")
    (tmp_path / "qrels" / "dev.tsv").write_text(
        "1\tc\t1\n1\ta\t1\n2\tgone\t1\n3\tb\t1\n3\tgone\t1\n", "utf-8"
    )
    return tmp_path


@pytest.mark.usefixtures("questions")
def test_questions_fit_by_address_and_text() -> None:
    found = {i.question: i.gold for i in asked_items(DOCUMENTS)}
    assert found == {"树枝伸过来了": (0,), "只有后一条合适": (2,), "两条都合适": (1, 0)}


@pytest.mark.usefixtures("questions")
def test_material_of_a_folder(folder: Path) -> None:
    material = load_material(folder, "dev")
    assert material.ids == ["1", "3"]  # nothing in the corpus answers the second
    assert [(i.question, set(i.gold)) for i in material.judged] == [("问题1", {0, 2}), ("问题3", {1})]
    assert material.row_of == {"某法第一条": 0, "某法第二条": 1, "他法第一条": 2}
    assert asked_by_row(material) == {
        0: ["树枝伸过来了", "两条都合适"],
        1: ["两条都合适"],
        2: ["只有后一条合适"],
    }


def test_a_folder_without_answers_is_refused(folder: Path) -> None:
    (folder / "qrels" / "dev.tsv").write_text("2\tgone\t1\n", "utf-8")
    with pytest.raises(BadRequest, match="都不在 corpus 里"):
        load_material(folder, "dev")


def test_folds_are_the_same_everywhere() -> None:
    # md5("1") = c4ca4238a0b923820dcc509a6f75849b. 16 leaves 1 over 5, so its digits' sum, 226, decides.
    assert fold_of("1", 5) == 1
    counts = [sum(fold_of(str(n), 5) == fold for n in range(1000)) for fold in range(5)]
    assert sum(counts) == 1000 and min(counts) > 150


def test_narratives_name_articles() -> None:
    shipped: dict[str, set[str]] = {}
    for law in parsed_laws().laws:
        name = law.title.removeprefix("中华人民共和国")
        shipped.setdefault(name, set()).update(a.label for a in law.articles)
    narratives = load_narratives()
    assert len(narratives) > 400 and len({n.text for n in narratives}) == len(narratives)
    seen = 0
    for narrative in narratives:
        assert narrative.cause and narrative.articles
        for address in narrative.articles:
            law, number = place(address)
            assert law and number > 0, address
            if law in shipped:  # others are of interpretations and regulations, which don't ship
                assert address.removeprefix(law) in shipped[law], address
                seen += 1
    assert seen > 1000


@pytest.mark.parametrize(
    "line",
    ["no json", "[]", '{"cause": "c", "text": "t"}', '{"cause": "c", "articles": "某法", "text": "t"}'],
)
def test_a_line_that_is_no_narrative(tmp_path: Path, line: str) -> None:
    good = '{"cause": "借款", "articles": ["某法第一条"], "text": "经过"}'
    (tmp_path / "own.jsonl").write_text(f"{good}\n{line}\n", "utf-8")
    with pytest.raises(UnreadableFile, match=r"own\.jsonl 第 2 行不是案例"):
        load_narratives(tmp_path / "own.jsonl")
