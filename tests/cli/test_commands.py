"""Every command, as people type it and as scripts call it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, run_here
from tests.conftest import copy_home
from tests.ingest.test_pipeline import bad_files, good_files

#: What each answering command takes, and the fields its answer must have at least (the contract for scripts).
CONTRACT: dict[str, tuple[list[str], dict[str, Any], set[str]]] = {
    "search": (["search"], {"query": "邻居家树枝伸到我家院子", "limit": 3}, {"hits", "total", "on"}),
    "cite": (
        ["cite"],
        {"text": "《民法典》第1067条第二款"},
        {"address", "law", "version", "article", "paragraph", "item", "text", "in_force", "effective_from",
         "effective_until", "versions", "status"},
    ),
    "ask": (
        ["ask"],
        {"question": "邻居家的树枝伸到我家院子怎么办？"},
        {"answer", "refused", "reason", "citations", "risks", "confidence"},
    ),
    "advise": (
        ["advise"],
        {"narrative": "两家因为宅基地边界砌墙吵了三个月，墙挡住了采光。", "village": "zj-fengshuwan"},
        {"dispute_type", "risks", "mediable", "provisions", "village_rules", "precedents", "outcomes", "plan", "missing"},
    ),
    "check": (["check"], {"text": "依照《民法典》第1067条第二款，成年子女应当赡养父母。"}, {"claims"}),
    "rules": (["rules", "check"], {"text": "第一条 外嫁女不得分红。\n第二条 不得乱倒垃圾。"}, {"clauses", "missing"}),
    "draft": (["draft"], {"topic": "老人赡养", "count": 1}, {"drafts"}),
}  # fmt: skip

#: Fields of the entries of lists, by command and list.
ENTRIES: dict[tuple[str, str], set[str]] = {
    ("search", "hits"): {"id", "kind", "address", "title", "text", "score", "in_force", "effective_from",
                         "effective_until", "matched"},
    ("ask", "citations"): {"address", "quote", "verified"},
    ("advise", "provisions"): {"address", "text", "why"},
    ("advise", "precedents"): {"id", "title", "score", "why"},
    ("check", "claims"): {"text", "verdict", "citations", "problems"},
    ("rules", "clauses"): {"index", "text", "verdict", "kind", "provisions", "reason", "rewording"},
    ("draft", "drafts"): {"id", "question", "answer", "format", "citations", "status"},
}  # fmt: skip


def lines(*requests: object) -> str:
    return "".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in requests)


@pytest.mark.parametrize("name", CONTRACT)
def test_jsonl_answers_in_order_with_errors_in_their_place(fengqiao: Run, name: str) -> None:
    arguments, request, fields = CONTRACT[name]
    bad: list[object] = [{}, "not json", "[1]", {**request, "nonsense": 1}, {**request, "on": "2026-13-40"}]
    if name == "rules":
        bad.pop()
    ran = fengqiao(*arguments, "--jsonl", "-", stdin=lines(request, *bad, request))
    assert ran.code == 0, ran.err
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert len(answers) == len(bad) + 2
    for answer in (answers[0], answers[-1]):
        assert fields <= set(answer), answer
        for (of, key), wanted in ENTRIES.items():
            if of == name:
                assert answer[key], key
                assert all(wanted <= set(entry) for entry in answer[key])
    for answer in answers[1:-1]:
        assert set(answer) == {"error"}
        assert {"code", "message", "hint"} <= set(answer["error"])
        assert any("一" <= c <= "龥" for c in answer["error"]["message"]), answer


@pytest.mark.parametrize("name", [n for n in CONTRACT if n != "draft"])
def test_one_request_as_json(fengqiao: Run, name: str) -> None:
    arguments, request, fields = CONTRACT[name]
    by_option = name in ("check", "rules")
    text = str(next(iter(request.values())))
    ran = fengqiao(*arguments, *(["--text", text] if by_option else [text]), "--json")
    assert ran.code == 0, ran.err
    assert fields <= set(json.loads(ran.out))


def test_cite_prints_exactly_the_paragraph(quick: Run) -> None:
    answer = json.loads(quick("cite", "民法典第1067条", "--json").out)
    second = answer["text"].split("\n")[1]
    ran = quick("cite", "民法典第1067条第二款")
    head, *body = ran.out.splitlines()
    assert "民法典第一千零六十七条第二款" in head
    assert body == [second]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("太空旅行法第三条", "没有《太空旅行法》"),
        ("婚姻法第二十条", "民法典"),
        ("民法典第9999条", "第一千二百六十条为止"),
        ("民法典第1067条第九款", "只有2款"),
        ("第十二条", "哪部法律"),
        ("今天天气", "写成"),
    ],
)
def test_cite_says_why_not(quick: Run, text: str, said: str) -> None:
    ran = quick("cite", text)
    assert ran.code == 1
    assert said in ran.err.replace("\n", "")
    assert "Traceback" not in ran.err


def test_cite_on_a_day(fengqiao: Run) -> None:
    versions = [
        json.loads(fengqiao("cite", "商标法第四条", "--on", on, "--json").out)["version"]
        for on in ("2026-11-21", "2027-02-01")
    ]
    assert versions == ["2019-04-23", "2026-06-26"]


def test_search_puts_neighbouring_rights_on_the_first_screen(fengqiao: Run) -> None:
    ran = fengqiao("search", "邻居家树枝伸到我家院子")
    assert ran.code == 0
    assert "民法典第二百" in ran.out
    assert "现行有效" in ran.out


@pytest.mark.parametrize(("on", "first_day"), [("2026-11-21", "2019-11-01"), ("2027-02-01", "2027-01-01")])
def test_search_cites_the_version_of_the_day(fengqiao: Run, on: str, first_day: str) -> None:
    ran = fengqiao("search", "商标法第四条", "--on", on, "--json")
    first = json.loads(ran.out)["hits"][0]
    assert (first["address"], first["effective_from"], first["in_force"]) == ("商标法第四条", first_day, True)


def test_search_filters(fengqiao: Run) -> None:
    ran = fengqiao("search", "垃圾", "--kind", "村规", "--village", "yn-damafang", "--limit", "3", "--json")
    hits = json.loads(ran.out)["hits"]
    assert {(h["kind"], h["village"]) for h in hits} == {("rule", "yn-damafang")}
    assert len(hits) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search"], "没有写内容"),
        (["search", "   "], "空"),
        (["search", "宅" * 100_000], "超过上限"),
        (["search", "宅基地", "--on", "2026-13-40"], "日期"),
        (["search", "宅基地", "--on", "明天"], "日期"),
        (["search", "宅基地", "--law", "太空旅行法"], "太空旅行法"),
        (["search", "宅基地", "--village", "nowhere"], "nowhere"),
        (["search", "宅基地", "--kind", "诗歌"], "kind"),
        (["search", "宅基地", "--limit", "0"], "limit"),
        (["search", "--jsonl", "/nonexistent.jsonl"], "找不到文件"),
        (["cite"], "没有写内容"),
        (["ask"], "没有写内容"),
        (["advise"], "没有写内容"),
        (["check"], "没有写内容"),
        (["rules", "check"], "没有写内容"),
        (["draft"], "主题"),
        (["ingest"], "没有给出文件"),
        (["ingest", "/nonexistent"], "找不到"),
        (["sources", "--remove", "/nonexistent"], "没有来自"),
    ],
)
def test_bad_input_gets_a_chinese_answer(quick: Run, arguments: list[str], said: str) -> None:
    ran = quick(*arguments)
    assert ran.code == 1
    assert "出错" in ran.err
    assert said in ran.err.replace("\n", ""), ran.err
    assert "Traceback" not in ran.err


def test_the_error_of_jsonl_keeps_its_code(quick: Run) -> None:
    ran = quick("cite", "--jsonl", "-", stdin=lines({"text": "太空旅行法第三条"}, {"text": "民法典第9999条"}))
    assert [json.loads(line)["error"]["code"] for line in ran.out.splitlines()] == [
        "no_such_law",
        "no_such_article",
    ]


def test_blank_lines_and_a_byte_order_mark_do_no_harm(quick: Run, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text(
        "\ufeff" + lines({"text": "民法典第10条"}, "", {"text": "民法典第11条"}), encoding="utf-8"
    )
    answers = [json.loads(line) for line in quick("cite", "--jsonl", str(path)).out.splitlines()]
    assert [a["address"] for a in answers] == ["民法典第十条", "民法典第十一条"]


def test_a_line_in_another_encoding_gets_its_error_in_its_place(quick: Run, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    good = lines({"text": "民法典第10条"})
    path.write_bytes(good.encode() + good.encode("gbk") + good.encode())
    answers = [json.loads(line) for line in quick("cite", "--jsonl", str(path)).out.splitlines()]
    assert ["error" in a for a in answers] == [False, True, False]
    assert "UTF-8" in answers[1]["error"]["message"]


def test_a_request_of_every_command_from_a_file(fengqiao: Run, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_bytes("两家因为宅基地边界砌墙吵了三个月。".encode("gbk"))
    ran = fengqiao("advise", "--file", str(story), "--json")
    assert json.loads(ran.out)["dispute_type"]["label"] in ("房屋宅基地", "邻里")


def test_the_plain_output_of_each_command(fengqiao: Run) -> None:
    for arguments, said in (
        (["ask", "借钱不还怎么办"], "民法典"),
        (["advise", "丈夫喝酒后打人，要离婚"], "风险"),
        (["check", "--text", "依照《民法典》第九千条，应当赔偿。"], "引用有误"),
        (["rules", "check", "--text", "第一条 外嫁女不得分红。"], "越权"),
        (["draft", "老人赡养", "--count", "1"], "已核对"),
        (["sources"], "laws.db"),
        (["doctor"], "正常"),
    ):
        ran = fengqiao(*arguments)
        assert said in ran.out, (arguments, ran)
        assert ran.code == 0, (arguments, ran.err)


def test_a_repaired_copy_is_written_beside_the_file(fengqiao: Run, tmp_path: Path) -> None:
    leaflet = tmp_path / "leaflet.md"
    wrong = "成年子女应当赡养缺乏劳动能力或者生活困难的父母（《婚姻法》第二十一条）。"
    leaflet.write_text(f"# 敬老\n\n{wrong}\n\n大家多回家看看。\n", "utf-8")
    told = fengqiao("check", str(leaflet))
    assert "改引现行法" in told.out
    assert [p.name for p in tmp_path.iterdir()] == ["leaflet.md"], "nothing is written unasked"
    ran = fengqiao("check", str(leaflet), "--fix")
    assert ran.code == 0, ran.err
    copy = tmp_path / "leaflet.改正.md"
    right = wrong.replace("《婚姻法》第二十一条", "《民法典》第一千零六十七条第二款")
    assert copy.read_text("utf-8").strip() == leaflet.read_text("utf-8").replace(wrong, right).strip()
    assert wrong in leaflet.read_text("utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["leaflet.md", copy.name]
    copy.write_text("改过的", "utf-8")
    again = fengqiao("check", str(leaflet), "--fix")
    assert again.code != 0
    assert "已经有" in again.err
    assert copy.read_text("utf-8") == "改过的"


def test_fix_needs_a_file(quick: Run) -> None:
    ran = quick("check", "--text", "依照《民法典》第九千条，应当赔偿。", "--fix")
    assert ran.code != 0
    assert "--fix" in ran.err


def test_sources_as_json(fengqiao: Run) -> None:
    found = json.loads(fengqiao("sources", "--json").out)
    assert len({s["path"] for s in found}) == 1 + 14 + 3
    assert sum(s["items"] for s in found if s["kind"] == "法律法规") == 26193


def test_help_is_chinese_and_lists_every_command(quick: Run) -> None:
    ran = quick("--help")
    assert ran.code == 0
    for command in (
        "run",
        "ingest",
        "search",
        "cite",
        "ask",
        "advise",
        "check",
        "rules",
        "draft",
        "sources",
        "eval",
        "bench",
        "doctor",
    ):
        assert command in ran.out
    assert "检索法条" in ran.out


def test_unknown_commands_and_options_end_with_status_two(quick: Run) -> None:
    for arguments in (["fly"], ["search", "--nonsense"]):
        assert quick(*arguments).code == 2


def test_ingest_reports_bad_files_and_goes_on(base_home: Path, tmp_path: Path) -> None:
    home, folder = copy_home(base_home, tmp_path / "home"), tmp_path / "files"
    folder.mkdir()
    good_files(folder)
    bad = bad_files(folder)
    ran = run_here(home, "ingest", str(folder), "--failures", str(tmp_path / "failures.csv"))
    assert ran.code == 0, ran.err
    assert f"失败 {len(bad)}" in ran.out
    with (tmp_path / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["文件", "原因", "怎么办"]
    assert {Path(row[0]).name for row in rows[1:]} == bad
    assert all(row[1] and row[2] for row in rows[1:])
    failed = json.loads(run_here(home, "sources", "--failed", "--json").out)
    assert {Path(s["path"]).name for s in failed} == bad
    found = run_here(home, "search", "酒席不超过十五桌", "--kind", "村规", "--json")
    assert json.loads(found.out)["hits"][0]["address"] == "清溪村村规民约第一条"
    removed = run_here(home, "sources", "--remove", str(folder / "9-rules.md"))
    assert "索引删去 3 段" in removed.out
    found = run_here(home, "search", "酒席不超过十五桌", "--kind", "村规", "--json")
    assert "清溪村" not in found.out


def test_ingest_of_nothing_but_bad_files_fails(base_home: Path, tmp_path: Path) -> None:
    home = copy_home(base_home, tmp_path / "home")
    (tmp_path / "a.pdf").write_bytes(b"")
    ran = run_here(home, "ingest", str(tmp_path / "a.pdf"))
    assert ran.code == 1
    assert "没有一个文件收得进来" in ran.err
    assert "空" in ran.out
