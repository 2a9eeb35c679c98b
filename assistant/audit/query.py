"""Read the audit log for the administrator: filters, pages, CSV."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import Engine, RowMapping, Select, select

from assistant.audit.models import table

#: China has one time zone; a day on the page is a day there, whatever zone the machine is set to.
CHINA = timezone(timedelta(hours=8))
PAGE = 50
_CHUNK = 500
#: What a spreadsheet takes for the start of a formula, also in full width.
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")

ACTION_LABELS = {
    "login": "登录", "logout": "退出", "search": "检索", "view": "查看", "export": "导出", "create": "新建",
    "change": "修改", "approve": "审核通过", "reject": "退回", "publish": "发布", "retract": "撤下",
    "delete": "删除", "redact-reveal": "查看隐去内容", "grant": "授权", "revoke": "收回授权", "backup": "备份",
    "restore": "恢复",
}  # fmt: skip
OUTCOME_LABELS = {"allowed": "成功", "denied": "被拒绝", "failed": "未成功"}
KIND_LABELS = {
    "case": "调解案例", "draft": "稿件", "qa": "普法问答", "provision": "法条", "text": "送来的文字",
    "shelves": "检索", "audit": "审计日志", "person": "人员", "key": "接口密钥", "place": "地点", "route": "其他",
    "dispute": "纠纷", "question": "提问", "rules": "村规民约", "session": "登录", "backup": "备份",
    "chat": "问答记录", "turn": "一次问答", "feedback": "问答反馈", "intake": "转办",
}  # fmt: skip
_COLUMNS = {
    "seq": "序号", "at": "时间（北京时间）", "who": "人员", "address": "地址指纹", "action": "动作", "kind": "对象类别",
    "object_id": "对象编号", "place": "地点", "outcome": "结果", "request_id": "请求编号", "details": "细节",
    "hash": "散列值",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Conditions that must all hold; an empty field asks nothing. `day` is a day in China."""

    who: str = ""
    action: str = ""
    kind: str = ""
    object_id: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One entry as it is shown. `at` is in Chinese time."""

    seq: int
    at: datetime
    who: str
    address: str
    action: str
    kind: str
    object_id: str
    place: str
    outcome: str
    request_id: str
    details: dict[str, Any]
    hash: str

    @property
    def action_label(self) -> str:
        """The action in Chinese."""
        return ACTION_LABELS.get(self.action, self.action)

    @property
    def outcome_label(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_LABELS.get(self.outcome, self.outcome)

    @property
    def kind_label(self) -> str:
        """The kind of thing in Chinese."""
        return KIND_LABELS.get(self.kind, self.kind)


def find(
    engine: Engine, wanted: AuditFilter, before: int | None = None, limit: int = PAGE
) -> list[AuditRecord]:
    """Return entries, newest first.

    Args:
        engine: of the records' database.
        wanted: which.
        before: only entries with a smaller number; the last number of one page asks for the next. A page
            found by number stays the same page while the log grows.
        limit: how many at most.
    """
    query = _where(wanted).order_by(table().c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(table().c.seq < before)
    with engine.connect() as connection:
        return [_record(row) for row in connection.execute(query).mappings()]


def csv_lines(engine: Engine, wanted: AuditFilter) -> Iterator[str]:
    """Yield a CSV file of what is wanted, oldest first, in pieces; UTF-8 with a mark, as Excel needs it.

    A cell that a spreadsheet would compute begins with an apostrophe.
    """
    yield "\ufeff" + _csv_line(list(_COLUMNS.values()))
    after = 0
    while True:
        query = _where(wanted).where(table().c.seq > after).order_by(table().c.seq).limit(_CHUNK)
        with engine.connect() as connection:
            rows = [_record(row) for row in connection.execute(query).mappings()]
        for r in rows:
            details = json.dumps(r.details, ensure_ascii=False, sort_keys=True) if r.details else ""
            yield _csv_line(
                [
                    str(r.seq), r.at.strftime("%Y-%m-%d %H:%M:%S"), r.who, r.address, r.action_label,
                    r.kind_label, r.object_id, r.place, r.outcome_label, r.request_id, details, r.hash,
                ]
            )  # fmt: skip
        if len(rows) < _CHUNK:
            return
        after = rows[-1].seq


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet computes it.

    >>> safe_cell("=1+1"), safe_cell("王芳")
    ("'=1+1", '王芳')
    """
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def _where(wanted: AuditFilter) -> Select[Any]:
    c = table().c
    query = select(*(c[name] for name in _COLUMNS))
    for name in ("who", "action", "kind", "object_id"):
        value = getattr(wanted, name)
        if value:
            query = query.where(c[name] == value)
    if wanted.day is not None:
        start = datetime.combine(wanted.day, time(), CHINA)
        query = query.where(c.at >= _stamp(start), c.at < _stamp(start + timedelta(days=1)))
    return query


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record(row: RowMapping) -> AuditRecord:
    fields = dict(row)
    fields["at"] = datetime.fromisoformat(fields["at"]).astimezone(CHINA)
    fields["details"] = json.loads(fields["details"])
    return AuditRecord(**fields)
