"""Plain text and Markdown, in whatever encoding an office keeps them."""

import re
from functools import lru_cache

from charset_normalizer import from_bytes

from ingest.readers.base import Content, first_line_title, normal_text
from kb.errors import UnreadableFile

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 200_000
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉【】〔〕—…·￥％　")
_NOT_TEXT = UnreadableFile(
    "这不是文本文件，或者文字编码无法识别。",
    "请用记事本或 WPS 打开它，选“另存为”，编码选 UTF-8，再导入。",
)


@lru_cache(maxsize=20_000)
def _plausible(char: str) -> bool:
    code = ord(char)
    if code < 128:
        return code >= 32 or char in "\n\r\t\x0c"
    if char in _PUNCTUATION or 0xFF01 <= code <= 0xFF5E or 0x2460 <= code <= 0x249B:
        return True
    try:
        # Level 1 of GB 2312: the 3,755 characters that make up nearly all running Chinese text.
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def plausibility(text: str) -> float:
    """Return the share of characters that ordinary Chinese text is made of; 0.0 for no text."""
    sample = text[:_SAMPLE]
    return sum(map(_plausible, sample)) / len(sample) if sample else 0.0


def decode(data: bytes) -> tuple[str, str, list[str]]:
    """Return the text, its encoding and warnings.

    A byte order mark decides; then valid UTF-8; then whichever of GB18030, UTF-16 and Big5 gives the most
    plausible Chinese, GB18030 first among equals. Raises UnreadableFile when none does.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = data.decode(encoding, "replace")
            lost = text.count("\ufffd")
            if lost > len(text) // 50:
                raise _NOT_TEXT
            return text, encoding, _lost(lost)
    if b"\x00" not in data[:_SAMPLE]:
        try:
            return data.decode("utf-8"), "utf-8", []
        except UnicodeDecodeError:
            pass
    best, found = 0.0, ("", "")
    for encoding in ("gb18030", "utf-16-le", "utf-16-be", "big5hkscs", _guessed(data)):
        if not encoding:
            continue
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        score = plausibility(text) - (1.0 if "\x00" in text else 0.0)
        if encoding.startswith("big5"):
            score = max(score, _cjk_share(text) * 0.9)  # traditional characters aren't in level 1
        if score > best + 0.02:
            best, found = score, (text, encoding)
    if best >= 0.7:
        return *found, []
    # One bad byte, as after a cut or a bad merge, mustn't cost the whole file.
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if lost <= max(1, len(text) // 200) and plausibility(text) >= 0.7:
            return text, encoding, _lost(lost)
    raise _NOT_TEXT


def _lost(count: int) -> list[str]:
    return [f"有 {count} 处字节无法识别，已用“\ufffd”代替，请核对原文。"] if count else []


def _guessed(data: bytes) -> str:
    match = from_bytes(data[:20_000], cp_isolation=["gb18030", "big5", "utf_16", "utf_8", "euc_jp"]).best()
    return match.encoding if match else ""


def _cjk_share(text: str) -> float:
    sample = text[:_SAMPLE]
    good = sum(
        "\u4e00" <= c <= "\u9fff" or c in _PUNCTUATION or " " <= c <= "~" or c in "\n\r\t" for c in sample
    )
    return good / len(sample) if sample else 0.0


def text_of(data: bytes) -> tuple[str, str, list[str]]:
    """Return normalised text, encoding and warnings; raise UnreadableFile for what isn't text or is blank."""
    raw, encoding, warnings = decode(data)
    control = sum(1 for c in raw[:_SAMPLE] if c < " " and c not in "\n\r\t\x0b\x0c\x00\x1a")
    if control > max(2, len(raw[:_SAMPLE]) // 100):
        raise _NOT_TEXT
    text = normal_text(raw)
    if not text.strip():
        raise UnreadableFile("文件里没有文字。", "请确认选对了文件。")
    return text, encoding, warnings


def read_txt(data: bytes) -> Content:
    """Read plain text; the title is a first line that reads like one."""
    text, encoding, warnings = text_of(data)
    return Content(text, first_line_title(text), meta={"encoding": encoding}, warnings=warnings)


def read_md(data: bytes) -> Content:
    """Read Markdown, unrendered: its marks are what the parsers go by. The title is the first `#` heading."""
    text, encoding, warnings = text_of(data)
    heading = re.search(r"^#[ \t\u3000]+(.+)$", text, re.MULTILINE)
    title = heading.group(1).rstrip("# \t\u3000")[:200] if heading else ""
    return Content(text, title, meta={"encoding": encoding}, warnings=warnings)
