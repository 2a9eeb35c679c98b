import json
from pathlib import Path

import pytest

from eval.mediation_cases import Case, cause_of, cited_addresses, load_cases
from kb.citation.names import LawNames
from kb.errors import BadRequest

LINE = {"关键词": "民事 相邻关系纠纷 上门调解", "基本案情": "两家争一条路。", "引用法条": ["《某法》第1条"]}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_cases_are_read_in_order(tmp_path: Path) -> None:
    bare = {"关键词": None, "基本案情": "一句话。", "引用法条": None}
    assert load_cases(written(tmp_path, LINE, bare)) == [
        Case("两家争一条路。", "相邻关系纠纷", ("《某法》第1条",)),
        Case("一句话。", "", ()),
    ]


@pytest.mark.parametrize(
    ("keywords", "cause"),
    [
        ("民事 劳动合同纠纷 涉老年人纠纷", "劳动合同纠纷"),
        ("民事、劳动争议，追索劳动报酬纠纷", "劳动争议"),
        ("民事；票据纠纷", "票据纠纷"),
        ("民事,　涉老年人纠纷;上门调解", "涉老年人纠纷"),
        ("上门调解", ""),
        ("", ""),
    ],
)
def test_the_cause_is_the_first_keyword_that_names_a_dispute(keywords: str, cause: str) -> None:
    assert cause_of(keywords) == cause


@pytest.mark.parametrize(
    ("cited", "addresses"),
    [
        ("《中华人民共和国劳动合同法》第30条", {"劳动合同法第三十条"}),
        ("《劳动合同法》第110条第二款", {"劳动合同法第一百一十条"}),
        ("《中华人民共和国刑法》第133条之一", {"刑法第一百三十三条之一"}),
        ("《著作权法》第52条、第53条", {"著作权法第五十二条", "著作权法第五十三条"}),
        # names the version, and the corpus doesn't say which it has
        ("《中华人民共和国著作权法》（2020年修正）第53条", set()),
        ("《中华人民共和国著作权法（2020年修正）》第53条", set()),
        ("《某某机制建设的意见》（法〔2019〕11号）", set()),
        ("依法办理", set()),
    ],
)
def test_citations_become_addresses(cited: str, addresses: set[str]) -> None:
    names = LawNames(["劳动合同法", "刑法", "著作权法"])
    assert cited_addresses([cited], names) == addresses


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "第 1 行不是一个案例"),
        ([1], "第 1 行不是一个案例"),
        (LINE | {"基本案情": " "}, "没有案情"),
        (LINE | {"基本案情": None}, "没有案情"),
        (LINE | {"关键词": ["纠纷"]}, "关键词不是文字"),
        (LINE | {"引用法条": "《某法》第1条"}, "不是列表"),
    ],
)
def test_a_bad_line_is_explained(tmp_path: Path, row: object, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        load_cases(written(tmp_path, row))


def test_a_bad_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="读不了"):
        load_cases(tmp_path / "none.jsonl")
    with pytest.raises(BadRequest, match="空的"):
        load_cases(written(tmp_path))
    (tmp_path / "cases.jsonl").write_bytes("基本案情".encode("gbk"))
    with pytest.raises(BadRequest, match="读不了"):
        load_cases(tmp_path / "cases.jsonl")


@pytest.mark.shared
def test_the_published_cases_are_understood(shared_data: Path) -> None:
    """Counted by hand in the data's own words: 83 cases have a cause that more than five share."""
    cases = load_cases(shared_data / "mediation_cases" / "cases.jsonl")
    causes = [c.cause for c in cases]
    assert len(cases) == 165
    assert sum(causes.count(c) > 5 for c in causes if c) == 83
