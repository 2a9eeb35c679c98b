"""One way of writing for what people write in several: width, case, numerals."""

import re
import unicodedata

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
#: What is longer is no number that anybody means, and too long for Python to write as one.
_LONGEST = 40
_RUN = re.compile(f"[{_NUMERAL}]+")
# Bounded, and tried once a run of digits: a million of them must cost no square, and no float may overflow.
_MIXED = re.compile(r"(?<!\d)(\d{1,15}(?:\.\d{1,12})?)([万亿])")
# A single character is a number only before one of these (一条, 三年), never inside a word (一般, 第三人).
_MEASURE = "条款项章节编年月日天元岁人倍次户亩级米分周个小"
_IDIOM = frozenset({"万一", "千万", "一一", "百万", "万千", "千百", "百千", "一二"})


def number(text: str) -> int | None:
    """Return the value of a Chinese numeral, or None where it isn't a well-formed one.

    >>> number("一千零六十七"), number("二〇二六"), number("三百万"), number("十")
    (1067, 2026, 3000000, 10)
    """
    if not 0 < len(text) <= _LONGEST or any(c not in _NUMERAL for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _UNITS:
            section += (digit or 1) * _UNITS[c]
            digit = 0
        else:
            value = section + digit
            if c == "亿":
                total = (total + value or 1) * _BIG[c]
            else:
                total += (value or 1) * _BIG[c]
            section = digit = 0
    return total + section + digit


def normalise(text: str) -> str:
    """Return text in half width and lower case, with its Chinese numerals as digits.

    >>> normalise("第一千零六十七条第（一）项，５万元")
    '第1067条第(1)项,50000元'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    text = _RUN.sub(_replace, text)
    return _MIXED.sub(_expand, text)


def _replace(match: re.Match[str]) -> str:
    run, text = match.group(), match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if len(run) == 1:
        bracketed = bool(before) and before in "(《" and bool(after) and after in ")》"
        counts = after and after in ("条款项章编节" if before == "第" else _MEASURE) and run not in "万亿百千"
        if not (bracketed or counts):
            return run
    elif run in _IDIOM or before.isdigit():
        return run
    value = number(run)
    return run if value is None else str(value)


def _expand(match: re.Match[str]) -> str:
    value = float(match.group(1)) * _BIG[match.group(2)]
    return str(int(value)) if value == int(value) else match.group()
