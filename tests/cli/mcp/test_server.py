"""The tools, through the SDK's client in this process; it holds each answer to the schema that the tool lists."""

import re
from pathlib import Path

import pytest
from mcp import MCPError

from cli.mcp.tools import SPECS
from kb.settings import Settings
from tests.cli.mcp.conftest import Talking, in_memory, talking, words

DOG = "邻居家的狗咬了我，医药费谁出？"


def chinese(text: str) -> bool:
    return sum("一" <= c <= "鿿" for c in text) >= 4


def test_tools_are_listed_in_chinese_and_only_read(mcp: Talking) -> None:
    listed = mcp.tools()
    assert [t.name for t in listed] == ["search", "provision", "cite_check", "ask"]
    for tool in listed:
        assert chinese(tool.title) or len(tool.title) >= 2
        assert chinese(tool.description)
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        for name, schema in tool.input_schema["properties"].items():
            assert chinese(schema["description"]), (tool.name, name)
    assert "凭记忆" in (mcp.client.instructions or "")


def test_arguments_are_those_of_the_routes(mcp: Talking) -> None:
    """A tool that offered a field the route doesn't know would be refused whenever a model used it."""
    from assistant.api.app import create_app

    paths = create_app(lambda: pytest.fail("only described"), settings=Settings(home=Path("none"))).openapi()
    for spec in SPECS:
        body = paths["paths"][f"/api/v1{spec.path}"]["post"]["requestBody"]["content"]["application/json"]
        schema = body["schema"]
        if "$ref" in schema:
            schema = paths["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        assert set(spec.properties) == set(schema["properties"]), spec.name
        assert set(spec.needed) == set(schema["required"]), spec.name


def test_search_gives_address_state_and_dates(mcp: Talking) -> None:
    result = mcp.call("search", query="邻居家树枝伸到我家院子", kinds=["provision"], limit=3)
    answer = result.structured_content
    assert answer and 1 <= len(answer["hits"]) <= 3
    for hit in answer["hits"]:
        assert hit["address"] in words(result)
        assert f"{hit['status_label']}，{hit['effective_from']} 起施行" in words(result)


def test_search_has_a_short_page_and_empty_arguments_count_as_absent(mcp: Talking) -> None:
    answer = mcp.answer("search", query="宅基地", village="", law=None, kinds=[])
    assert 1 <= len(answer["hits"]) <= 8


def test_a_provision_of_another_day(mcp: Talking) -> None:
    today = mcp.answer("provision", text="民法典第1067条第二款")
    assert today["address"] == "民法典第一千零六十七条第二款"
    assert today["in_force"] is True
    assert today["effective_from"] == "2021-01-01"
    before = mcp.call("provision", text="民法典第1067条第二款", on="2020-12-31")
    assert before.structured_content and before.structured_content["in_force"] is False
    assert before.structured_content["state_label"] in words(before)


def test_a_check_dates_what_it_found_and_says_what_is_gone(mcp: Talking) -> None:
    text = "根据《婚姻法》第二十一条，子女应当赡养父母。依照《民法典》第一千零六十七条第二款，父母可以要求给付赡养费。"
    result = mcp.call("cite_check", text=text)
    answer = result.structured_content
    assert answer and not answer["ok"]
    gone, there = answer["sources"]
    assert (gone["address"], gone["state_label"], gone["effective_from"]) == (
        "婚姻法第二十一条", "已废止", None,
    )  # fmt: skip
    assert (there["address"], there["in_force"], there["effective_from"]) == (
        "民法典第一千零六十七条第二款", True, "2021-01-01",
    )  # fmt: skip
    assert "所引条文当日无效" in words(result)
    assert "民法典第一千零六十七条第二款〔现行有效，2021-01-01 起施行〕" in words(result)


def test_an_answer_carries_verified_sources_that_resolve(mcp: Talking) -> None:
    result = mcp.call("ask", question=DOG)
    answer = result.structured_content
    assert answer and not answer["refused"]
    assert {s["address"] for s in answer["sources"]} >= {c["address"] for c in answer["citations"]}
    for source in answer["sources"]:
        found = mcp.answer("provision", text=source["address"])
        assert source["quote"] in found["text"]
        assert source["verified"] is True
        assert source["effective_from"] == found["effective_from"]
        assert f"{source['address']}〔" in words(result)


def test_a_follow_up_continues_the_conversation(mcp: Talking) -> None:
    first = mcp.answer("ask", question="民法典第1067条第一款")
    after = mcp.answer("ask", question="第二款呢", conversation_id=first["conversation_id"])
    assert [s["address"] for s in after["sources"]] == ["民法典第一千零六十七条第二款"]


def test_a_refusal_is_an_answer_and_danger_comes_first(mcp: Talking) -> None:
    refused = mcp.call("ask", question="英国的继承法怎么规定？")
    assert not refused.is_error
    assert refused.structured_content and refused.structured_content["refused"]
    assert "12348" in words(refused)
    danger = mcp.call("ask", question="他又打我了，说要杀了我，怎么办？")
    assert danger.structured_content and danger.structured_content["risks"]
    assert "110" in words(danger).split("。")[0] + words(danger).split("。")[1]


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "says"),
    [
        ("search", {"query": " "}, "bad_request", "空的"),
        ("search", {}, "bad_request", "检索词"),
        ("search", {"query": "a", "querry": "b"}, "bad_request", "querry"),
        ("search", {"query": "a", "on": "2026-13-40"}, "bad_request", "2026-11-21"),
        ("search", {"query": "a", "limit": 1000}, "bad_request", "100"),
        ("provision", {"text": "太空旅行法第三条"}, "no_such_law", "太空旅行法"),
        ("provision", {"text": "民法典第9999条"}, "no_such_article", ""),
        ("cite_check", {"text": ""}, "bad_request", ""),
        ("ask", {"question": "树" * 3000}, "bad_request", "2,?000"),
        ("ask", {"question": "谁出？", "village": "nowhere"}, "bad_request", "编号"),
    ],
)
def test_errors_have_the_one_shape(
    mcp: Talking, tool: str, arguments: dict[str, object], code: str, says: str
) -> None:
    result = mcp.call(tool, **arguments)
    assert result.is_error
    assert result.structured_content
    error = result.structured_content["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] == code
    assert chinese(error["message"])
    assert re.search(says, error["message"] + error["hint"])
    assert error["message"] in words(result)


def test_an_unknown_tool_is_a_protocol_error(mcp: Talking) -> None:
    with pytest.raises(MCPError, match="cite_check"):
        mcp.call("delete_everything")


def test_an_empty_library_is_said_in_each_answer(base_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("models", "cache"):
        (home / name).symlink_to((base_home / name).resolve(), target_is_directory=True)
    with talking(in_memory(Settings(home=home))) as mcp:
        assert mcp.tools(), "the handshake works, so that the error can be shown at all"
        result = mcp.call("search", query="宅基地")
    assert result.is_error
    assert "fengqiao ingest --shipped" in words(result)
