"""Tables to records: which row is the header, which column is what."""

import re
from collections.abc import Mapping, Sequence

from ingest.readers.base import Sheet
from kb.errors import UnreadableFile

_HEADER_ROWS = 10


def _key(text: str) -> str:
    """Return a heading without what varies from office to office: blanks, notes in brackets, marks."""
    return re.sub(r"[\s*＊:：]|[（(].*?[）)]", "", text)


def table_records(
    sheet: Sheet, columns: Mapping[str, Sequence[str]], required: Sequence[str]
) -> list[dict[str, str]]:
    """Return one record a row, keyed by the keys of `columns`.

    Args:
        sheet: its header is looked for in the first ten rows, below titles that span the sheet.
        columns: for each key the headings it may have, e.g. {"result": ("处理结果", "调解结果")}.
        required: keys that must be found.

    Raises:
        UnreadableFile: naming the missing columns and those found.
    """
    wanted = {_key(heading): key for key, headings in columns.items() for heading in headings}
    best: tuple[int, dict[int, str]] = (0, {})
    for index, row in enumerate(sheet.rows[:_HEADER_ROWS]):
        found: dict[int, str] = {}
        for place, heading in enumerate(row):
            key = wanted.get(_key(heading))
            if key and key not in found.values():
                found[place] = key
        if len(found) > len(best[1]):
            best = (index, found)
    header, places = best
    missing = [columns[key][0] for key in required if key not in places.values()]
    if missing:
        shown = "、".join(cell for cell in (sheet.rows[header] if sheet.rows else []) if cell)[:100]
        name = f"工作表“{sheet.name}”" if sheet.name else "表格"
        raise UnreadableFile(
            f"{name}缺少这些列：{'、'.join(missing)}。现有的列：{shown or '无'}。",
            f"请把表头改成：{'、'.join(headings[0] for headings in columns.values())}。",
        )
    records = []
    for row in sheet.rows[header + 1 :]:
        record = {key: row[place].strip() if place < len(row) else "" for place, key in places.items()}
        if any(record.values()):
            records.append({key: record.get(key, "") for key in columns})
    return records
