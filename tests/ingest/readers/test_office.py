import io
import zipfile
from datetime import date, datetime

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook

from ingest.readers import read_bytes
from ingest.readers.numbering import _drawn, chinese
from tests.ingest.readers.test_text import refused

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(thing: object) -> bytes:
    out = io.BytesIO()
    thing.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return out.getvalue()


def simple_docx(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def test_docx_in_the_order_of_the_page() -> None:
    document = docx.Document()
    document.add_paragraph("二〇二四年修订")
    document.add_heading("枫树湾村村规民约", 1)
    paragraph = document.add_paragraph("第一条 ")
    paragraph.add_run("爱护").bold = True
    paragraph.add_run("公物。\n另起一行")
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "项目"
    table.cell(0, 2).text = "金额"
    for column, text in enumerate(("卫生费", "每户", "30 元")):
        table.cell(1, column).text = text
    document.add_paragraph("第二条 和睦相处。")
    read = read_bytes("a.docx", saved(document))
    assert read.text.split("\n") == [
        "二〇二四年修订", "枫树湾村村规民约", "第一条 爱护公物。", "另起一行",
        "项目\t金额", "卫生费\t每户\t30 元", "第二条 和睦相处。",
    ]  # fmt: skip
    assert read.title == "枫树湾村村规民约"
    assert read.sheets[0].rows == [["项目", "项目", "金额"], ["卫生费", "每户", "30 元"]]


def test_docx_content_controls_tracked_changes_links_and_text_boxes() -> None:
    document = docx.Document()
    body = document.element.body
    body.insert(
        0,
        parse_xml(
            f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>控件里的字</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    body.insert(
        1,
        parse_xml(
            f"<w:p {W}><w:r><w:t>保留</w:t></w:r><w:del><w:r><w:delText>删掉</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>"
        ),
    )
    body.insert(
        2,
        parse_xml(
            f"<w:p {W}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent>"
            "</w:pict></w:r><w:r><w:t>框外</w:t></w:r></w:p>"
        ),
    )
    assert read_bytes("a.docx", saved(document)).text.split("\n") == [
        "控件里的字", "保留新增链接", "框外", "框里的字",
    ]  # fmt: skip


def test_docx_with_an_absurd_span_or_number_costs_nothing() -> None:
    document = docx.Document()
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "字"
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), "900000000")
    table.cell(0, 0)._tc.get_or_add_tcPr().append(span)
    refused("a.docx", saved(document), "表格")
    assert _drawn(900_000_000, "upperRoman") == "900000000"
    assert _drawn(14, "lowerRoman") == "xiv" and _drawn(28, "upperLetter") == "BB"


def numbered(document: docx.document.Document, num: int, level: int, text: str) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    numbering = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", level), ("w:numId", num)):
        child = OxmlElement(tag)
        child.set(qn("w:val"), str(value))
        numbering.append(child)
    properties.append(numbering)


def test_docx_automatic_numbers() -> None:
    document = docx.Document()
    root = document.part.numbering_part.element
    levels = (("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    xml = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{f}"/><w:lvlText w:val="{t}"/></w:lvl>'
        for i, (f, t) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{xml}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level, text in (
        (0, "总则。"), (1, "甲。"), (1, "乙。"), (2, "细目。"), (0, "分则。"), (1, "丙。"),
    ):  # fmt: skip
        numbered(document, 90, level, text)
    for _ in range(9):
        numbered(document, 90, 0, "后面。")
    lines = read_bytes("a.docx", saved(document)).text.split("\n")
    assert lines[:6] == [
        "第一条 总则。",
        "（一）甲。",
        "（二）乙。",
        "1.细目。",
        "第二条 分则。",
        "（一）丙。",
    ]
    assert lines[-1] == "第十一条 后面。"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1067, "一千零六十七"),
    ],
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert chinese(number) == text


def test_docx_that_isnt_one() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "文字")
    refused("a.docx", other.getvalue(), "压缩包", "解压")
    refused("a.docx", "就是文字".encode(), "不是Word 文档")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    refused("a.docx", ole + "EncryptedPackage".encode("utf-16-le"), "密码", "去掉密码")
    refused("a.docx", ole + "WordDocument".encode("utf-16-le"), "旧版 Word", "另存为 docx")
    refused("a.xlsx", ole + "Workbook".encode("utf-16-le"), "旧版 Excel", "另存为 xlsx")
    refused("a.docx", ole, "旧版 Office")
    refused("a.docx", simple_docx("字")[:-200], "损坏")
    refused("a.docx", simple_docx(), "没有文字", "OCR")


def test_content_decides_not_the_name() -> None:
    assert read_bytes("a.txt", simple_docx("第一条")).media == "docx"
    workbook = Workbook()
    workbook.active["A1"] = "字"
    assert read_bytes("a.docx", saved(workbook)).media == "xlsx"


def test_other_packages_are_named() -> None:
    for entry, word in (
        ("OFD.xml", "OFD"),
        ("ppt/presentation.xml", "演示"),
        ("content.xml", "OpenDocument"),
    ):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(entry, "<x/>")
        refused("a.ofd", out.getvalue(), word)


def test_zip_bomb() -> None:
    bomb = repacked(simple_docx("字"), {"word/media/image1.bin": b"\x00" * 30_000_000})
    assert len(bomb) < 200_000
    refused("a.docx", bomb, "庞大", "安全")
    many = repacked(simple_docx("字"), {f"x{i}": b"" for i in range(10_001)})
    refused("a.docx", many, "庞大")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(encoding: str) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "枫桥"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    head = f'<?xml version="1.0" encoding="{encoding}"?>{entities}'
    part = f"{head}<w:document {W}><w:body><w:p><w:r><w:t>&a;&f;</w:t></w:r></w:p></w:body></w:document>"
    refused("a.docx", repacked(simple_docx("字"), {"word/document.xml": part.encode(encoding)}), "不安全")
    workbook = Workbook()
    workbook.active["A1"] = "字"
    sheet = f'<?xml version="1.0" encoding="{encoding}"?>{entities}<worksheet/>'
    refused(
        "a.xlsx", repacked(saved(workbook), {"xl/worksheets/sheet1.xml": sheet.encode(encoding)}), "不安全"
    )


def test_xlsx_merged_cells_dates_numbers_and_hidden_sheets() -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "台账"
    sheet.append(["某镇台账", None, None, None])
    sheet.merge_cells("A1:D1")
    sheet.append(["类型", "名称", "日期", "金额"])
    sheet.append(["邻里", "甲案", date(2024, 3, 5), 1500])
    sheet.append([None, "乙案", datetime(2024, 3, 5, 9, 30), 0.1 + 0.2])
    sheet.merge_cells("A3:A4")
    sheet.cell(row=50, column=1).value = "末行"
    hidden = workbook.create_sheet("草稿")
    hidden["A1"] = "看不见"
    hidden.sheet_state = "hidden"
    document = read_bytes("a.xlsx", saved(workbook))
    assert document.sheets[0].rows == [
        ["某镇台账"] * 4,
        ["类型", "名称", "日期", "金额"],
        ["邻里", "甲案", "2024-03-05", "1500"],
        ["邻里", "乙案", "2024-03-05 09:30", "0.3"],
        ["末行"],
    ]
    assert len(document.sheets) == 1 and "看不见" not in document.text
    assert document.warnings == ["跳过了隐藏的工作表“草稿”。"]
    assert "邻里\t甲案\t2024-03-05\t1500" in document.text


def test_xlsx_formulas_without_saved_results_are_reported() -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "统计"
    sheet.append(["合计", "=SUM(1,2)"])
    sheet.append(["平均", "=A9/2"])
    document = read_bytes("a.xlsx", saved(workbook))
    assert document.sheets[0].rows == [["合计"], ["平均"]]
    assert "B1、B2 2 个单元格是公式" in document.warnings[0]
    # A saved result, as Excel writes it, is what is read.
    data = saved(workbook)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    part = part.replace(b"<f>SUM(1,2)</f><v></v>", b"<f>SUM(1,2)</f><v>3</v>")
    part = part.replace(b"<f>SUM(1,2)</f><v />", b"<f>SUM(1,2)</f><v>3</v>")
    document = read_bytes("a.xlsx", repacked(data, {"xl/worksheets/sheet1.xml": part}))
    assert document.sheets[0].rows[0] == ["合计", "3"]


def test_xlsx_far_cells_and_huge_merges_cost_nothing() -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet["A1"] = "头"
    sheet["A1048576"] = "尾"
    assert read_bytes("a.xlsx", saved(workbook)).sheets[0].rows == [["头"], ["尾"]]
    workbook = Workbook()
    workbook.active["A1"] = "头"
    data = saved(workbook)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    part = part.replace(b"</sheetData>", merge)
    refused("a.xlsx", repacked(data, {"xl/worksheets/sheet1.xml": part}), "太大")


def test_empty_xlsx() -> None:
    refused("a.xlsx", saved(Workbook()), "没有内容")
    workbook = Workbook()
    workbook.active["A1"] = "字"
    workbook.create_sheet("空")
    workbook["Sheet"].sheet_state = "hidden"
    refused("a.xlsx", saved(workbook), "隐藏")
    refused("a.xlsx", b"PK\x05\x06" + b"\x00" * 18, "压缩包")
