"""Automatic numbers of Word paragraphs, which are drawn by Word and absent from the text.

Without them the clauses of many village rules would lose their 第一条, 一、, （一）.
"""

from collections import defaultdict
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

_DIGITS = "零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LONGEST = 999
#: Word has nine levels, and no label is longer; files may claim more of both.
_LEVELS, _LABEL_CHARS = 9, 60
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def chinese(number: int) -> str:
    """Return a number from 0 to 9999 in Chinese numerals, as Word writes it: 十二, 一百零五."""
    if not 0 < number < 10_000:
        return _DIGITS[0] if number == 0 else str(number)
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text[1:] if text.startswith("一十") else text


def _drawn(number: int, style: str) -> str:
    if style.startswith(("chinese", "ideograph", "japaneseCounting", "taiwanese")):
        return chinese(number)
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if number > _LONGEST:  # letters and Roman numerals grow with the number; files may claim any start
        return str(number)
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman"):
        text, rest = "", number
        for value, letters in _ROMAN:
            text += letters * (rest // value)
            rest %= value
        return text.upper() if style == "upperRoman" else text
    return "" if style == "none" else str(number)


def _child(element: Any, *tags: str) -> Any:
    for tag in tags:
        element = None if element is None else element.find(qn(tag))
    return element


def _value(element: Any, default: str = "") -> str:
    return default if element is None else str(element.get(qn("w:val"), default))


class Numbering:
    """Counts through one document: ask for the label of every paragraph once, in order."""

    def __init__(self, document: WordDocument) -> None:
        self._levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract: dict[str, str] = {}
        self._styles = {s.get(qn("w:styleId")): s for s in document.styles.element.findall(qn("w:style"))}
        try:
            root: Any = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # python-docx can't make the part where there is none
            return
        abstract = {a.get(qn("w:abstractNumId")): a for a in root.findall(qn("w:abstractNum"))}
        for num in root.findall(qn("w:num")):
            key, base = num.get(qn("w:numId")), _value(num.find(qn("w:abstractNumId")))
            levels = self._read(abstract.get(base))
            restarted = False
            for override in num.findall(qn("w:lvlOverride")):
                level = int(override.get(qn("w:ilvl"), "0"))
                levels.update(self._read(override))
                start = _child(override, "w:startOverride")
                if start is not None and level in levels:
                    levels[level] = (int(_value(start, "1")), *levels[level][1:])
                    restarted = True
            self._levels[key] = levels
            # Lists made from one definition count on together, unless one was told to start anew.
            self._abstract[key] = f"num {key}" if restarted else f"abstract {base}"

    @staticmethod
    def _read(parent: Any) -> dict[int, tuple[int, str, str]]:
        if parent is None:
            return {}
        return {
            int(level.get(qn("w:ilvl"), "0")): (
                int(_value(_child(level, "w:start"), "1")),
                _value(_child(level, "w:numFmt"), "decimal"),
                _value(_child(level, "w:lvlText"))[:_LABEL_CHARS],
            )
            for level in parent.findall(qn("w:lvl"))
            if int(level.get(qn("w:ilvl"), "0")) in range(_LEVELS)
        }

    def _of(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the list and level of a paragraph, its own or its style's."""
        properties = _child(paragraph, "w:pPr")
        style = _value(_child(properties, "w:pStyle"))
        number, level = _child(properties, "w:numPr", "w:numId"), _child(properties, "w:numPr", "w:ilvl")
        for _ in range(10):  # styles inherit; a cycle of them must not hang us
            if number is not None or style not in self._styles:
                break
            element = self._styles[style]
            number = _child(element, "w:pPr", "w:numPr", "w:numId")
            level = level if level is not None else _child(element, "w:pPr", "w:numPr", "w:ilvl")
            style = _value(_child(element, "w:basedOn"))
        key = _value(number)
        return (key, int(_value(level, "0"))) if key in self._levels else None

    def label(self, paragraph: Any) -> str:
        """Return the number that Word draws before a `w:p` element; "" for none or a bullet."""
        found = self._of(paragraph)
        if found is None:
            return ""
        key, level = found
        levels = self._levels[key]
        if level not in levels:
            return ""
        counters = self._counters[self._abstract[key]]
        for deeper in [n for n in counters if n > level]:
            del counters[deeper]
        for upper in range(level + 1):
            if upper not in counters and upper in levels:
                counters[upper] = levels[upper][0] - (upper == level)
        counters[level] += 1
        style, text = levels[level][1:]
        if style == "bullet":
            return ""
        for upper in range(level + 1):
            if upper in levels:
                text = text.replace(f"%{upper + 1}", _drawn(counters[upper], levels[upper][1]))
        return text[:_LABEL_CHARS]
