"""Walk the chain and say where it first breaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RowMapping, inspect, select
from sqlalchemy.exc import DBAPIError

from assistant.audit.entry import GENESIS, SEALED, digest
from assistant.audit.log import Head
from assistant.audit.models import table, unguarded
from kb.errors import BadRequest

BATCH = 1000
#: 128 bits: as good as whole against anybody who would make another entry fit, and half to type.
MIN_HEX = 32

#: changed: an entry isn't what was sealed; missing: a number is skipped; inserted: one that nobody gave;
#: unlinked: the entry before was replaced; cut, rewritten: see the anchor; no_table; unguarded: triggers gone.
Break = Literal["", "changed", "missing", "inserted", "unlinked", "cut", "rewritten", "no_table", "unguarded"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found.

    Attributes:
        kind: how the chain is broken; "" when it holds.
        at: number of the first entry at fault; 0 where none can be named.
        head: the last entry that was reached while all was well.
        message: the finding, in Chinese.
    """

    kind: Break
    at: int
    head: Head
    message: str

    @property
    def ok(self) -> bool:
        """Whether the chain holds."""
        return not self.kind


def parse_anchor(written: str) -> Head:
    """Read `N:HASH` as it was kept on paper: blanks, hyphens and capitals don't matter.

    Raises:
        BadRequest: it isn't that.

    >>> parse_anchor("12: " + "AB" * 16).seq
    12
    """
    number, _, rest = written.replace("：", ":").partition(":")
    code = re.sub(r"[\s-]", "", rest).lower()
    number = number.strip()
    if not re.fullmatch(r"\d{1,18}", number) or not re.fullmatch(rf"[0-9a-f]{{{MIN_HEX},64}}", code):
        raise BadRequest(
            f"锚点“{written[:100]}”写法不对",
            f"请照纸上的写：序号、冒号、散列值（至少前 {MIN_HEX} 位），例如 128:3f0a…",
        )
    return Head(int(number), code)


def verify(engine: Engine, anchor: Head | None = None, batch: int = BATCH) -> Verdict:
    """Check every entry and every link, in batches; entries appended meanwhile are checked too.

    The chain alone can't show that its end was cut off, or that all of it was made anew: for that an
    anchor, kept where nobody with the database can reach it, is compared.

    Args:
        engine: of the records' database.
        anchor: head of an earlier day; its hash may be given in part, from `MIN_HEX` digits on.
        batch: entries read at once.
    """
    if not inspect(engine).has_table(table().name):
        return Verdict("no_table", 0, Head(), "数据库里没有审计日志这张表：从未启用，或整张表被删。")
    head = Head()
    anchored = anchor is None or (anchor.seq == 0 and GENESIS.startswith(anchor.hash))
    for row in _rows(engine, batch):
        fault = _fault(row, head)
        if fault is not None:
            return fault
        assert row is not None
        head = Head(row["seq"], row["hash"])
        if anchor is not None and anchor.seq == head.seq:
            if not head.hash.startswith(anchor.hash):
                return Verdict(
                    "rewritten", head.seq, head,
                    f"第 {head.seq} 条与锚点不符：到这一条为止的日志被整个改写过，或锚点抄错了。",
                )  # fmt: skip
            anchored = True
    if anchor is not None and not anchored:
        return Verdict(
            "cut", head.seq + 1, head,
            f"锚点是第 {anchor.seq} 条，日志只到第 {head.seq} 条：第 {head.seq + 1} 条起被截去了。",
        )  # fmt: skip
    with engine.connect() as connection:
        gone = unguarded(connection)
    if gone:
        return Verdict(
            "unguarded", 0, head,
            f"链条完整，但数据库里防改删的触发器不见了：{'、'.join(gone)}。有人动过数据库结构。",
        )  # fmt: skip
    return Verdict("", 0, head, f"完整：共 {head.seq} 条，逐条核对无误。")


def _fault(row: dict[str, Any] | None, last: Head) -> Verdict | None:
    """Return what is wrong with the entry that follows `last`, or None. A row of None can't be read."""
    expected = last.seq + 1
    if row is None or not isinstance(row["seq"], int):
        return Verdict("changed", expected, last, f"第 {expected} 条读不出来：内容被改坏了。")
    seq = row["seq"]
    if seq < expected:
        return Verdict("inserted", seq, last, f"第 {seq} 条不是程序写的：序号从 1 开始。")
    if digest(row) != row["hash"]:
        return Verdict("changed", seq, last, f"第 {seq} 条（{row['at']}）被改过：内容与封存时不符。")
    if seq > expected:
        lost = f"第 {expected} 条" if seq == expected + 1 else f"第 {expected} 至 {seq - 1} 条"
        return Verdict("missing", expected, last, f"{lost}不见了：被删除。")
    if row["previous"] != last.hash:
        # Sealed anew, so the seal fits; what it was sealed to isn't there.
        where = f"第 {last.seq} 条被换过" if last.seq else "它之前的记录被删除"
        return Verdict("unlinked", seq, last, f"第 {seq} 条与前一条接不上：{where}，或这一条被重新封存。")
    return None


def _rows(engine: Engine, batch: int) -> Iterator[dict[str, Any] | None]:
    """Yield the rows in order; None, and no more, at one that the driver can't read."""
    after: int | None = None
    while True:
        with engine.connect() as connection:
            try:
                rows = _read(connection, after, batch)
            except (DBAPIError, ValueError):
                if batch == 1:
                    yield None
                    return
                connection.rollback()
                batch = 1  # one by one up to the bad one
                continue
        if not rows:
            return
        for row in rows:
            yield dict(row)
        after = rows[-1]["seq"]
        if not isinstance(after, int):
            return


def _read(connection: Connection, after: int | None, limit: int) -> list[RowMapping]:
    c = table().c
    query = select(*(c[name] for name in (*SEALED, "hash"))).order_by(c.seq).limit(limit)
    if after is not None:
        query = query.where(c.seq > after)
    return list(connection.execute(query).mappings())
