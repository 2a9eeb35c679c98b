from datetime import date
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.api.messages import Problem, describe


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, max_length=5)
    on: date | None = None
    limit: int = Field(20, ge=1, le=100)
    format: Literal["docx", "md"] = "docx"
    kinds: list[str] | None = None


def problems(**values: object) -> list[Problem]:
    with pytest.raises(ValidationError) as caught:
        Form(**values)  # type: ignore[arg-type]
    errors = [{**e, "loc": ("body", *e["loc"])} for e in caught.value.errors()]
    return describe(errors, list(Form.model_fields))


@pytest.mark.parametrize(
    ("values", "field", "message", "hint"),
    [
        ({}, "query", "缺少检索词（query）", "请填写检索词（query）"),
        ({"query": ""}, "query", "检索词（query）是空的", "请填写检索词（query）"),
        ({"query": "一二三四五六"}, "query", "检索词（query）太长，上限是 5 字", "请缩短到 5 字以内"),
        ({"query": 5}, "query", "检索词（query）要是文字", "引号"),
        ({"query": "a", "on": "2026-13-40"}, "on", "“2026-13-40”", "日期写法应为 2026-11-21"),
        ({"query": "a", "on": "明天"}, "on", "“明天”", "日期写法应为 2026-11-21"),
        ({"query": "a", "limit": 0}, "limit", "每页条数（limit）太小", "不能小于 1"),
        ({"query": "a", "limit": 101}, "limit", "每页条数（limit）太大", "不能大于 100"),
        ({"query": "a", "limit": "多"}, "limit", "“多”不是整数", "例如 20"),
        ({"query": "a", "format": "pdf"}, "format", "格式（format）不能是“pdf”", "可填：docx、md"),
        ({"query": "a", "kinds": "case"}, "kinds", "类别（kinds）要是列表", ""),
        ({"query": "a", "querry": "b"}, "querry", "没有“querry”这个参数", "是不是想写 query？"),
    ],
)
def test_each_mistake_is_named_with_its_cure(
    values: dict[str, object], field: str, message: str, hint: str
) -> None:
    (problem,) = problems(**values)
    assert problem.field == field
    assert message in problem.message
    assert hint in problem.hint


def test_an_unknown_kind_of_error_still_speaks_chinese() -> None:
    (problem,) = describe([{"type": "frozen_instance", "loc": ("body", "x"), "msg": "Instance is frozen"}])
    assert problem.message == "x写法不对"
    assert "frozen" not in problem.hint


def test_a_union_that_fails_twice_is_told_once() -> None:
    errors = [
        {"type": "int_parsing", "loc": ("body", "limit", 0)},
        {"type": "string_type", "loc": ("body", "limit", 1)},
    ]
    assert len(describe(errors)) == 1
