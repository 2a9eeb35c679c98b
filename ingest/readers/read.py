"""One door for all formats: what a file is, by its content first and its name second."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePath

from ingest.readers.base import MAX_BYTES, MAX_CHARS, Content, Document, stem, too_long
from ingest.readers.container import OLE, ole_error, zip_kind
from kb.errors import UnreadableFile

SUFFIXES = {
    ".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html",
    ".docx": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx", ".csv": "csv", ".tsv": "csv", ".pdf": "pdf",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".db": "laws", ".sqlite": "laws",
}  # fmt: skip
_NAMES = {
    "docx": "Word 文档", "xlsx": "Excel 表格", "pdf": "PDF 文件", "laws": "数据库", "html": "网页",
    "csv": "CSV 表格", "json": "JSON 文件", "jsonl": "JSONL 文件", "md": "文件", "txt": "文件",
}  # fmt: skip
_SUPPORTED = "可以导入：docx、xlsx、带文字的 PDF、txt、md、html、csv、json、jsonl 和法律数据库 laws.db。"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")
_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]*\?>\s*+)?(?>(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)[\s>]",
    re.I | re.S,
)


def sniff(name: str, data: bytes) -> str:
    """Return the medium of a file (a key of `Document.media`); raise UnreadableFile for what isn't read."""
    suffix = PurePath(name.lower()).suffix
    claimed = SUFFIXES.get(suffix, "")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return zip_kind(data)
    if data.startswith(OLE):
        raise ole_error(data)
    if b"%PDF-" in data[:1024]:
        _refuse_two_in_one(data)
        return "pdf"
    if data.startswith(b"SQLite format 3\x00"):
        return "laws"
    if data.startswith(b"{\\rtf"):
        raise UnreadableFile("这是 RTF 文件。", "请用 WPS 或 Word 打开，另存为 docx 后再导入。")
    # "BM" alone is two letters of any text.
    if data.startswith(_IMAGES) and (not data.startswith((b"BM", b"RIFF")) or b"\x00" in data[:64]):
        raise UnreadableFile("这是图片，不是文档。", "请先做文字识别（OCR），核对后存成 Word 或文本再导入。")
    if data.startswith(_ARCHIVES):
        raise UnreadableFile("这是一个压缩包。", "请先解压，再导入里面的文件。")
    if claimed in ("docx", "xlsx", "pdf", "laws") and not _HTML.match(data[:4096]):
        raise UnreadableFile(
            f"扩展名是 {suffix}，内容却不是{_NAMES[claimed]}，可能已损坏或改过扩展名。",
            "请用原来的软件打开并重新保存。",
        )
    if _HTML.match(data[:4096]) and claimed not in ("md", "txt"):
        return "html"
    if claimed:
        return claimed
    raise UnreadableFile(f"不支持的文件类型：{suffix or '没有扩展名'}。", _SUPPORTED)


def _refuse_two_in_one(data: bytes) -> None:
    """Refuse a PDF that is a web page or an archive as well: others would see something else in it than we do.

    A PDF may begin a little late; but what stands before it must be no format of its own.
    """
    before = data[: data.index(b"%PDF-")]
    second = b"<" in before
    if zipfile.is_zipfile(io.BytesIO(data)):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                second = second or bool(archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            pass  # four bytes that happen to stand there make no archive
    if second:
        raise UnreadableFile(
            "这个文件既是 PDF 又是别的格式（像是拼接成的），为安全起见没有打开。",
            "请用 PDF 阅读器打开，另存或打印成一份新的 PDF 再导入。",
        )


def _reader(media: str) -> Callable[[bytes], Content]:
    """Return the reader of a medium; the libraries behind it are imported only now."""
    if media == "docx":
        from ingest.readers.docx import read_docx as reader
    elif media == "xlsx":
        from ingest.readers.xlsx import read_xlsx as reader
    elif media == "pdf":
        from ingest.readers.pdf import read_pdf as reader
    elif media == "html":
        from ingest.readers.html import read_html as reader
    elif media == "md":
        from ingest.readers.textfile import read_md as reader
    elif media == "txt":
        from ingest.readers.textfile import read_txt as reader
    elif media == "csv":
        from ingest.readers.data import read_csv as reader
    elif media == "json":
        from ingest.readers.data import read_json as reader
    elif media == "jsonl":
        from ingest.readers.data import read_jsonl as reader
    else:
        from ingest.readers.data import read_laws as reader
    return reader


def _too_big(size: int, limit: int) -> UnreadableFile:
    return UnreadableFile(
        f"文件有 {size / 1024 / 1024:.1f} MB，超过 {limit / 1024 / 1024:.0f} MB 的上限。",
        "请拆成几个文件再导入。",
    )


def read_bytes(name: str, data: bytes, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read an upload.

    Args:
        name: its file name, for its suffix and as a last resort for a title.
        data: its bytes.
        max_bytes: refuse more than this.

    Raises:
        UnreadableFile: and nothing else, whatever the bytes are.
    """
    if not data:
        raise UnreadableFile("文件是空的（0 字节）。", "可能没有下载或拷贝完整，请重新获取。")
    if len(data) > max_bytes:
        raise _too_big(len(data), max_bytes)
    media = "文件"
    try:
        media = sniff(name, data)
        content = _reader(media)(data)
        if len(content.text) > MAX_CHARS:
            raise too_long()
    except UnreadableFile:
        raise
    except MemoryError as error:
        raise UnreadableFile(
            f"读这个{_NAMES.get(media, '文件')}要用的内存太多，没有读完。",
            "请拆成几个文件，或只保留需要的部分再导入。",
        ) from error
    except Exception as error:
        # Half a dozen parsers, each with errors of its own: whatever a file makes them raise, it is the file.
        raise UnreadableFile(
            f"这个{_NAMES.get(media, '文件')}已损坏或格式不规范，读不出来。",
            "请用原来的软件打开，确认内容正常后另存一份再导入。",
        ) from error
    suffix = PurePath(name.lower()).suffix
    if media == "html" and SUFFIXES.get(suffix) != "html":
        content.warnings.append(f"扩展名是 {suffix or '空的'}，内容其实是网页，已按网页读取。")
    return Document(
        path=name,
        media=media,
        title=content.title or stem(name),
        text=content.text,
        sheets=content.sheets,
        records=content.records,
        meta=content.meta,
        warnings=content.warnings,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def read(path: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read a file; as `read_bytes`, and UnreadableFile also when it is absent, a folder or forbidden."""
    try:
        if path.is_dir():
            raise UnreadableFile(
                "这是文件夹，不是文件。", "请指定文件，或用 fengqiao ingest 导入整个文件夹。"
            )
        size = path.stat().st_size
        if size > max_bytes:
            raise _too_big(size, max_bytes)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(f"找不到文件：{path}", "请检查路径是否写对。") from error
    except PermissionError as error:
        raise UnreadableFile(f"没有权限读取：{path}", "请检查文件权限。") from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"读不了文件：{path}", "请检查磁盘或网络位置是否正常。") from error
    return read_bytes(str(path), data, max_bytes=max_bytes)
