"""Mediation cases from jsonl, json, xlsx, csv, and from documents with the same headings → MediationCase."""

from typing import Any

from ingest.parsers.case_fields import KEYS
from ingest.parsers.case_record import case_from
from ingest.parsers.case_text import cases_in_text
from ingest.parsers.hints import Hints
from ingest.readers.base import Document
from ingest.readers.columns import table_records
from kb.catalog.incoming import Parsed
from kb.errors import UnreadableFile


def parse_cases(document: Document, hints: Hints | None = None) -> Parsed:
    """Return the cases of a data file, a workbook or a document.

    Raises:
        UnreadableFile: saying which line, which key and what is expected there.
    """
    hints = hints or Hints()
    if document.records:
        records = [(f"第 {number} 行", record) for number, record in enumerate(document.records, 1)]
    elif document.media in ("xlsx", "csv"):
        records = _rows(document)
    else:
        return cases_in_text(document, hints)
    parsed = Parsed()
    seen: dict[str, str] = {}
    for where, record in records:
        case = case_from(record, where, document.path, hints)
        if case.id in seen:
            parsed.warnings.append(f"{where}与{seen[case.id]}是同一个案例“{case.name}”，只收一次。")
            continue
        seen[case.id] = where
        parsed.cases.append(case)
    if not parsed.cases:
        raise UnreadableFile("文件里没有案例。", "每个案例应有名称、基本案情和处理结果。")
    return parsed


def _rows(document: Document) -> list[tuple[str, dict[str, Any]]]:
    problem: UnreadableFile | None = None
    rows: list[tuple[str, dict[str, Any]]] = []
    for sheet in document.sheets:
        try:
            records = table_records(sheet, KEYS, ("name", "facts"))
        except UnreadableFile as error:
            problem = problem or error
            continue
        name = f"工作表“{sheet.name}”" if sheet.name else "表格"
        for number, record in enumerate(records, 1):
            if len(set(record.values()) - {""}) == 1:  # a merged row: a heading or a signature
                continue
            named = {KEYS[key][0]: value for key, value in record.items() if value}
            rows.append((f"{name}第 {number} 行数据", named))
    if not rows and problem:
        raise problem
    return rows
