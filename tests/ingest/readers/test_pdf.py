import io

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.readers import read_bytes
from ingest.readers.pdf import join_lines
from tests.ingest.readers.law_text import articles
from tests.ingest.readers.test_text import refused

FONT = "STSong-Light"
WIDTH = 34  # characters a line


def pdf(*pages: list[str]) -> bytes:
    """A PDF with these lines, a page each list; an empty list is a page with a drawing only."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for lines in pages:
        canvas.setFont(FONT, 14)
        for number, line in enumerate(lines):
            canvas.drawString(50, 780 - 24 * number, line)
        if not lines:
            canvas.rect(100, 100, 200, 200)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def wrapped(text: str) -> list[str]:
    return [text[start : start + WIDTH] for start in range(0, len(text), WIDTH)]


def encrypted(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_broken_lines_are_joined_and_articles_kept_apart() -> None:
    law = [a.replace("\n", "") for a in articles("中华人民共和国人民调解法", 12)]
    lines = [line for article in law for line in wrapped(article)]
    half = len(lines) // 2
    document = read_bytes("a.pdf", pdf(["人民调解", *lines[:half]], lines[half:]))
    assert document.media == "pdf"
    got = document.text.replace("\u3000", " ").split("\n")
    assert got == ["人民调解", *(article.replace("\u3000", " ") for article in law)]
    assert document.title == "人民调解"
    assert document.meta == {"pages": 2, "scanned": []}


def test_headers_footers_and_page_numbers_are_dropped() -> None:
    pages = [f"某村村规民约\n第{n}条　内容{n}。\n- {i} -" for i, n in enumerate("一二三四", 1)]
    assert join_lines(pages) == "\n".join(f"第{n}条　内容{n}。" for n in "一二三四")
    # A number in mid-page is content.
    assert join_lines(["上\n30\n下"]) == "上\n30\n下"


def test_english_words_keep_their_space() -> None:
    line = "mediation agreement signed by both of the parties and the"
    assert join_lines([f"{line}\nmediator"]) == f"{line} mediator"


def test_a_scan_is_named() -> None:
    refused("a.pdf", pdf([], []), "这是扫描件", "OCR")


def test_scanned_pages_among_others_are_counted() -> None:
    document = read_bytes("a.pdf", pdf(["第一条　爱护公物。"], [], ["第二条　和睦相处。"]))
    assert document.text == "第一条　爱护公物。\n第二条　和睦相处。"
    assert document.meta["scanned"] == [2]
    assert "第 2 页（共 1 页）没有文字层" in document.warnings[0]


def test_encryption() -> None:
    plain = pdf(["第一条　爱护公物。"])
    refused("a.pdf", encrypted(plain, "secret"), "密码", "去掉密码")
    # Locked against editing only: it opens without a password, and so for us.
    assert read_bytes("a.pdf", encrypted(plain, "")).text == "第一条　爱护公物。"


def test_corrupt_pdf() -> None:
    plain = pdf(["第一条　爱护公物。"])
    refused("a.pdf", b"%PDF-1.7\n" + b"\x00" * 100)
    refused("a.pdf", b"%PDF-1.4\ntrailer << /Root 1 0 R >>\n%%EOF")
    refused("a.pdf", "改了名的文本".encode(), "不是PDF 文件")
    # A PDF whose end is cut off can often still be read, or else is refused.
    for cut in (50, len(plain) // 2, len(plain) - 30):
        try:
            assert "第一条" in read_bytes("a.pdf", plain[:cut]).text
        except Exception as error:
            assert type(error).__name__ == "UnreadableFile"


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a"])
def test_a_pdf_is_known_by_its_content(name: str) -> None:
    assert read_bytes(name, pdf(["第一条　爱护公物。"])).media == "pdf"
