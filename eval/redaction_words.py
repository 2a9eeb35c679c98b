"""What generated records are filled with: people, numbers, places, amounts. All invented; `random.Random` decides."""

import random
from dataclasses import dataclass

from eval.redaction_pools import Pool
from kb.redaction.numbers import check_digit, luhn

_KIN_OF_SURNAME = (
    "婶",
    "叔",
    "大爷",
    "大妈",
    "嫂",
    "大娘",
    "阿姨",
    "大伯",
    "奶奶",
    "师傅",
    "二哥",
    "三婶",
    "老五",
)
_TITLES = ("主任", "书记", "律师", "所长", "老师", "法官", "会长", "组长")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")


@dataclass(frozen=True)
class Person:
    """An invented person; surname '' for names that have none."""

    surname: str
    given: str

    @property
    def full(self) -> str:
        """The whole name."""
        return self.surname + self.given


def person(rng: random.Random, pool: Pool) -> Person:
    """Return somebody: surnames over the whole range, given names of one to three characters, other peoples."""
    draw = rng.random()
    if draw < 0.025:
        return Person("", "·".join(rng.choice(part) for part in pool.dotted))
    if draw < 0.04:
        return Person("", rng.choice(pool.plain))
    if draw < 0.055:
        name = rng.choice(pool.whole)
        return Person(name[0], name[1:])
    rank = min(int(rng.paretovariate(0.55) * 3) - 3, 10**6)
    surname = pool.surnames[rank] if rank < len(pool.surnames) else rng.choice(pool.surnames)
    if draw < 0.075:
        surname = rng.choice(pool.compound)
    size = rng.choices((1, 2, 3), (24, 75, 1))[0]
    if size == 2 and (kind := rng.random()) < 0.5:
        return Person(surname, rng.choice(pool.wordy if kind < 0.04 else pool.names))
    return Person(
        surname, "".join(rng.choice(pool.wide if rng.random() < 0.12 else pool.given) for _ in range(size))
    )


def nickname(rng: random.Random, who: Person) -> str:
    """Return how neighbours call somebody."""
    if not who.surname:
        return who.full
    family = who.surname
    return (
        rng.choice((f"老{family}", f"小{family}"))
        if rng.random() < 0.4
        else family + rng.choice(_KIN_OF_SURNAME)
    )


def title(rng: random.Random) -> str:
    """Return a job title."""
    return rng.choice(_TITLES)


def id_number(rng: random.Random) -> str:
    """Return an ID number: mostly right, some with a slip, some old, some typed with blanks or in full width."""
    region, order = rng.choice((330681, 110105, 510107, 420106, 360121, 610102)), rng.randrange(1, 999)
    day = f"{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    year = rng.randrange(1935, 2012)
    if rng.random() < 0.04 and year < 2000:
        return f"{region}{year % 100:02d}{day}{order:03d}"
    first = f"{region}{year}{day}{order:03d}"
    last = check_digit(first) if rng.random() < 0.88 else str(rng.randrange(10))
    number = first + (last.lower() if rng.random() < 0.1 else last)
    draw = rng.random()
    if draw < 0.06:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    if draw < 0.1:
        return number.translate(_FULL)
    if draw < 0.12:
        return f"{number[:6]}-{number[6:14]}-{number[14:]}"
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4)) if draw < 0.15 else number


def phone(rng: random.Random) -> str:
    """Return a phone number, mobile or not, as people type or say it."""
    if rng.random() < 0.1:
        local = f"{rng.randrange(2, 9)}{rng.randrange(10**6, 10**7)}"
        return rng.choice(
            (f"0575-{local}", f"(0571){local}", f"010 {local}", f"0579{local}", f"028-{local}-801")
        )
    number = f"1{rng.choice('3456789')}{rng.randrange(10**9):09d}"
    parts = (number[:3], number[3:7], number[7:])
    six = (number[:3], number[3:6], number[6:])
    ways = {
        "plain": number, "blanks": " ".join(parts), "hyphens": "-".join(parts), "code": f"+86 {number}",
        "full": number.translate(_FULL), "spoken": number.translate(_SPOKEN), "hidden": "\u200b".join(parts),
        "letters": number[:3] + number[3:].replace("0", "O").replace("1", "l"),
        "dots": ".".join(parts), "six": " ".join(six), "long code": f"0086{number}",
    }  # fmt: skip
    return rng.choices(list(ways.values()), (60, 10, 7, 4, 4, 3, 4, 3, 2, 2, 1))[0]


def bank(rng: random.Random) -> str:
    """Return a bank card of 16 or 19 digits, mostly with its check digit."""
    first = rng.choice(("622848", "621700", "621226", "436742", "622202")) + str(rng.randrange(10**8, 10**9))
    first += f"{rng.randrange(1000):03d}" if rng.random() < 0.8 else ""
    number = next(first + str(d) for d in range(10) if luhn(first + str(d)))
    if rng.random() < 0.08:
        number = number[:-1] + str((int(number[-1]) + 1) % 10)
    sign = rng.choices(("", " ", "-"), (65, 30, 5))[0]
    return sign.join(number[i : i + 4] for i in range(0, len(number), 4))


def plate(rng: random.Random) -> str:
    """Return a licence plate, some of them of new-energy cars."""
    tail = f"{rng.choice('ABCDEFGHJK')}{rng.randrange(10000):04d}"
    if rng.random() < 0.3:
        tail = rng.choice("DF") + f"{rng.randrange(100000):05d}"
    return rng.choice(_PROVINCES) + rng.choice("ABCDEFGHJKL") + rng.choice(("", "", "", "·", " ")) + tail


def handle(rng: random.Random) -> str:
    """Return a WeChat id."""
    if rng.random() < 0.1:
        return f"1{rng.choice('3589')}{rng.randrange(10**9):09d}"
    name = rng.choice(("xiaomei", "laowang", "zhang_san", "happy", "lucky", "abc", "qingfeng", "Mr-Li"))
    return f"{name}{rng.randrange(10, 99999)}" + rng.choice(("", "_zz", "xy"))


def birth(rng: random.Random) -> str:
    """Return a date of birth."""
    y, m, d = rng.randrange(1935, 2012), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice(
        (
            f"{y}年{m}月{d}日",
            f"{y}年{m}月{d}日",
            f"{y}.{m:02d}.{d:02d}",
            f"{y}-{m:02d}-{d:02d}",
            f"{y}年{m}月",
        )
    )


def amount(rng: random.Random) -> str:
    """Return a sum of money; it must survive."""
    n = rng.randrange(2, 900)
    return rng.choice(
        (
            f"{n * 100}元",
            f"{n}万元",
            f"{n * 100:,}元",
            f"{n / 10:.1f}万元",
            "三千二百元",
            "贰万伍仟元整",
            "一万八千块",
            f"{n}.50元",
        )
    )


def detail(rng: random.Random) -> str:
    """Return what leads to a door behind a village."""
    a, b = rng.randrange(1, 20), rng.randrange(1, 200)
    return rng.choice((f"{a}组{b}号", f"{b}号", f"第{a}村民小组", f"{a}组", f"{a}组{b}-1号", "三组二十号"))


def room(rng: random.Random) -> str:
    """Return what leads to a door in a community."""
    a, b, c = rng.randrange(1, 40), rng.randrange(1, 5), rng.randrange(101, 2000)
    return rng.choice(
        (f"{a}幢{b}单元{c}室", f"{a}栋{c}室", f"{a}-{b}-{c}", f"{a}号楼{b}单元{c}", f"{a}号{c}室")
    )


def fixed(rng: random.Random, pool: Pool) -> dict[str, str]:
    """Return one draw of everything that is chosen from a list."""
    return {
        "village": rng.choice(pool.villages) + "村", "community": rng.choice(pool.communities), "town": rng.choice(pool.towns),
        "road": f"{rng.choice(pool.roads)}{rng.randrange(1, 400)}号", "body": rng.choice(pool.bodies),
        "body2": rng.choice(pool.bodies), "law": rng.choice(pool.laws), "org": rng.choice(pool.orgs), "org2": rng.choice(pool.orgs),
        "hotline": rng.choice(pool.hotlines), "sex": rng.choice("男女"), "nation": rng.choice(("汉族", "汉族", "回族", "畲族", "维吾尔族")),
        "time": f"{rng.randrange(6, 24):02d}:{rng.randrange(60):02d}", "qq": str(rng.randrange(10**5, 10**10)),
        "email": f"{handle(rng).lower()}@{rng.choice(('163.com', 'qq.com', 'sina.com.cn'))}",
        "date": f"{rng.randrange(2018, 2027)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
    }  # fmt: skip
