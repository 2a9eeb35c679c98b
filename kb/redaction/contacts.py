"""Landlines, plates, e-mail addresses, WeChat and QQ numbers, dates of birth: form and the words beside them.

Short public numbers (110, 12348, 12345, 95xxx) and 400/800 lines never match: they are for everyone.
"""

import re

from kb.redaction.fold import Folded
from kb.redaction.numbers import OTHER_BESIDE
from kb.redaction.types import Kind, Span

_LANDLINE = re.compile(
    r"(?<![\d.])(?:[(（]\s?0(?:10|2\d|[3-9]\d{2})\s?[)）]|0(?:10|2\d|[3-9]\d{2}))[ \-–—]{0,3}"
    r"[2-8](?:\d{6,7}|\d{2,3}[ \-]\d{4})(?!\d)(?:\s?(?:转|分机|-)\s?\d{1,6}(?!\d))?"
)
_LOCAL = re.compile(
    r"(?:电话|座机|固话|拨打|来电|号码|[Tt][Ee][Ll])(?:号码?)?[是为：:.\s]{0,3}([2-8]\d{6,7})(?![\d元万块])"
)
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCE}]\s?[A-HJ-Za-hj-z]\s?[·.\-]?\s?(?=[A-Za-z]{{0,4}}\d)"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领])"
    r"(?![A-Za-z0-9])"
)
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]*\s?@\s?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,8}")
_LINK = r"(?:号码?|账号|帐号|[iI][dD]|名)?(?:就是|也是|是|为|叫|[：:=（(\s])*(?:手机号|电话)?[：:\s]*"
_WECHAT = re.compile(
    rf"(?:微信|薇信|威信|徽信|(?<![A-Za-z])(?:[vV]信|[wW]e[iI]?[xX]in|[wW]e[cC]hat|[vVwW][xX])|加\s?[vV](?![A-Za-z]))"
    rf"{_LINK}((?:[A-Za-z][A-Za-z0-9_\-]{{4,24}}|1[3-9]\d{{9}}|[1-9]\d{{6,10}})(?![A-Za-z0-9元万块]))"
)
_WXID = re.compile(r"wxid_[A-Za-z0-9]{6,24}")
_QQ = re.compile(rf"(?:(?<![A-Za-z])[qQ][qQ]|扣扣|[qQ]号|企鹅号?){_LINK}([1-9]\d{{4,10}})(?![\d元万块@])")
_N = r"[零〇○一二三四五六七八九十廿卅]"
_YEAR = rf"(?:\d{{4}}|\d{{2}}|{_N}{{2,4}})"
_MONTH = rf"(?:\d{{1,2}}|{_N}{{1,3}}|正|冬|腊)"
_DAY = rf"(?:\d{{1,2}}|初?{_N}{{1,3}})"
_LUNAR = r"(?:农历|阴历|旧历|公历|阳历)?\s?"
_DATE = rf"(?:{_LUNAR}{_YEAR}\s?(?:年|[.\-/、])\s?{_LUNAR}{_MONTH}\s?(?:月\s?(?:{_DAY}\s?[日号]?)?|[.\-/、]\s?{_DAY}\s?[日号]?|(?!\d)))"
_MONTH_DAY = rf"(?:{_LUNAR}{_MONTH}\s?月\s?{_DAY}\s?[日号]?)"
_BORN_AFTER = re.compile(
    rf"(?:出生(?:日期|年月日?|时间|于|在|[：:是])?|生于|生日|生辰|降生于?|诞生于?)(?:就?是|为|在|[：:|\s])*"
    rf"({_DATE}|{_MONTH_DAY}|(?:19|20)\d{{6}}(?!\d))"
)
_BORN_BEFORE = re.compile(
    rf"(?<!\d)({_DATE})\s?(?:出生|生人|降生|生(?=[,，。；;、)）\s]|$)|(?:过|是)?(?:我|他|她)?的?生日)"
)
_BORN_FORM = re.compile(rf"[男女]\s?[,，、/|\s]\s?({_DATE})(?=\s?[,，、/|\s]\s?[\u4e00-\u9fff]{{1,4}}族)")


def contacts(folded: Folded) -> list[Span]:
    """Return the spans of everything that has a form of its own or a word that announces it."""
    text, digits = folded.text, folded.digits
    found = [
        Span(*m.span(), Kind.PHONE, 2.5)
        for m in _LANDLINE.finditer(digits)
        if not OTHER_BESIDE.search(digits[max(0, m.start() - 12) : m.start()])
    ]
    found += [Span(*m.span(1), Kind.PHONE, 2.0) for m in _LOCAL.finditer(digits)]
    # 车云H…: surer than a name that its province would end
    found += [Span(*m.span(), Kind.PLATE, 4.0) for m in _PLATE.finditer(text)]
    found += [Span(*m.span(), Kind.EMAIL, 4.0) for m in _EMAIL.finditer(text)]
    found += [Span(*m.span(1), Kind.WECHAT, 3.5) for m in _WECHAT.finditer(text)]
    found += [Span(*m.span(), Kind.WECHAT, 3.5) for m in _WXID.finditer(text)]
    found += [Span(*m.span(1), Kind.QQ, 3.5) for m in _QQ.finditer(text)]
    for pattern in (_BORN_AFTER, _BORN_BEFORE, _BORN_FORM):
        found += [Span(*_bare(text, *m.span(1)), Kind.BIRTH, 2.0) for m in pattern.finditer(text)]
    return found


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the blanks at its ends."""
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end
