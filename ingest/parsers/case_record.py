"""One case record → MediationCase."""

import re
from typing import Any

from ingest.parsers.case_fields import read_fields
from ingest.parsers.case_types import guess_type
from ingest.parsers.hints import Hints
from ingest.parsers.villages import village_id
from kb.model import MediationCase, stable_id


def case_from(record: dict[str, Any], where: str, source: str, hints: Hints) -> MediationCase:
    """Return the case of one record; its id comes from its name and facts."""
    fields = read_fields(record, where)
    keywords = fields.get("keywords", [])
    if not fields.get("dispute_type"):
        fields["dispute_type"] = guess_type(" ".join(keywords), fields["name"], fields["facts"][:200])
    if not fields.get("cited"):
        fields["cited"] = citations_written(fields.get("basis", ""))
    if fields.get("sample") is None:
        fields["sample"] = False
    fields["village"] = village_id(fields.get("village", "") or hints.village)
    return MediationCase(
        id=stable_id("case", fields["name"], fields["facts"]),
        scope=hints.scope,
        source=source,
        **{key: value for key, value in fields.items() if value is not None},
    )


def citations_written(text: str) -> list[str]:
    """Return the citations of a text as written: each 《law》 with the articles that follow it.

    >>> citations_written("《民法典》第二百八十八条、第二百九十条第二款；《噪声法》")
    ['《民法典》第二百八十八条', '《民法典》第二百九十条第二款']
    """
    found: list[str] = []
    for match in re.finditer(
        r"(《(?:[^《》]|《[^》]*》)+》)((?:[、，,和及与\s]*第[^、，,；;。《和及与\s]{1,30}?[条款项](?:之[一二三四五六七八九十])?)+)",
        text,
    ):
        last = ""
        for part in re.findall(r"第[^、，,和及与\s]+", match[2]):
            if "条" in part:
                last = part[: part.index("条") + 1]
                found.append(match[1] + part)
            elif last:  # 第X条第一款、第二款
                found.append(match[1] + last + part)
    return list(dict.fromkeys(found))
