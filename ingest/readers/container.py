"""Zip and OLE containers: what is inside, and whether it is safe to open."""

import io
import re
import stat
import zipfile
from itertools import pairwise

from ingest.readers.base import damaged
from kb.errors import UnreadableFile

MAX_ENTRIES = 10_000
MAX_UNPACKED = 400 * 1024 * 1024
#: XML becomes objects of many times its size; the longest law is a twentieth of this.
MAX_XML = 64 * 1024 * 1024
# Office XML packs to about a tenth; images don't pack at all. Small parts may pack better by chance.
MAX_RATIO = 150
RATIO_FROM = 4 * 1024 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODING = re.compile(rb"^[^>]{0,80}?encoding\s*=\s*[\"']([^\"']{1,40})", re.IGNORECASE)
_SAVE_AS = "请用 WPS 或 Word/Excel 打开它，另存为 {} 后再导入。"


def ole_error(data: bytes) -> UnreadableFile:
    """Return why an OLE file can't be read: protected by a password, or in the format of before 2007."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return UnreadableFile(
            "这个 Office 文件设了打开密码。", "请在 WPS 或 Office 里打开，去掉密码保存后再导入。"
        )
    if has("WordDocument"):
        return UnreadableFile("这是旧版 Word（.doc）或 WPS 文件，不是 docx。", _SAVE_AS.format("docx"))
    if has("Workbook") or has("Book"):
        return UnreadableFile("这是旧版 Excel（.xls）文件，不是 xlsx。", _SAVE_AS.format("xlsx"))
    return UnreadableFile("这是旧版 Office 文件，无法读取。", _SAVE_AS.format("docx 或 xlsx"))


def zip_kind(data: bytes) -> str:
    """Return docx or xlsx for a zip that is one and safe to open; raise UnreadableFile otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            _check_sizes(entries)
            kind = _kind(names)
            if any(entry.flag_bits & 1 for entry in entries):
                raise UnreadableFile("这个文件加了密码。", "请去掉密码后再导入。")
            _check_members(data, entries)
            _check_parts(archive, entries)
    except UnreadableFile:
        raise
    except Exception as error:  # zipfile raises anything from BadZipFile to zlib.error
        raise damaged("文件") from error
    return kind


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    bomb = any(
        entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED or bomb:
        raise UnreadableFile(
            "文件解压后异常庞大，为安全起见没有打开。",
            "请用 WPS 或 Office 打开，只保留需要的内容另存一份再导入。",
        )


def _kind(names: set[str]) -> str:
    if "word/document.xml" in names:
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise UnreadableFile("这个 Word 文件带有宏，没有打开。", _SAVE_AS.format("不带宏的 docx"))
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableFile("暂不支持演示文稿。", "请把文字复制到 Word 文档（docx）再导入。")
    if "OFD.xml" in names:
        raise UnreadableFile("暂不支持 OFD 版式文件。", "请用 OFD 阅读器另存为 PDF 或 Word 后再导入。")
    if "content.xml" in names:
        raise UnreadableFile("暂不支持 OpenDocument 文件。", _SAVE_AS.format("docx 或 xlsx"))
    raise UnreadableFile(
        "这是一个压缩包，不是 Word 或 Excel 文档（改过扩展名也不行）。", "请先解压，再导入里面的文件。"
    )


def _check_members(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse packages that no office program writes: two files in one, paths out of it, links, shared bytes.

    Nothing is ever unpacked to disk; but a file that other programs read otherwise than we do is no
    basis for a check, and members that share bytes are how a small file claims to be endless.
    """
    twice = len({entry.filename.lower() for entry in entries}) < len(entries)
    outside = any(
        entry.filename.startswith(("/", "\\"))
        or "\x00" in entry.orig_filename
        or ".." in entry.filename.replace("\\", "/").split("/")
        or re.match(r"[A-Za-z]:", entry.filename)
        for entry in entries
    )
    links = any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries)
    placed = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    packed = any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries)
    shared = any(start + size > after for (start, size), (after, _) in pairwise(placed))
    if twice or outside or links or packed or shared or b"%PDF-" in data[:1024]:
        raise UnreadableFile(
            "这个文件的内部结构不正常（像是拼接或改造过的），为安全起见没有打开。",
            "请用 WPS 或 Office 打开原文件，另存一份再导入。",
        )


def _check_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Look into every part that is XML by its content; its name may say anything."""
    total = 0
    for entry in entries:
        with archive.open(entry) as part:
            head = part.read(512)
        if _looks_like_xml(head):
            total += entry.file_size
            if total > MAX_XML:
                raise UnreadableFile(
                    f"文件里的文字部分解压后超过 {MAX_XML >> 20} MB，没有打开。", "请拆成几个文件再导入。"
                )
            _refuse_entities(archive.read(entry))


def _looks_like_xml(head: bytes) -> bool:
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x00")
    return plain.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\x4c\x6f\xa7\x94"))


def _refuse_entities(part: bytes) -> None:
    """Refuse a document type declaration: office files have none, and entities blow up or reach out.

    Other encodings than UTF-8 and UTF-16, which the standard for office files demands, could hide one.
    """
    declared = _ENCODING.search(part[:200].replace(b"\x00", b""))
    odd = declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii")
    if part.startswith(b"\x4c\x6f\xa7\x94") or part[:8].count(b"\x00") > 4:  # EBCDIC, UTF-32
        odd = True
    hides = any(
        mark.encode(encoding) in part
        for mark in ("<!DOCTYPE", "<!ENTITY")
        for encoding in ("ascii", "utf-16-le", "utf-16-be")
    )
    if odd or hides:
        raise UnreadableFile(
            "文件里含有不安全的 XML 声明，没有打开。", "请用 WPS 或 Office 重新保存一份再导入。"
        )
