"""Excel workbooks: visible sheets, merged cells filled, formulas by their saved results."""

import io
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree as etree  # noqa: N813

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from ingest.readers.base import MAX_CHARS, Content, Sheet, too_long
from kb.errors import UnreadableFile
from kb.text.visible import visible

MAX_CELLS = 1_000_000
_SHOWN = 3


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"工作表“{name}”太大，超过 {MAX_CELLS // 10_000} 万个单元格。",
        "请删去多余的合并单元格和空白区域，或拆成几个文件再导入。",
    )


def _check_ranges(data: bytes) -> None:
    """Refuse ranges of a million cells before openpyxl makes an object of each, and the machine swaps.

    It does so for merged cells and for links; a sheet may lie under any name in the package.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            plain = archive.read(name).replace(b"\x00", b"")
            if b"mergeCell" not in plain and b"hyperlink" not in plain:
                continue
            area = 0
            with archive.open(name) as part:
                # Safe: `container` has refused every part with a document type declaration.
                for _, element in etree.iterparse(part):  # noqa: S314
                    if element.tag.endswith(("}mergeCell", "}hyperlink")):
                        bounds = range_boundaries(element.get("ref", "A1"))
                        if None in bounds:  # whole rows or columns
                            raise _too_large(name)
                        left, top, right, bottom = (bound or 0 for bound in bounds)
                        area += (right - left + 1) * (bottom - top + 1)
                    element.clear()
                    if area > MAX_CELLS:
                        raise _too_large(name)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return visible(str(value)).replace("\r\n", "\n").replace("\t", " ").strip()


def _rows(sheet: Worksheet) -> list[list[str]]:
    # By the cells there are: a stray format in row 1,048,576 must not make a million empty rows.
    cells: dict[tuple[int, int], str] = {}
    chars = 0
    for place, cell in sheet._cells.items():
        if text := _text(cell.value):
            cells[place] = text
            chars += len(text)
            if chars > MAX_CHARS:  # a long text that is stored once may stand in any number of cells
                raise too_long()
    ranges = [r.bounds for r in sheet.merged_cells.ranges]
    if len(cells) > MAX_CELLS:
        raise _too_large(sheet.title)
    for left, top, right, bottom in ranges:
        text = cells.get((top, left), "")
        chars += len(text) * (bottom - top + 1) * (right - left + 1)
        if chars > MAX_CHARS:
            raise too_long()
        if text:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    cells[row, column] = text
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in cells.items():
        by_row.setdefault(row, {})[column] = text
    if sum(max(columns) for columns in by_row.values()) > MAX_CELLS * 4:
        raise UnreadableFile(f"工作表“{sheet.title}”的列太分散。", "请删去远处的零散单元格再导入。")
    return [
        [columns.get(column, "") for column in range(1, max(columns) + 1)]
        for _, columns in sorted(by_row.items())
    ]


def _unsaved(values: Any, formulas: Any) -> list[str]:
    """Return the cells whose formula has no saved result, by name."""
    return [
        cell.coordinate
        for place, cell in formulas._cells.items()
        if cell.data_type == "f" and (place not in values._cells or values._cells[place].value is None)
    ]


def read_xlsx(data: bytes) -> Content:
    """Read an xlsx that `container.zip_kind` has passed. Hidden sheets are skipped, and named in warnings."""
    _check_ranges(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which we don't read
        values = load_workbook(io.BytesIO(data), data_only=True)
        formulas = load_workbook(io.BytesIO(data), data_only=False)
    content = Content()
    parts = []
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            content.warnings.append(f"跳过了隐藏的工作表“{sheet.title}”。")
            continue
        rows = _rows(sheet)
        unsaved = _unsaved(sheet, formulas[sheet.title])
        if unsaved:
            more = " 等" if len(unsaved) > _SHOWN else ""
            content.warnings.append(
                f"工作表“{sheet.title}”的 {'、'.join(unsaved[:_SHOWN])}{more} {len(unsaved)} 个单元格是公式，"
                "但没有保存计算结果，按空白处理；请用 Excel 或 WPS 打开并保存一次再导入。"
            )
        errors = sum(cell.startswith("#") and cell.endswith(("!", "?", "/A")) for row in rows for cell in row)
        if errors:
            content.warnings.append(f"工作表“{sheet.title}”有 {errors} 个单元格是公式错误（如 #REF!）。")
        if rows:
            title = visible(sheet.title)
            content.sheets.append(Sheet(title, rows))
            parts.append("\n".join([title, *("\t".join(row).rstrip("\t") for row in rows)]))
            if sum(map(len, parts)) > MAX_CHARS:
                raise too_long()
    if not content.sheets:
        why = "；".join(content.warnings)
        raise UnreadableFile(f"表格里没有内容。{why}", "请确认选对了文件，并取消需要的工作表的隐藏。")
    content.text = "\n\n".join(parts)
    return content
