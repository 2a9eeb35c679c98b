"""Validation errors in plain Chinese: which field, what is wrong, how to mend it."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from kb.text.visible import one_line

#: What people call the fields. A field that is not here is named by its key alone.
FIELD_LABELS: dict[str, str] = {
    "query": "检索词",
    "kinds": "类别",
    "on": "日期",
    "village": "村",
    "law": "法律",
    "version": "版本日期",
    "dispute_type": "纠纷类型",
    "limit": "每页条数",
    "offset": "起始位置",
    "question": "问题",
    "answer": "答案",
    "narrative": "纠纷经过",
    "text": "文本",
    "address": "条文地址",
    "topic": "主题",
    "case_id": "案例编号",
    "count": "数量",
    "format": "格式",
    "status": "状态",
    "decision": "审核结论",
    "comment": "审核意见",
    "conversation_id": "会话编号",
    "file": "文件",
    "q": "查找词",
    "messages": "消息",
    "model": "模型",
    "content": "内容",
    "login": "登录名",
    "password": "密码",
    "old": "原密码",
    "new": "新密码",
    "role": "角色",
    "memberships": "角色和地方",
    "scopes": "权限",
    "days": "有效天数",
    "code": "设置码",
    "facts": "基本案情",
    "focus": "争议焦点",
    "handling": "处理方式方法",
    "result": "处理结果",
    "gist": "解纷要旨",
    "basis": "解纷依据",
    "relation": "当事人关系",
    "keywords": "关键词",
    "also": "还有要隐去的姓名",
    "claim": "诉求金额",
    "settled": "协议金额",
    "opened": "受理日期",
    "closed": "办结日期",
    "outcome": "结果",
    "kept": "履行",
}
DATE_HINT = "日期写法应为 2026-11-21"


class Problem(NamedTuple):
    """One field at fault."""

    field: str
    message: str
    hint: str


def label(field: str) -> str:
    """Return the field as shown: 检索词（query）.

    >>> label("on")
    '日期（on）'
    >>> label("x")
    'x'
    """
    name = FIELD_LABELS.get(field.split(".")[-1])
    return f"{name}（{field}）" if name else field


def _shown(value: object) -> str:
    return one_line(str(value), 41)


def _choices(expected: str) -> str:
    return "、".join(re.findall(r"'([^']*)'", expected)) or expected


Rule = Callable[[str, Any, Mapping[str, Any]], tuple[str, str]]


def _date(name: str, value: Any, _ctx: Mapping[str, Any]) -> tuple[str, str]:
    return f"{name}“{_shown(value)}”写法不对，或没有这一天", DATE_HINT


def _integer(name: str, value: Any, _ctx: Mapping[str, Any]) -> tuple[str, str]:
    return f"{name}“{_shown(value)}”不是整数", "请填整数，例如 20"


def _at_least(name: str, _value: Any, ctx: Mapping[str, Any]) -> tuple[str, str]:
    low = ctx.get("ge", ctx.get("gt"))
    return f"{name}太小", f"{name}不能小于 {low}"


def _at_most(name: str, _value: Any, ctx: Mapping[str, Any]) -> tuple[str, str]:
    high = ctx.get("le", ctx.get("lt"))
    return f"{name}太大", f"{name}不能大于 {high}"


def _too_short(name: str, _value: Any, ctx: Mapping[str, Any]) -> tuple[str, str]:
    least = ctx.get("min_length", 1)
    if least == 1:
        return f"{name}是空的", f"请填写{name}"
    return f"{name}太短", f"{name}至少 {least} 个"


def _too_long(name: str, value: Any, ctx: Mapping[str, Any]) -> tuple[str, str]:
    unit = "字" if isinstance(value, str) else "项"
    most = ctx.get("max_length")
    return f"{name}太长，上限是 {most} {unit}", f"请缩短到 {most} {unit}以内"


def _literal(name: str, value: Any, ctx: Mapping[str, Any]) -> tuple[str, str]:
    return f"{name}不能是“{_shown(value)}”", f"可填：{_choices(str(ctx.get('expected', '')))}"


def _fixed(message: str, hint: str) -> Rule:
    return lambda name, _value, _ctx: (message.format(name=name), hint.format(name=name))


def _value_error(name: str, _value: Any, ctx: Mapping[str, Any]) -> tuple[str, str]:
    """Show our own validators' words: they are written in Chinese; anything else stays inside."""
    said = str(ctx.get("error", ""))
    return (f"{name}：{said}" if said and not said.isascii() else f"{name}写法不对"), ""


_RULES: dict[str, Rule] = {
    "missing": _fixed("缺少{name}", "请填写{name}"),
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "greater_than_equal": _at_least,
    "greater_than": _at_least,
    "less_than_equal": _at_most,
    "less_than": _at_most,
    "literal_error": _literal,
    "enum": _literal,
    "value_error": _value_error,
    "assertion_error": _value_error,
    "string_type": _fixed("{name}要是文字", "请用引号括起来的文字"),
    "string_unicode": _fixed("{name}里有读不出来的字", "请用 UTF-8 编码"),
    "list_type": _fixed("{name}要是列表", '例如 ["provision", "case"]'),
    "bool_type": _fixed("{name}要是 true 或 false", "请填 true 或 false"),
    "bool_parsing": _fixed("{name}要是 true 或 false", "请填 true 或 false"),
}
_BODY = _fixed(
    "请求体要是一个 JSON 对象",
    '例如 {{"query": "邻居家树枝伸到我家院子"}}，并带上 Content-Type: application/json',
)


def _rule_for(kind: str, loc: Sequence[Any]) -> Rule:
    if kind in ("model_attributes_type", "model_type", "dict_type", "dataclass_type") or (
        kind == "missing" and list(loc) == ["body"]
    ):
        return _BODY
    if kind.startswith(("date_", "datetime_")):
        return _date
    if kind.startswith(("int_", "float_", "decimal_")):
        return _integer
    return _RULES.get(kind, _fixed("{name}写法不对", "请对照接口说明 /api/v1/openapi.json 检查{name}"))


def describe(errors: Sequence[Any], known: Sequence[str] = ()) -> list[Problem]:
    """Turn pydantic's errors into Chinese problems, one for each field at fault.

    Args:
        errors: pydantic's error dicts (`type`, `loc`, `input`, `ctx`).
        known: field names the route takes, named where the caller sent an unknown one.
    """
    problems: dict[str, Problem] = {}
    for error in errors:
        kind, loc, ctx = str(error["type"]), list(error.get("loc", ())), error.get("ctx") or {}
        if kind == "json_invalid":
            place = f"（第 {loc[1] + 1} 个字附近）" if len(loc) > 1 and isinstance(loc[1], int) else ""
            hint = "请检查引号、逗号和括号是否成对；文字要放在双引号里"
            return [Problem("", f"请求体不是正确的 JSON{place}", hint)]
        # Only names count: list positions tell a caller nothing that the field doesn't.
        names = [one_line(part, 60) for part in loc[1:] if isinstance(part, str)]
        field = ".".join(names)
        if kind == "extra_forbidden":
            near = difflib.get_close_matches(names[-1] if names else "", known, n=1, cutoff=0.6)
            hint = f"是不是想写 {near[0]}？" if near else ""
            listed = f"可用的有：{'、'.join(known)}" if known else ""
            message, hint = f"没有“{_shown(field)}”这个参数", hint + listed
        else:
            message, hint = _rule_for(kind, loc)(label(field), error.get("input"), ctx)
        problems.setdefault(field, Problem(field, message, hint))
    return list(problems.values())
