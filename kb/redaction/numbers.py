"""ID numbers, bank cards and mobile phones: runs of digits, parted by blanks or hyphens or not.

ID numbers are laid out by GB 11643-1999. A number that has the form of one but a wrong check digit is hidden too:
a slip of the pen is still somebody's number.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import date

from kb.redaction.fold import Folded
from kb.redaction.types import Kind, Span

_SEP = r"[ \-‐–—.·_/]{0,2}"
_RUN = re.compile(rf"\d(?:{_SEP}\d){{6,}}(?:{_SEP}[Xx](?![A-Za-z]))?(?:\d(?:{_SEP}\d)*)?")
_GROUP = re.compile(r"\d+[Xx]?")
_MASKED = re.compile(r"(?<!\d)\d{4,14}[*＊×xX]{3,14}[\dXx]{0,4}(?![\dA-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_LAYOUTS = {(11,), (3, 4, 4), (3, 3, 5), (4, 4, 3), (3, 8), (4, 7), (7, 4), (5, 6), (1,) * 11, (3, 4, 2, 2), (3, 2, 2, 2, 2), (3, 5, 3)}  # fmt: skip
_ID_BEFORE = re.compile(r"(?:身份证|证件号|证号|公民身份|居民证|身份号)[^\d。；]{0,10}$")
_BANK_BEFORE = re.compile(
    r"(?:(?:打|转|汇|付|存)到?(?:这|那|我这)张|卡|账|帐|户|[工农建中商信]行|银行|开户|收款|转账|转到|转至|转给|转入|汇|打到|打给|打入|存入|存折)[^\d。；]{0,14}$"
)
_ACCOUNT_BEFORE = re.compile(r"(?:卡号|[账帐][号户]|存折)[^\d。；]{0,8}$")
_OTHER_BEFORE = re.compile(
    r"(?:单号|订单|编号|案号|合同|流水|文号|许可证|信用代码|条码|批号|货号|发票)[^\d。；]{0,8}$"
)
OTHER_BESIDE = re.compile(
    r"(?:单号|订单号?|编号|案号|合同号|流水号|文号|许可证号?|信用代码|条码|批号|货号|发票号码?|代码)[为是：:\s]{0,2}$"
)
_AMOUNT_AFTER = re.compile(r"(?:\.\d+)? ?(?:元|万(?!俟)|亿|块|圆|人民币|平方|公斤|亩|吨)")
_AMOUNT_BEFORE = re.compile(r"(?:[¥￥$]|其余|余款|合计|共计|总计|总价|总额|金额)\s?[：:为]?\s?$")


def numbers(folded: Folded) -> list[Span]:
    """Return the spans of ID numbers, bank cards and mobile phones."""
    digits = folded.digits
    found = [span for run in _RUN.finditer(digits) for span in _parse(digits, run)]
    for match in _MASKED.finditer(digits):
        size = match.end() - match.start()
        if size in (15, 18) or (size >= 12 and _ID_BEFORE.search(digits[: match.start()][-24:])):
            found.append(Span(match.start(), match.end(), Kind.ID, 3.0))
    return found


def _parse(digits: str, run: re.Match[str]) -> Iterator[Span]:
    """Read one run from the left, each number as long as it can be."""
    places = [i for i in range(run.start(), run.end()) if digits[i] in "0123456789Xx"]
    plain = "".join(digits[i] for i in places)
    edges = _edges(run, places)
    i = 0
    while i < len(plain):
        for size, kind in _numbers_at(plain, i, edges, digits, places):
            start = places[i] - (digits[places[i] - 1 : places[i]] == "+")
            yield Span(start, places[i + size - 1] + 1, kind, 3.0)
            i += size
            break
        else:
            i += 1


def _edges(run: re.Match[str], places: list[int]) -> set[int]:
    """Return where groups begin, as indices into the run's digits; its length is the last edge."""
    begins = {m.start() + run.start() for m in _GROUP.finditer(run.group())}
    return {n for n, place in enumerate(places) if place in begins} | {len(places)}


def _numbers_at(
    plain: str, i: int, edges: set[int], digits: str, places: list[int]
) -> Iterator[tuple[int, Kind]]:
    before = digits[max(0, places[i] - 24) : places[i]]
    piece = plain[i : i + 18]
    whole = i in edges and i + 18 in edges
    if len(piece) == 18 and piece[:17].isdigit():
        named = bool(_ID_BEFORE.search(before))
        right = check_digit(piece[:17]) == piece[17].upper()
        if (_born(piece[6:14]) and (right or whole)) or (whole and named):
            yield 18, Kind.ID
    piece = plain[i : i + 15]
    if len(piece) == 15 and i in edges and i + 15 in edges and _born("19" + piece[6:12]) and piece[0] != "0":
        yield 15, Kind.ID
    rest = len(plain) - i
    if i not in edges:
        if (
            rest >= 11
            and i
            and re.match(r"1[3-9]\d{9}$", plain[i:])
            and not edges & set(range(1, len(plain)))
        ):
            # glued behind another number
            yield 11, Kind.PHONE
        return
    named = bool(_ID_BEFORE.search(before))
    if named and 15 <= rest <= 19:
        yield rest, Kind.ID
    for prefix in (0, 2, 4):
        start = i + prefix
        lead = plain[i:start]
        if lead in ("", "86", "0086") and re.match(r"1[3-9]\d{9}", plain[start:]) and start + 11 in edges:
            layout = _layout(edges, start, start + 11)
            tail = digits[places[start + 10] + 1 :][:8]
            shaped = layout in _LAYOUTS or (prefix and layout is None)
            if shaped and not _AMOUNT_AFTER.match(tail) and not _AMOUNT_BEFORE.search(before):
                yield prefix + 11, Kind.PHONE
    yield from _bank(plain, i, edges, digits, places, before)


def _bank(
    plain: str, i: int, edges: set[int], digits: str, places: list[int], before: str
) -> Iterator[tuple[int, Kind]]:
    nearest = before[max(before.rfind(c) for c in "（，、：:,( ") + 1 :]
    other = _OTHER_BEFORE.search(before) and not _BANK_BEFORE.search(nearest)
    if OTHER_BESIDE.search(before) or _AMOUNT_BEFORE.search(before):
        return
    named, account = bool(_BANK_BEFORE.search(before)), bool(_ACCOUNT_BEFORE.search(before))
    for size in (19, 18, 17, 16):
        if i + size in edges and not _AMOUNT_AFTER.match(digits[places[i + size - 1] + 1 :][:8]):
            piece, layout = plain[i : i + size], _layout(edges, i, i + size)
            even = layout is not None and (len(layout) == 1 or set(layout[:-1]) <= {4} or layout[0] == 6)
            issued = luhn(piece) and piece[0] in "34569" if piece.isdigit() else False
            likely = issued or (even and piece[:2] == "62")
            if piece.isdigit() and (likely if other else named or account or likely):
                yield size, Kind.BANK
    if other:
        return
    for size in range(30, 8, -1):
        if account and i + size in edges and plain[i : i + size].isdigit():
            yield size, Kind.BANK


def _layout(edges: set[int], start: int, end: int) -> tuple[int, ...] | None:
    """Return the sizes of the groups from start to end; None where neither ends at an edge."""
    if start not in edges or end not in edges:
        return None
    cuts = sorted(e for e in edges if start <= e <= end)
    return tuple(b - a for a, b in itertools.pairwise(cuts))


def _born(digits: str) -> bool:
    """Return whether eight digits are a day on which a living person may have been born."""
    try:
        return 1890 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2099
    except ValueError:
        return False


def check_digit(first: str) -> str:
    """Return the last character of an ID number that begins with these 17 digits (GB 11643-1999).

    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECK[sum(w * int(c) for w, c in zip(_WEIGHTS, first, strict=True)) % 11]


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of a bank card (ISO/IEC 7812-1).

    >>> luhn("79927398713"), luhn("79927398710")
    (True, False)
    """
    doubled = (int(c) * (1 + n % 2) for n, c in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
