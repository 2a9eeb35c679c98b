"""Numbers with units in legal text: periods, ages, amounts, shares. 三十日 = 30天, but not 一个月."""

import re
from dataclasses import dataclass
from fractions import Fraction

from kb.text.numerals import to_int

_NUM = r"(?:\d+(?:[.．]\d+)?|[零〇一二两三四五六七八九十百千万亿]+|半)"
_UNITS: tuple[tuple[str, str, str], ...] = (  # written, dimension, canonical unit
    ("个工作日", "time", "工作日"), ("工作日", "time", "工作日"), ("个月", "time", "月"), ("小时", "time", "小时"),
    ("周年", "time", "年"), ("周岁", "age", "岁"), ("岁", "age", "岁"), ("年", "time", "年"), ("日", "time", "日"),
    ("天", "time", "日"), ("万元", "money", "万元"), ("亿元", "money", "亿元"), ("元", "money", "元"),
    ("块钱", "money", "元"), ("倍", "multiple", "倍"), ("平方米", "area", "平方米"), ("亩", "area", "亩"),
    ("公里", "length", "公里"), ("米", "length", "米"), ("人", "people", "人"), ("户", "people", "户"), ("次", "times", "次"),
)  # fmt: skip
_UNIT = {written: (dimension, unit) for written, dimension, unit in _UNITS}
_AMOUNT = re.compile(rf"(?P<n>{_NUM})\s*(?P<u>{'|'.join(w for w, _, _ in _UNITS)})")
_SHARE = re.compile(
    rf"(?P<whole>{_NUM})分之(?P<part>{_NUM})|(?P<percent>\d+(?:[.．]\d+)?)\s*[%％]|(?P<cheng>[一二三四五六七八九])成"
)
_DATE = re.compile(
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年(?:\s*[\d一二三四五六七八九十]+\s*月(?:份|底|初)?(?:\s*[\d一二三四五六七八九十]+\s*[日号])?)?"
    r"|[\d一二三四五六七八九十]+月[\d一二三四五六七八九十]+[日号]"
)
_ORDINAL = re.compile(rf"第\s*[（(]?{_NUM}[）)]?\s*(?:条|款|项|章|节|编|次|顺序|届|人)(?:之{_NUM})?")


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and where it stands in the text."""

    value: Fraction
    dimension: str
    unit: str
    raw: str
    start: int
    end: int

    def same(self, other: "Quantity") -> bool:
        """Return whether both say the same; 十二个月 and 一年 do, 三十日 and 一个月 don't."""
        return _key(self) == _key(other)


def _key(quantity: Quantity) -> tuple[str, str, Fraction]:
    value, unit = quantity.value, quantity.unit
    if unit == "年":
        value, unit = value * 12, "月"
    elif unit == "万元":
        value, unit = value * 10_000, "元"
    elif unit == "亿元":
        value, unit = value * 100_000_000, "元"
    return quantity.dimension, unit, value


def quantities(text: str) -> list[Quantity]:
    """Return the quantities in `text`; calendar dates and article numbers are not quantities.

    >>> [q.raw for q in quantities("2024年3月5日起三十日内，第十条，处5000元以下罚款，三分之二以上")]
    ['三十日', '5000元', '三分之二']
    """
    taken = [m.span() for pattern in (_DATE, _ORDINAL) for m in pattern.finditer(text)]

    def free(start: int, end: int) -> bool:
        return not any(start < b and a < end for a, b in taken)

    found: list[Quantity] = []
    for match in _SHARE.finditer(text):
        value = _share(match)
        if value is not None and free(*match.span()):
            found.append(Quantity(value, "share", "", match[0], *match.span()))
            taken.append(match.span())
    for match in _AMOUNT.finditer(text):
        value = _value(match["n"])
        if value is not None and free(*match.span()):
            dimension, unit = _UNIT[match["u"]]
            found.append(Quantity(value, dimension, unit, match[0], *match.span()))
    return sorted(found, key=lambda q: q.start)


def _share(match: re.Match[str]) -> Fraction | None:
    if match["percent"]:
        return Fraction(match["percent"].replace("．", ".")) / 100
    if match["cheng"]:
        return Fraction(to_int(match["cheng"]), 10)
    whole, part = _value(match["whole"]), _value(match["part"])
    return part / whole if whole and part is not None else None


def _value(text: str) -> Fraction | None:
    if text == "半":
        return Fraction(1, 2)
    plain = text.replace("．", ".").replace("两", "二")
    if plain[:1] in ("百", "千", "万"):  # 百分之二十
        plain = "一" + plain
    if re.fullmatch(r"\d+\.\d+", plain):
        return Fraction(plain)
    try:
        return Fraction(to_int(plain))
    except ValueError:
        return None


def missing(stated: str, text: str) -> list[Quantity]:
    """Return the quantities of a statement that a text hasn't.

    >>> [q.raw for q in missing("十五天内答复，罚二百元", "三十日内答复，处二百元罚款")]
    ['十五天']
    """
    known = quantities(text)
    return [q for q in quantities(stated) if not any(q.same(o) for o in known)]
