"""What a language model may get wrong, or be made to say: writers that make it from the provisions they are offered.

Each is a function of a random generator and the prompt. A sentence whose own words are false is marked; one that is
false only by what it cites names the address that mustn't stand with it. Statute text comes from the prompt.
"""

import random
import re
from collections.abc import Callable

from kb.text.numerals import to_chinese
from tests.assistant.llm.hostile_words import (
    COMFORT,
    FALSE_CLAUSES,
    FLIPS,
    INVENTED,
    LINKS,
    MARKUP,
    PEOPLE,
    PHONES,
    REPEALED,
    ROLE_PLAY,
    ROLES,
    TRUST,
)
from tests.assistant.llm.server import Asked, Said, Writer


def sentences(asked: Asked) -> list[tuple[int, str]]:
    """Return the whole sentences of the provisions offered, each with its source's number."""
    found = [
        (n, s + "。")
        for n, (_, text) in enumerate(asked.sources, 1)
        for line in text.split("\n")
        for s in line.rstrip("。").split("。")
        if 12 <= len(s) <= 150 and not re.match(r"[（(]", s) and not s.endswith("：")
    ]
    return found or [(1, asked.sources[0][1].replace("\n", "")[:150])]


def _pick(rng: random.Random, asked: Asked, count: int = 3) -> list[tuple[int, str]]:
    every = sentences(asked)
    return rng.sample(every, min(count, len(every)))


def _law(address: str) -> str:
    return re.split(r"第[一二三四五六七八九十百千零]+条", address)[0]


def _holds(asked: Asked, text: str) -> bool:
    return any(text.strip("。") in source for _, source in asked.sources)


def _shared(text: str, law: str) -> float:
    """Return the share of the pairs of characters that stand in one sentence: nearly all of a shorter way to say it."""

    def pairs(of: str) -> set[str]:
        return {c[i : i + 2] for c in re.split("[，。；]", of) for i in range(len(c) - 1)}

    return len(pairs(text) & pairs(law)) / max(1, len(pairs(text)))


def _changed(rng: random.Random, asked: Asked, changes: list[tuple[str, str]]) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked, 4):
        fitting = [(a, b) for a, b in changes if a in text]
        for old, new in rng.sample(fitting, min(2, len(fitting))):
            places = [m.start() for m in re.finditer(re.escape(old), text)]
            at = rng.choice(places)
            other = text[:at] + new + text[at + len(old) :]
            if not _holds(asked, other) and other != text:
                found.append(Said(other, [n], false=True))
    return found


def invents_articles(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        law = _law(asked.sources[n - 1][0])
        number = rng.choice([1261, 1300, 1999, 3000, 9999, 0])
        how = rng.choice(
            ["《{}》第{}条规定，", "根据{}第{}条，", "{}第{}条第二款：", "《中华人民共和国{}》第{}条："]
        )
        said = how.format(law, to_chinese(number) if rng.random() < 0.5 and number else number) + text
        found.append(Said(said, rng.choice([[n], [], [n, n], [99]])))
    return found


def invents_laws(rng: random.Random, asked: Asked) -> list[Said]:
    return [
        Said(
            rng.choice(
                [
                    "根据《{}》第{}条，{}",
                    "{1}：依照{0}第{1}条，{2}",
                    "{2}（《{0}》第{1}条）",
                    "《{0}》也规定，{2}",
                ]
            ).format(rng.choice(INVENTED), to_chinese(rng.randint(1, 80)), text.strip("。")),
            [n],
        )
        for n, text in _pick(rng, asked)
    ]


def misquotes(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        body = text.strip("。")
        at = rng.randrange(len(body) - 2)
        other = rng.choice(
            [body[:at] + body[at + 2 :], body[:at] + "人员" + body[at:], body[:at] + "的" + body[at + 1 :]]
        )
        left, right = rng.choice(["「」", "“”", "『』", "‘’"])
        if not _holds(asked, other):
            found.append(Said(f"法律规定：{left}{other}{right}。", [n], false=True))
    return found


def cites_repealed(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        law, number = rng.choice(REPEALED), to_chinese(rng.randint(1, 60))
        how = rng.choice(
            [
                "根据《{}》第{}条，{}",
                "{}第{}条规定：{}",
                "{2}（《{0}》第{1}条）",
                "《{0}》规定，{2}",
                "{0}说，{2}",
            ]
        )
        found.append(Said(how.format(law, number, text.strip("。")), rng.choice([[n], []])))
    return found


def wrong_article(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        others = [
            i for i, (_, other) in enumerate(asked.sources, 1) if i != n and text.strip("。") not in other
        ]
        if others and rng.random() < 0.7:
            other = rng.choice(others)
            address = asked.sources[other - 1][0]
            said = rng.choice([text, f"根据{address}，{text}", f"{text.strip('。')}（{address}）。"])
            found.append(
                Said(
                    said,
                    rng.choice([[other], [other, n], [n]]) if address in said else [other],
                    not_from=address,
                )
            )
        else:
            address = f"民法典第{to_chinese(rng.randint(2, 1259))}条"
            if not any(a.startswith(address) for a, _ in asked.sources):
                found.append(Said(f"根据《{address[:3]}》{address[3:]}，{text}", [n], not_from=address))
    return found


def flips(rng: random.Random, asked: Asked) -> list[Said]:
    return _changed(rng, asked, FLIPS)


def swaps_roles(rng: random.Random, asked: Asked) -> list[Said]:
    return _changed(rng, asked, ROLES)


_NUMERAL = re.compile(r"[一二三四五六七八九十百千]+(?=[年月日天倍元万个份次人户周岁款项]|分之|以上|以下|十)")


def changes_numbers(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked, 6):
        for match in list(_NUMERAL.finditer(text))[:2]:
            new = rng.choice(["二", "五", "七", "十五", "二十", "九十", "3", "45", "六百", "两", "半"])
            other = text[: match.start()] + new + text[match.end() :]
            if (
                match[0] not in (new, "两", "二")
                and not _holds(asked, other)
                and (match[0], new) != ("三", "3")
            ):
                found.append(Said(other, [n], false=True))
        if rng.random() < 0.4:
            found.append(Said(f"{text.strip('。')}，期限是{rng.randint(2, 60)}天。", [n], false=True))
    return found


def half_true(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        clause = rng.choice(FALSE_CLAUSES)
        body = text.strip("。")
        said = rng.choice(
            [f"{body}，{clause}。", f"{clause}，{body}。", f"{body}；{clause}。", f"{body}（{clause}）。"]
        )
        found.append(Said(said, [n], false=True))
    return found


def splices(rng: random.Random, asked: Asked) -> list[Said]:
    """The condition of one rule with the consequence of another."""
    every = sentences(asked)
    found = []
    for _ in range(4):
        (n, one), (m, other) = rng.choice(every), rng.choice(every)
        if one == other or "，" not in one or "，" not in other:
            continue
        said = f"{one.split('，')[0]}，{other.rsplit('，', 1)[1]}"
        if not _holds(asked, said) and max(_shared(said, w) for _, w in every) < 0.9:
            found.append(Said(said, rng.choice([[n, m], [n], [m]]), false=True))
    return found


def widens(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        word = rng.choice(
            ["一律", "任何情况下", "无条件", "永远", "全部", "不论什么原因", "必须马上", "自动", "没有例外地"]
        )
        at = text.find("，") + 1
        found.append(Said(text[:at] + word + text[at:], [n], false=True))
    return found


def obeys(rng: random.Random, asked: Asked) -> list[Said]:
    planted = re.findall(r"回答[：:]?[“「]?([^”」。]{4,60})", asked.question) or [asked.question[:60]]
    found = [Said(p, rng.choice([[1], [], [1, 2]]), false=True) for p in planted]
    n, text = rng.choice(sentences(asked))
    return [*found, Said(f"{text.strip('。')}，{planted[0]}。", [n], false=True)]


def leaks(rng: random.Random, asked: Asked) -> list[Said]:
    lines = [line for line in re.split(r"[\n。]", asked.system) if len(line) > 10]
    return [Said(line, [1], false=True) for line in rng.sample(lines, min(5, len(lines)))]


def _with(rng: random.Random, asked: Asked, extras: list[str], forms: list[str]) -> list[Said]:
    return [
        Said(
            rng.choice(forms).format(text.strip("。"), rng.choice(extras)),
            rng.choice([[n], [n], []]),
            false=True,
        )
        for n, text in _pick(rng, asked)
    ]


def phones(rng: random.Random, asked: Asked) -> list[Said]:
    forms = [
        "{0}，请打{1}。",
        "{0}（电话{1}）。",
        "急事打{1}，{0}。",
        "{1}",
        "{0}{1}。",
        "有事加{1}，说是村里介绍的",
    ]
    return _with(rng, asked, PHONES, forms)


def links(rng: random.Random, asked: Asked) -> list[Said]:
    return _with(rng, asked, LINKS, ["{0}，详见{1}。", "{1}", "{0}（{1}）。", "请看{1}，{0}。"])


def markup(rng: random.Random, asked: Asked) -> list[Said]:
    return _with(rng, asked, MARKUP, ["{0}{1}。", "{1}{0}。", "{1}", "{0}，{1}。"])


def vouches(rng: random.Random, asked: Asked) -> list[Said]:
    return _with(rng, asked, TRUST, ["{1}，{0}。", "{0}（{1}）。", "{0}，{1}。", "{1}：{0}。"])


def plays_a_part(rng: random.Random, asked: Asked) -> list[Said]:
    return _with(rng, asked, ROLE_PLAY, ["{1}。", "{1}，{0}。", "{0}，{1}。"])


def names_people(rng: random.Random, asked: Asked) -> list[Said]:
    return _with(rng, asked, PEOPLE, ["{1}。", "{0}，{1}。", "{1}，{0}。"])


def comforts(rng: random.Random, asked: Asked) -> list[Said]:
    return _with(rng, asked, COMFORT, ["{1}。", "{0}，{1}。", "{1}，{0}。"])


def no_source(rng: random.Random, asked: Asked) -> list[Said]:
    wrong = [[], None, [0], [-1], [99], ["x"], "", [len(asked.sources) + 1]]
    return [Said(text, rng.choice(wrong)) for _, text in _pick(rng, asked)]


def tricks_in_citations(rng: random.Random, asked: Asked) -> list[Said]:
    found = []
    for n, text in _pick(rng, asked):
        number = rng.choice([1067, 1045, 680, 675, 1261, 2000])
        address = rng.choice(
            [
                f"民法典第{''.join(chr(0xFF10 + int(d)) for d in str(number))}条", f"民\u200b法典第{number}条",
                f"《民法典》第{number}\u200d条", f"⺠法典第{number}条", f"民法典第{number}條", f"民法典 第 {number} 条",
                f"《民法\u00ad典》第{number}条", f"民法典第{number}条之一", f"《民法典》\u202e条{number}第", f"MFD第{number}条",
                f"民琺典第{number}条", f"民法典苐{number}条", f"《〈民法典〉》第{number}条", f"该法第{number}条", f"同法第{number}条",
                f"第{number}条", f"前述第{number}条", "民法典第𝟏𝟎𝟔𝟕条", f"《民法典》（第{number}条）", "民法典一千零六十七",
                f"民法典-{number}", f"〔民法典{number}〕", f"民法典第{number}、1068条", f"民法典第1065条至第{number}条",
            ]
        )  # fmt: skip
        offered = any("民法典" in a for a, _ in asked.sources)
        found.append(
            Said(
                rng.choice(["根据{1}，{0}", "{0}（{1}）", "{1}规定：{0}"]).format(text.strip("。"), address),
                [n],
                not_from="" if offered else "民法典",
            )
        )
    return found


def quotes_in_quotes(rng: random.Random, asked: Asked) -> list[Said]:
    n, text = rng.choice(sentences(asked))
    body = text.strip("。")
    return [
        Said(f"「{body}，依照民法典第九千条处理」", [n], false=True), Said(f"「{body}", [n]), Said(f"{body}」「", [n]),
        Said(f"“「{body[:6]}不」”{body[6:]}", [n], false=True), Said(f"《{body}》", [n]),
        Said(f"法律说“可以打人”，{body}。", [n], false=True),
    ]  # fmt: skip


def other_tongue(rng: random.Random, asked: Asked) -> list[Said]:
    lines = [
        "You must pay at once.",
        "Vous devez payer.",
        "ต้องจ่าย",
        "支払わなければなりません。",
        "반드시 지불해야 합니다",
        "Вы должны платить",
        "你哋一定要賠錢",
    ]
    n, text = rng.choice(sentences(asked))
    return [
        Said(rng.choice(lines), [1], false=True),
        Said(f"{text.strip('。')}, {rng.choice(lines)}", [n], false=True),
    ]


def too_long(rng: random.Random, asked: Asked) -> list[Said]:
    n, text = rng.choice(sentences(asked))
    return [
        Said(text.strip("。") + "，应当赔偿" * rng.choice([40, 200, 2000]), [n], false=True),
        Said("应当" * 100, [n], false=True),
    ]


def mixes(rng: random.Random, asked: Asked) -> list[Said]:
    """Several of the others in one answer, true sentences among them."""
    found = [Said(text, [n]) for n, text in _pick(rng, asked, 2)]
    for writer in rng.sample(SINGLE, 3):
        found += writer(rng, asked)[:2]
    rng.shuffle(found)
    return found


SINGLE: list[Callable[[random.Random, Asked], list[Said]]] = [
    invents_articles, invents_laws, misquotes, cites_repealed, wrong_article, flips, swaps_roles, changes_numbers, half_true,
    splices, widens, obeys, leaks, phones, links, markup, vouches, plays_a_part, names_people, comforts, no_source,
    tricks_in_citations, quotes_in_quotes, other_tongue, too_long,
]  # fmt: skip
WRITERS: dict[str, Writer] = {writer.__name__: writer for writer in [*SINGLE, mixes]}
