"""What every reader returns, and how it says that it can't."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from kb.errors import UnreadableFile
from kb.text.visible import visible

MAX_BYTES = 200 * 1024 * 1024
TITLE_CHARS = 60
#: The longest text a file may give; the longest law has a hundredth of it.
MAX_CHARS = 20_000_000


@dataclass(slots=True)
class Sheet:
    """One table: a worksheet, or a table in a text document. Rows may differ in length; no row is empty."""

    name: str
    rows: list[list[str]]


@dataclass(slots=True)
class Content:
    """What one format's reader finds in the bytes of a file.

    Attributes:
        text: lines parted by newlines, no trailing blanks; tables are in it too, cells parted by tabs.
        title: the document's own title; "" when it shows none.
        sheets: the tables, in order.
        records: the objects of a data file (JSON, JSONL, a laws database).
        meta: what the format alone knows: encoding, pages, ….
        warnings: what was left out or looks doubtful, in Chinese, for the person who sent the file.
    """

    text: str = ""
    title: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A file as read.

    Attributes:
        path: where it came from, or the name of an upload.
        media: txt, md, html, docx, xlsx, csv, pdf, json, jsonl or laws; what it is, not what it is called.
        title: its own title, or else its name without the suffix.
        sha256: of the file's bytes, in hex.

    The rest is as in `Content`.
    """

    path: str
    media: str
    title: str
    text: str
    sheets: list[Sheet]
    records: list[dict[str, Any]]
    meta: dict[str, Any]
    warnings: list[str]
    sha256: str


def damaged(what: str, hint: str = "请重新导出或向提供者再要一份，能正常打开后再导入。") -> UnreadableFile:
    """Return the error for a file that starts like a `what` but can't be followed to its end."""
    return UnreadableFile(f"这个{what}已损坏或不完整，读不出来。", hint)


def too_long() -> UnreadableFile:
    """Return the error for a file whose text is longer than MAX_CHARS, however small the file."""
    return UnreadableFile(
        f"文件里的文字超过 {MAX_CHARS // 10_000} 万字，没有读完。", "请拆成几个文件，或删去重复的内容再导入。"
    )


def normal_text(text: str) -> str:
    """Return the text as it is seen: newlines as line ends, no trailing blanks, no two empty lines in a row."""
    for other in ("\r\n", "\r", "\x0b", "\x0c"):
        text = text.replace(other, "\n")
    text = visible(text)
    lines: list[str] = []
    for line in text.split("\n"):
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n")


def first_line_title(text: str) -> str:
    """Return the first line when it reads like a title: short, and no sentence."""
    line = text.lstrip().split("\n", 1)[0].strip()
    return line if 0 < len(line) <= TITLE_CHARS and line[-1] not in "。；;，,、：:！？!?" else ""


def stem(name: str) -> str:
    """Return the name of a file without folders and suffix."""
    return PurePath(name.replace("\\", "/")).stem
