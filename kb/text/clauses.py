"""Split village rules (村规民约) into their clauses, as pasted or as a reader extracted them.

Understood: 第X条 · 一、 · （一） · 1. as the numbering of clauses, with 章/节 or 一、 headings above them;
clauses wrapped over several lines by a PDF; clauses that are rows of a table; page footers; Markdown.
A preamble, tables beside the clauses, appendices and the signature are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.text.numerals import NUMBER, to_int

_CN = r"[零〇一二三四五六七八九十百]{1,7}"
# what may stand before a label on its line: Markdown, quotes, list bullets, the 序号 cell of a table
_LEAD = r"(?:^|(?<=[。；！？;!?]))[ \t　>*#|_]*(?:[-•]\s+)?(?:\d{1,3}[ \t]*[|\t][ \t]*)?[*_ 　]*"
_END = r"[*_]*[ \t　:：、.．|]*"
_STYLES: dict[str, re.Pattern[str]] = {
    "条": re.compile(
        rf"{_LEAD}(?P<label>第\s?(?P<n>{NUMBER})\s?条)(?![、，,和及与至到款项的第规]){_END}", re.MULTILINE
    ),
    "一、": re.compile(rf"{_LEAD}(?P<label>(?P<n>{_CN})[、.．])[*_]*[ \t　]*", re.MULTILINE),
    "（一）": re.compile(rf"{_LEAD}(?P<label>[（(](?P<n>{_CN})[）)])[*_]*[、 \t　]*", re.MULTILINE),
    "1.": re.compile(
        r"^[ \t　>*_|]*(?P<label>(?P<n>\d{1,3})(?:[、．]|[.)）](?!\d)|[ \t]*[|\t]))[*_]*[ \t　]*",
        re.MULTILINE,
    ),
}
_CHAPTER = re.compile(rf"^第\s?{NUMBER}\s?[编章节][\s　]*.{{0,24}}$")
_SHORT_HEADING = re.compile(rf"^(?:{_CN}[、.．]|[（(]{_CN}[）)])[^。；！？]{{1,16}}$")
_APPENDIX = re.compile(r"^附\s?[表件录图：:]")
_FOOTER = re.compile(
    r"^(?:[—–\-－]+\s*\d{1,4}\s*[—–\-－]+|第\s?\d+\s?页(?:.{0,3}共\s?\d+\s?页)?|\d{1,3}\s?/\s?\d{1,3})$"
)
_SIGNATURE = re.compile(
    r"^[^。；！？]{0,30}(?:委员会|村委会|居委会|理事会|代表会议)(?:[\s　（(][^。]{0,40})?$"
)
_DATE = re.compile(
    rf"^[（(]?(?:{NUMBER}|[〇○零一二三四五六七八九\d]{{4}})\s*年\s*{NUMBER}\s*月(?:\s*{NUMBER}\s*日)?[）)]?$"
)
_ITEM = re.compile(rf"^(?:[（(]\s?(?:{_CN}|\d{{1,2}})\s?[）)]|\d{{1,2}}\s?[.．、)）]|[①-⑳]|[-•·]\s)")
_STOP = "。；：！？;:!?"
#: A jump in the numbering larger than this is a reference at the start of a wrapped line, not a clause.
_MAX_GAP = 3


@dataclass(frozen=True)
class Clause:
    """One clause: label as printed ('' when unnumbered), the heading above it, its text, where it starts.

    `text` is without the label, wrapped lines joined, items one a line. `start` is the offset of the
    label in the text given, `end` the offset where the clause stops.
    """

    label: str
    chapter: str
    text: str
    start: int
    end: int = 0


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str  # without Markdown marks


@dataclass(frozen=True)
class _Mark:
    label: str
    number: int
    start: int
    body: int


def split_clauses(text: str) -> list[Clause]:
    r"""Return the clauses of a village's rules, in order.

    Text without any numbering gives one clause for each line.

    >>> [(c.label, c.text) for c in split_clauses("第一条 和为贵。\n第二条 不\n赌博。")]
    [('第一条', '和为贵。'), ('第二条', '不赌博。')]
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = list(_lines(text))
    style, marks = _numbering(text, lines)
    if not marks:
        return [
            Clause("", "", line.text, line.start, line.end)
            for line in lines
            if line.text and not _ignored(line.text) and not _CHAPTER.match(line.text)
        ]
    found: list[Clause] = []
    limits = [*(m.start for m in marks[1:]), len(text)]
    chapters = [(line.start, line.text) for line in lines if _is_heading(line.text, style)]
    table = any("|" in text[m.start : m.body] or "\t" in text[m.start : m.body] for m in marks)
    for mark, limit in zip(marks, limits, strict=True):
        body, end = _body(text, mark, limit, lines, style, table, last=limit == len(text))
        if body:
            chapter = next((name for at, name in reversed(chapters) if at < mark.start), "")
            found.append(Clause(mark.label, chapter, body, mark.start, end))
    return found


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for raw in text.split("\n"):
        plain = re.sub(r"^[\s　>#]+|\*\*|__", "", raw.replace("<br>", " ")).strip(" \t　")
        yield _Line(at, at + len(raw), plain)
        at += len(raw) + 1


def _ignored(line: str) -> bool:
    return bool(_FOOTER.match(line)) or not re.search(r"[一-龥A-Za-z0-9]", line)


def _is_heading(line: str, style: str) -> bool:
    line = line.strip("|").strip()
    if _CHAPTER.match(line) or line in ("总则", "附则"):
        return not re.search(r"[。；！？]$", line)
    return (
        style in ("条", "1.", "（一）")
        and bool(_SHORT_HEADING.match(line))
        and not line.endswith(tuple(_STOP + "，,"))
    )


def _numbering(text: str, lines: list[_Line]) -> tuple[str, list[_Mark]]:
    """Return the numbering style of the clauses and where each starts."""
    by_style = {style: _marks(text, style, lines) for style in _STYLES}
    if by_style["条"]:
        return "条", by_style["条"]
    headings = sum(bool(_SHORT_HEADING.match(line.text)) for line in lines)
    for style in ("1.", "（一）"):  # 一、 may only be the headings above them
        marks = by_style[style]
        above = by_style["一、"]
        if len(marks) > max(1, len(above)) and (not above or headings >= len(above)):
            return style, marks
    if by_style["一、"]:
        return "一、", by_style["一、"]
    return next(((s, m) for s, m in by_style.items() if m), ("", []))


def _marks(text: str, style: str, lines: list[_Line]) -> list[_Mark]:
    headings = [line.start for line in lines if _is_heading(line.text, style)]
    marks: list[_Mark] = []
    previous, seen = 0, 0
    for match in _STYLES[style].finditer(text):
        try:
            number = to_int(match["n"])
        except ValueError:
            continue
        fresh = any(seen <= at <= match.start() for at in headings)
        step = number - previous
        if 0 < step <= _MAX_GAP or not marks or (fresh and number == 1):
            marks.append(
                _Mark(re.sub(r"[\s|]", "", match["label"]), number, match.start("label"), match.end())
            )
            previous, seen = number, match.end()
    return marks


def _body(
    text: str, mark: _Mark, limit: int, lines: list[_Line], style: str, table: bool, *, last: bool
) -> tuple[str, int]:
    """Return the clause's text and where it ends: at the next label, heading, table or appendix."""
    pieces: list[str] = []
    end = mark.body
    for line in lines:
        if line.end < mark.body or line.start >= limit:
            continue
        first = line.start <= mark.body
        piece = text[mark.body : min(line.end, limit)] if first else text[line.start : min(line.end, limit)]
        plain = re.sub(r"\*\*|__", "", piece).strip(" \t　")
        if not first:
            plain = re.sub(r"^[>#\s]+", "", plain)
            if not plain or _ignored(plain):
                continue
            if _is_heading(plain, style) or _APPENDIX.match(plain):
                break
            if (
                last
                and pieces
                and pieces[-1].endswith("。")
                and (_SIGNATURE.match(plain) or _DATE.match(plain))
            ):
                break
        if "|" in plain or "\t" in plain:
            if not table:
                if pieces and not pieces[-1].endswith(tuple(_STOP)) and len(pieces) > 1:
                    pieces.pop()  # the title of the table
                break
            plain = _cell(plain)
        pieces.extend(part.strip(" \t　") for part in plain.split("<br>") if part.strip(" \t　"))
        end = min(line.end, limit)
    if len(pieces) > 1 and _table_title(pieces[-1], text, end):
        pieces.pop()
    return _join(pieces), end


def _table_title(piece: str, text: str, end: int) -> bool:
    """Return whether a short last line is the title of a table that follows it."""
    following = text[end:].lstrip("\n \t　>*").split("\n", 1)[0]
    return len(piece) <= 20 and not piece.endswith(tuple(_STOP)) and "|" in following


def _cell(row: str) -> str:
    """Return the content cell of the rest of a row: the longest one."""
    return max((cell.strip() for cell in re.split(r"[|\t]", row)), key=len)


def _join(pieces: list[str]) -> str:
    out = ""
    for piece in pieces:
        if not out:
            out = piece
        elif _ITEM.match(piece) or out.endswith(tuple(_STOP)):
            out += "\n" + piece
        else:
            out += piece if not (out[-1].isascii() and piece[0].isascii()) else " " + piece
    return out.strip("*_| \t　\n")
