"""The keys of a case record, what each may hold, and Chinese complaints when one doesn't."""

import difflib
import re
from collections.abc import Callable
from datetime import date
from typing import Any, get_args

from ingest.parsers.dates import find_dates
from kb.errors import UnreadableFile
from kb.model import DISPUTE_TYPES, Kept, Outcome

#: Key of the model → names it may have in a file; the first is the one we write and ask for.
KEYS: dict[str, tuple[str, ...]] = {
    "name": ("name", "案例名称", "案件名称", "名称", "标题", "案例标题", "案名"),
    "keywords": ("关键词",),
    "facts": ("基本案情", "案情", "案情简介", "纠纷简介", "简要案情"),
    "focus": ("争议焦点",),
    "handling": ("处理方式方法", "处理方式", "调解过程", "调解方法", "化解过程", "处理方法"),
    "result": ("处理结果", "调解结果", "化解结果"),
    "basis": ("解纷依据", "法律依据", "调解依据"),
    "gist": ("解纷要旨", "案例点评", "典型意义", "案例评析", "启示"),
    "cited": ("引用法条",),
    "dispute_type": ("纠纷类型",),
    "relation": ("当事人关系",),
    "claim": ("诉求金额",),
    "settled": ("协议金额",),
    "opened": ("受理日期",),
    "closed": ("办结日期",),
    "outcome": ("结果",),
    "kept": ("履行",),
    "confirmed": ("司法确认",),
    "village": ("村",),
    "sample": ("样本",),
}
REQUIRED = ("name", "facts")
ANY_OF = ("handling", "result")
#: Columns of office tables that say nothing about the case.
IGNORED = ("序号", "编号", "备注", "id", "来源")
_BY_NAME = {name: key for key, names in KEYS.items() for name in names}
_EMPTY = ("", "无", "/", "—", "-", "未知", "null")


def printed(key: str) -> str:
    """Return the name of a key that a person sees."""
    return KEYS[key][0]


def rename(record: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the record keyed by the model's names.

    Raises:
        UnreadableFile: unknown or missing keys, named, with what is expected.
    """
    out: dict[str, Any] = {}
    for name, value in record.items():
        plain = re.sub(r"[\s:：]|[（(].*?[）)]", "", str(name))
        if plain in IGNORED:
            continue
        key = _BY_NAME.get(plain)
        if key is None:
            close = difflib.get_close_matches(plain, _BY_NAME, n=1, cutoff=0.5)
            hint = f"是不是“{close[0]}”？" if close else ""
            raise UnreadableFile(f"{where}有不认识的项“{name}”。", f"{hint}可用的项：{_names()}。")
        if out.get(key) in (None, ""):
            out[key] = value
    missing = [printed(key) for key in REQUIRED if out.get(key) in (None, "")]
    if not any(out.get(key) for key in ANY_OF):
        missing.append(f"{printed(ANY_OF[0])}或{printed(ANY_OF[1])}")
    if missing:
        raise UnreadableFile(
            f"{where}缺少：{'、'.join(missing)}。", f"每个案例至少要有这些项。可用的项：{_names()}。"
        )
    return out


def _names() -> str:
    return "、".join(names[0] for names in KEYS.values())


def _wrong(where: str, key: str, value: Any, expected: str) -> UnreadableFile:
    return UnreadableFile(
        f"{where}的“{printed(key)}”是“{str(value)[:40]}”，应为{expected}。", "请改正后重新导入。"
    )


def _text(where: str, key: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(where, key, value, "文字")
    return value.strip()


def _words(where: str, key: str, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        split = r"[;；\n]+" if key == "cited" else r"[\s,，、;；]+"
        return [word for word in re.split(split, value.strip()) if word]
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return [word.strip() for word in value if word.strip()]
    raise _wrong(where, key, value, "文字或文字的列表")


def amount(where: str, key: str, value: Any) -> float | None:
    """Return an amount in 元 from a number, 「1.2万元」, 「12,000」; None when there is none."""
    if value is None or (isinstance(value, str) and value.strip() in _EMPTY):
        return None
    if isinstance(value, bool):
        raise _wrong(where, key, value, "金额（元）")
    if isinstance(value, int | float):
        number = float(value)
    else:
        match = re.fullmatch(r"(?:人民币|[¥￥])?\s*([\d,，]+(?:\.\d+)?)\s*(万)?\s*元?", str(value).strip())
        if not match:
            raise _wrong(where, key, value, "数字，单位是元，没有就留空")
        number = float(match[1].replace(",", "").replace("，", "")) * (10_000 if match[2] else 1)
    if not 0 <= number < 1e12:
        raise _wrong(where, key, value, "不小于零的金额")
    return number


def _day(where: str, key: str, value: Any) -> date | None:
    if value is None or (isinstance(value, str) and value.strip() in _EMPTY):
        return None
    found = list(find_dates(value.strip())) if isinstance(value, str) else []
    if len(found) != 1:
        raise _wrong(where, key, value, "日期，例如 2026-05-08")
    return found[0].day


def _flag(where: str, key: str, value: Any) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value
    word = str(value).strip().lower()
    if word in _EMPTY:
        return None if word != "无" else False
    if word in ("是", "true", "1", "已确认", "有", "y", "yes"):
        return True
    if word in ("否", "false", "0", "未确认", "没有", "n", "no"):
        return False
    raise _wrong(where, key, value, "是或否")


def _one_of(allowed: tuple[str, ...], default: str) -> Callable[[str, str, Any], str]:
    def read(where: str, key: str, value: Any) -> str:
        word = _text(where, key, value)
        if not word or (word == "未知" and default == "未知"):
            return default
        if word not in allowed:
            raise _wrong(where, key, value, f"其中之一：{'、'.join(a for a in allowed if a != '未知')}")
        return word

    return read


READERS: dict[str, Callable[[str, str, Any], Any]] = {
    **dict.fromkeys(
        ("name", "facts", "focus", "handling", "result", "basis", "gist", "relation", "village"), _text
    ),
    **dict.fromkeys(("keywords", "cited"), _words),
    **dict.fromkeys(("claim", "settled"), amount),
    **dict.fromkeys(("opened", "closed"), _day),
    **dict.fromkeys(("confirmed", "sample"), _flag),
    "dispute_type": _one_of(DISPUTE_TYPES, ""),
    "outcome": _one_of(get_args(Outcome), "未知"),
    "kept": _one_of(get_args(Kept), "未知"),
}


def read_fields(record: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the record's values, each of its type; raise UnreadableFile naming key and expectation."""
    fields = {key: READERS[key](where, key, value) for key, value in rename(record, where).items()}
    opened, closed = fields.get("opened"), fields.get("closed")
    if opened and closed and closed < opened:
        raise _wrong(where, "closed", closed, f"不早于受理日期 {opened} 的日期")
    return fields
