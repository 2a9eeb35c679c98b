"""The text of a law: headings, articles (条), numbered points, preamble and annexes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.parsers.lines import Line, squeeze
from kb.catalog.incoming import ArticleText
from kb.text.numerals import article_label, to_chinese, to_int
from kb.text.structure import ARTICLE, HEADING

#: A preamble or annex shorter than this (characters) is no provision of its own.
SUBSTANTIAL = 200
LONG_ANNEX = 400
#: A text without numbering that is longer than this is cut at its headings, if it has any.
LONG_TEXT = 2500
_POINTS = {
    "一、": re.compile(r"^([一二三四五六七八九十百]{1,5})\s*[、．.]\s*"),
    "1.": re.compile(r"^(\d{1,3})\s*(?:[、．]|[.](?!\d))\s*"),
    "（一）": re.compile(r"^[（(]([一二三四五六七八九十百]{1,5})[）)]\s*"),
}
_ANNEX = re.compile(
    r"^附\s*(?:件|表|录|图)?\s*([一二三四五六七八九十\d]{0,3})\s*(?:[：:．.、\s].*|[一-龥]{0,30})?$"
)
_AMENDS = re.compile(r"关于修改.*决定|修正案")
_MAX_JUMP = 40


@dataclass
class _Open:
    label: str
    number: int = 0
    suffix: int = 0
    book: str = ""
    chapter: str = ""
    section: str = ""
    lines: list[str] = field(default_factory=list)

    def close(self) -> ArticleText:
        return ArticleText(
            label=self.label,
            text="\n".join(self.lines).strip(),
            number=self.number,
            suffix=self.suffix,
            book=self.book,
            chapter=self.chapter,
            section=self.section,
        )


@dataclass
class _State:
    """Where in the law the reader is: the headings in force."""

    book: str = ""
    part: str = ""
    chapter: str = ""
    section: str = ""

    def heading(self, line: Line) -> None:
        match = HEADING.match(line.text)
        kind = match[2] if match else ""
        name = heading_text(line.text)
        if kind == "编" or (
            self.book and name == "附则"
        ):  # in a code an unnumbered 附则 stands beside the books
            self.book, self.part, self.chapter, self.section = name, "", "", ""
        elif kind == "分编":
            self.part, self.chapter, self.section = name, "", ""
        elif kind == "节" or (
            not kind and self.chapter.startswith("第") and re.match(r"^[一二三四五六七八九十]+、", name)
        ):
            self.section = name
        else:
            self.chapter, self.section = name, ""

    def article(self, start: "_Start") -> _Open:
        book = f"{self.book} {self.part}".strip()
        lines = [start[3]] if start[3] else []
        return _Open(start[0], start[1], start[2], book, self.chapter, self.section, lines)


def heading_text(text: str) -> str:
    """Return a heading with one blank after its number and none elsewhere.

    >>> heading_text("第一章  总 则"), heading_text("附　则")
    ('第一章 总则', '附则')
    """
    match = HEADING.match(text)
    if not match:
        return squeeze(text)
    return f"第{match[1]}{match[2]} {squeeze(match[3])}".strip()


def read_body(lines: Sequence[Line], title: str) -> tuple[list[ArticleText], list[str]]:
    """Return the articles of a law's text, in order, and warnings in Chinese.

    With 第X条: those are the articles. Without: numbered points (label 条目一, 条目二 …), else one article 全文.
    What an amending decision quotes stays in the point that quotes it.
    """
    lines = _split_run_on(_without_title(lines, title))
    amends = bool(_AMENDS.search(title))
    starts = _article_starts(lines, amends)
    if starts:
        return _read(lines, starts)
    points = _point_starts(lines)
    if points:
        return _read(lines, points)
    text = "\n".join(line.text for line in lines)
    if len(text) > LONG_TEXT and sum(line.level > 0 for line in lines) > 1:
        return _by_headings(lines), []
    return ([ArticleText("全文", text)] if text else []), []


def _without_title(lines: Sequence[Line], title: str) -> list[Line]:
    """Drop the title where it is printed again, on one line or broken over the first two or three."""
    plain = squeeze(title)
    for count in (3, 2):
        if squeeze("".join(line.text for line in lines[:count])) == plain:
            lines = lines[count:]
            break
    return [line for line in lines if squeeze(line.text) != plain]


def _by_headings(lines: Sequence[Line]) -> list[ArticleText]:
    """Cut a long text without any numbering at its headings: a standard, a list of charges."""
    parts: list[_Open] = [_Open("")]
    top = ""
    level = min(line.level for line in lines if line.level)
    for line in lines:
        if line.level:
            top = heading_text(line.text) if line.level == level else top
            inner = heading_text(line.text) if line.level > level else ""
            parts.append(_Open("", chapter=top, section=inner))
        else:
            parts[-1].lines.append(line.text)
    kept = [part for part in parts if part.lines]
    for number, part in enumerate(kept, 1):
        part.label, part.number = f"条目{to_chinese(number)}", number
    return [part.close() for part in kept]


_Start = tuple[str, int, int, str]  # label, number, suffix, text on the label's line


def _split_run_on(lines: Sequence[Line]) -> list[Line]:
    """Part articles printed on one line: 「…制定本规则。 第二条 凡…」, where the numbers follow each other."""
    out: list[Line] = []
    for line in lines:
        match = ARTICLE.match(line.text)
        expected = to_int(match[1]) + 1 if match and not line.level else 0
        rest = line.text
        while expected:
            inner = re.search(rf"(?<=[。；])\s+(?=第{to_chinese(expected)}条\s)", rest)
            if not inner:
                break
            out.append(Line(rest[: inner.start()]))
            rest, expected = rest[inner.end() :], expected + 1
        out.append(Line(rest, line.level))
    return out


def _article_starts(lines: Sequence[Line], amends: bool) -> dict[int, _Start]:
    starts: dict[int, _Start] = {}
    quoted = False
    for index, line in enumerate(lines):
        match = ARTICLE.match(line.text)
        strong = match and (re.search(r"[\s　：:]$", match[0]) or not line.text[match.end() :])
        if (
            match
            and (strong or not re.match(r"[规所第、中之]", line.text[match.end() :]))
            and not (amends and quoted)
        ):
            number, suffix = to_int(match[1]), to_int(match[2]) if match[2] else 0
            starts[index] = (article_label(number, suffix), number, suffix, line.text[match.end() :])
        marks = re.findall("[“”]", line.text)
        quoted = marks[-1] == "“" if marks else quoted
    return starts


def _point_starts(lines: Sequence[Line]) -> dict[int, _Start]:
    """Return the numbered points: the outermost numbering, or the one that runs on across its headings."""
    found = {style: _run(lines, pattern) for style, pattern in _POINTS.items()}
    heads = [i for i in found["一、"] if lines[i].level or _bare_heading(lines[i].text)]
    arabic = found["1."]
    if heads and len(heads) == len(found["一、"]) and len(arabic) > len(heads) > 1:
        first_after_second = next((arabic[i][1] for i in sorted(arabic) if i > heads[1]), 1)
        if first_after_second > 1:
            return arabic
    for style in ("一、", "（一）", "1."):
        if len(found[style]) > 1:
            return found[style]
    return {}


def _bare_heading(text: str) -> bool:
    return len(text) <= 30 and not re.search(r"[。；：，]", text)


def _run(lines: Sequence[Line], pattern: re.Pattern[str]) -> dict[int, _Start]:
    """Return the points numbered 1, 2, 3 … by `pattern`; numbers out of turn are inner lists."""
    run: dict[int, _Start] = {}
    expected = 1
    for index, line in enumerate(lines):
        match = pattern.match(line.text)
        if match and to_int(match[1]) == expected:
            run[index] = (f"条目{to_chinese(expected)}", expected, 0, line.text[match.end() :])
            expected += 1
    return run


def _read(lines: Sequence[Line], starts: dict[int, _Start]) -> tuple[list[ArticleText], list[str]]:
    state, warnings = _State(), list[str]()
    preamble, annexes, articles = list[str](), list[_Open](), list[_Open]()
    named_preamble = False
    first, last = min(starts), max(starts)
    seen = (0, 0)
    for index, line in enumerate(lines):
        start = starts.get(index)
        if annexes and not (start and start[1] == seen[0] + 1):
            # an article that goes on with the numbering shows that the "annex" was a note in between
            annex = _annex_label(line) if index > last else ""
            if annex and annex != annexes[-1].label:
                annexes.append(_Open(annex))
            annexes[-1].lines.append(line.text)
            continue
        if start and _follows(seen, start, articles, warnings):
            articles.append(state.article(start))
            seen = (start[1], start[2])
        elif _is_heading(line) and not start:
            if squeeze(line.text) in ("序言", "序文", "前言", "引言"):
                named_preamble = True
            elif articles and _annex_label(line):
                annexes.append(_Open(_annex_label(line), lines=[line.text]))
            elif squeeze(line.text) != "目录":
                state.heading(line)
        elif articles and _annex_label(line) and index > last:
            annexes.append(_Open(_annex_label(line), lines=[line.text]))
        elif articles:
            articles[-1].lines.append(line.text)
        elif index < first and squeeze(line.text) not in ("目录",):
            preamble.append(line.text)
    return _assemble(preamble, named_preamble, articles, annexes), warnings


def _follows(seen: tuple[int, int], start: _Start, articles: list[_Open], warnings: list[str]) -> bool:
    """Return whether an article is the law's own by its number, and note gaps."""
    number, suffix = start[1], start[2]
    if (
        not articles
        or (number == seen[0] and suffix == seen[1] + 1)
        or (number == seen[0] + 1 and suffix <= 1)
    ):
        return True
    if seen[0] < number <= seen[0] + _MAX_JUMP:
        missing = article_label(seen[0] + 1)
        warnings.append(
            f"{start[0]}之前缺{missing}{'等' if number > seen[0] + 2 else ''}，原文如此或有脱漏。"
        )
        return True
    warnings.append(f"{start[0]}出现在{articles[-1].label}之后，次序不合，并入上一条。")
    return False


def _is_heading(line: Line) -> bool:
    if line.level:
        return True
    match = HEADING.match(line.text)
    if match:
        return not re.search(r"[。；，：]$", line.text)
    return squeeze(line.text) in ("附则", "总则", "序言", "目录")


def _annex_label(line: Line) -> str:
    text = squeeze(line.text)
    match = _ANNEX.match(text)
    if (
        not match
        or text.startswith(("附则", "附加", "附带", "附近", "附属", "附条件", "附有", "附随"))
        or len(text) > 60
    ):
        return ""
    if re.search(r"[。；]$", text):
        return ""
    number = match[1]
    return f"附件{to_chinese(int(number)) if number.isdigit() else number}"


def _assemble(
    preamble: list[str], named: bool, articles: list[_Open], annexes: list[_Open]
) -> list[ArticleText]:
    found: list[ArticleText] = []
    intro = "\n".join(preamble).strip()
    if intro and (named or len(intro) >= SUBSTANTIAL):
        found.append(ArticleText("序言", intro))
    for annex in list(annexes):
        if articles and sum(map(len, annex.lines)) <= LONG_ANNEX:
            articles[-1].lines.extend(annex.lines)
            annexes.remove(annex)
    found.extend(article.close() for article in articles)
    taken: dict[str, int] = {}
    for annex in annexes:
        taken[annex.label] = taken.get(annex.label, 0) + 1
        again = taken[annex.label]
        annex.label += f"（{to_chinese(again)}）" if again > 1 else ""
        found.append(annex.close())
    return [article for article in found if article.text]
