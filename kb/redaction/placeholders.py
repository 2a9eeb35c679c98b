"""The words that take the place of personal data, and which of them a text leaves free.

People are 甲, 乙, 丙 …, then 甲1, 乙1 …. 丁 and 辛 are left out as surnames, 己 as part of 自己: a placeholder that
reads as a name would be redacted again. A letter that the texts already have (甲方, 乙肝) is passed over.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from kb.redaction.types import Kind

LETTERS = "甲乙丙戊庚壬癸"
WORDS = {
    Kind.ID: "某证件号",
    Kind.BANK: "某银行卡号",
    Kind.PHONE: "某电话",
    Kind.PLATE: "某车牌",
    Kind.WECHAT: "某微信号",
    Kind.QQ: "某QQ号",
    Kind.EMAIL: "某邮箱",
    Kind.BIRTH: "某出生日",
    Kind.VILLAGE: "某村",
    Kind.COMMUNITY: "某小区",
    Kind.ADDRESS: "某处",
}
#: 甲 and its like are placeholders only where they aren't part of one of these words.
_WORD_AFTER = "方级醛亢鱼板壳虫骨状肝脑型醇醚烷烯炔酸苯类等种队班组天午子卯辰寅申戌时年夜亥丑未巳酉"
_WORD_BEFORE = "指花装盔美穿马龟铁某富年"
_PERSON = rf"(?<![{_WORD_BEFORE}])[{LETTERS}](?![{_WORD_AFTER}])"
_OTHER = "|".join(sorted(WORDS.values(), key=len, reverse=True))
#: A placeholder with its number, and the blank that keeps a digit behind it apart.
PLACEHOLDER = re.compile(rf"({_PERSON}|{_OTHER}|某社区)(\d*)( ?)")


def free(kind: Kind, taken: Collection[str], texts: str, original: str = "") -> str:
    """Return a placeholder that is neither taken nor a part of `texts`."""
    return next(p for p in _in_order(kind, original) if p not in taken and p not in texts)


def _in_order(kind: Kind, original: str) -> Iterator[str]:
    if kind is Kind.NAME:
        yield from LETTERS
        number = 1
        while True:
            yield from (f"{letter}{number}" for letter in LETTERS)
            number += 1
    word = "某社区" if original.endswith("社区") else WORDS[kind]
    yield word
    number = 2
    while True:
        yield f"{word}{number}"
        number += 1


def restore(text: str, mapping: Mapping[str, str]) -> str:
    """Return a text with the originals in the place of placeholders.

    A person or number written in several ways comes back in the fullest way it was found. Words that only
    look like placeholders (甲方, 甲醛) stay.

    Args:
        text: a redacted text, or one that somebody wrote from one.
        mapping: placeholder to original, as `redact` returned it.

    >>> restore("甲与甲方，甲1 3岁", {"甲": "王建国", "甲1": "李芳"})
    '王建国与甲方，李芳3岁'
    """

    def back(match: re.Match[str]) -> str:
        word, digits, blank = match.groups()
        for size in range(len(digits), -1, -1):
            original = mapping.get(word + digits[:size])
            if original is not None:
                rest = digits[size:]
                parted = not rest and blank and re.match(r" *\d", match.string[match.end() :])
                return original + rest + ("" if parted else blank)
        return match.group()

    return PLACEHOLDER.sub(back, text)
