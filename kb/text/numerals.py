"""Chinese and Arabic numerals as statutes and people write them."""

import re

import cn2an

#: One number in any script: 1067, １０６７, 一千零六十七, 一〇六七, 廿一, 两百.
NUMBER = r"(?:[0-9０-９]{1,5}|[零〇○一二三四五六七八九十百千两廿卅]{1,12})"
#: No numeral that anybody writes is longer; the library takes the square of the length and more.
_LONGEST = 40
_FULL = str.maketrans("０１２３４５６７８９〇○", "0123456789零零")


def to_int(text: str) -> int:
    """Return the integer that a numeral writes.

    Raises:
        ValueError: when `text` is not a numeral.

    >>> to_int("一千零六十七"), to_int("１０６７"), to_int("一〇六七"), to_int("卅二")
    (1067, 1067, 1067, 32)
    """
    plain = text.strip().translate(_FULL).replace("廿", "二十").replace("卅", "三十")
    if len(plain) > _LONGEST:
        raise ValueError(f"{plain[:_LONGEST]}… is no numeral")
    if plain.isdigit():
        return int(plain)
    if re.fullmatch(r"[零一二三四五六七八九]+", plain):  # digit by digit: 一零六七
        return int("".join(str("零一二三四五六七八九".index(c)) for c in plain))
    try:
        return int(cn2an.cn2an(plain, "smart"))
    except LookupError as error:  # what the library raises for some mixtures: 0十0
        raise ValueError(f"{plain} is no numeral") from error


def to_chinese(number: int) -> str:
    """Return the numeral used in statutes.

    >>> to_chinese(1067), to_chinese(12), to_chinese(110)
    ('一千零六十七', '十二', '一百一十')
    """
    return str(cn2an.an2cn(number, "low"))


def article_label(number: int, suffix: int = 0) -> str:
    """Return the canonical label of an article.

    >>> article_label(120, 1)
    '第一百二十条之一'
    """
    tail = f"之{to_chinese(suffix)}" if suffix else ""
    return f"第{to_chinese(number)}条{tail}"
