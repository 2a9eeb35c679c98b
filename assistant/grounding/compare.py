"""Does a provision say what a sentence says? Plain rules that a person can check; None where none applies.

A sentence is aligned clause by clause with the provision by shared character pairs; where a clause is clearly
the counterpart of another, numbers, modality, negation, connectives and roles must agree.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.grounding.numbers import Quantity, quantities
from kb.citation.quote import plain

#: Share of a clause's character pairs that must stand in its counterpart before the two are compared.
ALIGNED = 0.5
#: The same for clauses of two or three pairs.
ALIGNED_SHORT = 0.66
#: Share of the whole claim's pairs that stand in the provision: from here on it supports, up to there it can't.
#: Clauses whose likeness differs by less than this are taken for equally like.
BAND = 0.04
#: Two neighbouring clauses are taken together where that finds so much more of the claim.
JOIN_GAIN = 0.12
SUPPORTS = 0.55
UNRELATED = 0.14

_CLAUSE = re.compile(r"[^，。；：！？,;:!?\n]+")
_MODALS: tuple[tuple[str, str], ...] = (
    ("mustnot", r"不得|禁止|不准|不许|严禁|不能|不可以|不可(?!分|抗|撤)|无权|没有权利"),
    ("neednot", r"不必(?!要)|无须|无需|不用|可以不"),
    ("must", r"应当|必须|(?<![供对适相响反])应(?=[由在当向依按])|有义务|负有[^，。；]{0,12}义务|须(?!知)"),
    ("may", r"可以|(?<!所)有权(?!利|机关)|享有[^，。；]{0,14}权利?|有[^，。；]{0,16}的权利"),
)
_MODAL_ANY = re.compile("|".join(pattern for _, pattern in _MODALS))
_MODAL_LABEL = {"must": "应当", "may": "可以（有权）", "mustnot": "不得", "neednot": "不必"}
_NEGATION = re.compile(
    r"不(?!动产|当得利|可抗力|仅|但|特定|同|良|足|合格|正当|法)|未(?!成年|来)|没有|无(?!因管理|民事|权|偿|法|故|正当|论|害|形|人|息|线|效)"
)
_PAIRS: tuple[tuple[str, str], ...] = (
    ("有效", "无效"), ("之前", "之后"), ("有偿", "无偿"), ("自愿", "强制"),
    ("有息", "无息"), ("连带责任", "按份责任"), ("生效", "失效"), ("动产", "不动产"), ("提前", "推迟"),
    ("出租人", "承租人"), ("发包人", "承包人"), ("发包方", "承包方"), ("债权人", "债务人"), ("出卖人", "买受人"),
    ("赠与人", "受赠人"), ("贷款人", "借款人"), ("委托人", "受托人"), ("用人单位", "劳动者"), ("经营者", "消费者"),
    ("原告", "被告"), ("继承人", "被继承人"), ("监护人", "被监护人"), ("侵权人", "被侵权人"), ("扶养人", "被扶养人"), ("赡养人", "被赡养人"), ("抚养人", "被抚养人"),
    ("收养人", "被收养人"), ("代理人", "被代理人"), ("保险人", "被保险人"), ("申请人", "被申请人"),
    ("成年人", "未成年人"), ("定作人", "承揽人"), ("保证人", "债权人"), ("供电人", "用电人"), ("个人财产", "共同财产"),
)  # fmt: skip
#: Words that make a rule hold without exception.
_ALWAYS = re.compile(r"任何情况下|无论如何|不论什么情况|一律|一概|绝对(?!多数)")
_BOUND = re.compile(r"以上|以下|以内|以外|以前|以后")
_SAME_BOUND = {"以下": "以内"}
_JOINED = re.compile(r"(?<=[一-龥])(或者|或|和|以及|并且|并|与|及)(?=[一-龥])")
_OR = {"或者", "或"}
_FILLER = re.compile(
    r"的?(?:有关|相关)?规定|之规定|根据|依据|依照|按照|明确|依法|法律|本法|本条|因此|所以|也就是说|即|换句话说|意思是"
)


@dataclass
class Comparison:
    """The result: `supports` None when undecidable; `conflicts` are Chinese sentences."""

    supports: bool | None = None
    coverage: float = 0.0
    conflicts: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def pairs(text: str) -> set[str]:
    """Return the character pairs of the Chinese text in `text`."""
    runs = re.findall(r"[一-龥]+", text)
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def coverage(claim: str, provision: str) -> float:
    """Return the share of the claim's character pairs that stand in the provision, 0 to 1."""
    wanted = pairs(claim)
    return len(wanted & pairs(provision)) / len(wanted) if wanted else 0.0


def compare(claim: str, provision: str) -> Comparison:
    """Return whether `provision` says what `claim` says; `claim` is without its citation and quotations.

    >>> compare("子女应当在六十日内答复", "子女可以在三十日内答复。").supports
    False
    """
    result = Comparison(coverage=coverage(masked(_FILLER.sub("", claim)), masked(provision)))
    originals = _CLAUSE.findall(provision)
    verbatim = {plain(c) for c in originals}
    compared = 0
    for clause in _CLAUSE.findall(claim):
        if plain(clause) in verbatim:
            compared += 1
            continue
        likely = _counterparts(clause, originals)
        compared += bool(likely)
        # where several clauses are equally like it, one that agrees is enough
        verdicts = [_clause_conflicts(clause, best, overlap, provision) for best, overlap in likely]
        if verdicts and all(verdicts):
            result.conflicts += verdicts[0]
    _compare_numbers(claim, provision, originals, result)
    result.doubts += [f"条文没有说“{word}”" for word in widened(claim, provision)]
    result.conflicts = list(dict.fromkeys(result.conflicts))
    if result.conflicts:
        result.supports = False
    elif result.coverage >= SUPPORTS and not result.doubts:
        result.supports = True
    elif result.coverage <= UNRELATED and not compared and len(pairs(claim)) >= 6:
        result.supports = False
    return result


def masked(text: str) -> str:
    """Return the text without words of modality and numbers with units."""
    return _without_numbers(_MODAL_ANY.sub("，", text))


def _without_numbers(text: str) -> str:
    for quantity in reversed(quantities(text)):
        text = text[: quantity.start] + "，" + text[quantity.end :]
    return text


def _counterparts(
    clause: str, originals: list[str], mask: Callable[[str], str] = masked
) -> list[tuple[str, float]]:
    """Return the clauses of the provision most like `clause`, best first, each with its likeness 0 to 1.

    Two neighbouring clauses count as one where together they say clearly more of it.
    """
    wanted = mask(clause)
    twins = [w for w in originals if plain(mask(w)) == plain(wanted)]
    if twins and len(plain(wanted)) > 2:
        return [(w, 1.0) for w in twins]
    if len(pairs(wanted)) < 2:
        return []
    needed = ALIGNED if len(pairs(wanted)) > 3 else ALIGNED_SHORT

    def ranked(windows: list[str]) -> list[tuple[float, float, str]]:
        scored = ((coverage(wanted, mask(w)), coverage(mask(w), wanted), w) for w in windows)
        return sorted((s for s in scored if s[0] >= needed), key=_score, reverse=True)

    single = ranked(originals)
    double = ranked([f"{a}，{b}" for a, b in pairwise(originals)])
    best = double if double and (not single or double[0][0] >= single[0][0] + JOIN_GAIN) else single
    return [(s[2], s[0]) for s in best if _score(s) >= _score(best[0]) - BAND]


def _score(scored: tuple[float, float, str]) -> float:
    return scored[0] + 0.3 * scored[1]


def _clause_conflicts(clause: str, best: str, overlap: float, provision: str) -> list[str]:
    return [
        *_modal_conflict(clause, best),
        *(_negation_conflict(clause, best) if overlap >= 0.65 else []),
        *(_pair_conflict(clause, best, provision) if overlap >= 0.55 else []),
        *_connective_conflict(clause, best),
    ]


def modes(clause: str) -> set[str]:
    """Return the modalities of a clause: must, may, mustnot, neednot."""
    modes: set[str] = set()
    for name, pattern in _MODALS:
        if re.search(pattern, clause):
            modes.add(name)
            clause = re.sub(pattern, "，", clause)
    return modes


def _modal_conflict(claim: str, theirs: str) -> list[str]:
    mine, original = modes(claim), modes(theirs)
    if not mine or not original or mine & original:
        return []
    said = "、".join(_MODAL_LABEL[m] for m in sorted(mine))
    law = "、".join(_MODAL_LABEL[m] for m in sorted(original))
    return [f"这里写的是“{said}”，条文是“{law}”：{theirs.strip()}"]


def negations(text: str) -> int:
    """Return how many negations a text has, those of modality aside."""
    return len(_NEGATION.findall(_MODAL_ANY.sub("", text)))


def clauses(text: str) -> list[str]:
    """Return the stretches between punctuation."""
    return _CLAUSE.findall(text)


def _negation_conflict(claim: str, theirs: str) -> list[str]:
    def odd(text: str) -> bool:
        return negations(text) % 2 == 1

    if modes(claim) ^ modes(theirs) and {"mustnot", "neednot"} & (modes(claim) | modes(theirs)):
        return []  # 不得 said in other words: left to the reader
    # a condition of the provision (…的，) that the claim leaves out is not what the claim denies
    main = "，".join(c for c in theirs.split("，") if not c.endswith("的")) or theirs
    if odd(claim) in (odd(theirs), odd(main)):
        return []
    return [f"肯定与否定相反，条文是：{theirs.strip()}"]


def _pair_conflict(claim: str, theirs: str, provision: str) -> list[str]:
    found: list[str] = []
    for one, other in _PAIRS:
        for mine, original in ((one, other), (other, one)):
            if (
                _has(claim, mine)
                and not _has(claim, original)
                and _has(theirs, original)
                and not _has(theirs, mine)
            ):
                whole = mine in provision and coverage(claim, provision) < 0.8
                if not whole:
                    found.append(f"这里写的是“{mine}”，条文是“{original}”：{theirs.strip()}")
    return found or [
        f"这里写的是“{one}”，条文是“被{one}”：{theirs.strip()}" for one in swapped(claim, theirs)
    ]


def swapped(claim: str, provision: str) -> list[str]:
    """Return the roles that the claim has turned round: where the provision has 被侵权人, it says 侵权人.

    >>> swapped("侵权人有权请求侵权人赔偿", "被侵权人有权请求侵权人赔偿")
    ['侵权人']
    """

    def counted(text: str, one: str) -> tuple[int, int]:
        acted_on = text.count(f"被{one}")
        return text.count(one) - acted_on, acted_on

    found = []
    for one in (one for one, other in _PAIRS if other == f"被{one}"):
        (mine, acted_on), (theirs, original) = counted(claim, one), counted(provision, one)
        if mine > theirs and acted_on < original:
            found.append(one)
    return found


def widened(claim: str, provision: str) -> list[str]:
    """Return words of the claim that make a rule hold always, where the provision has none.

    >>> widened("任何情况下都不得退还", "不得退还")
    ['任何情况下']
    """
    return [word for word in _ALWAYS.findall(claim) if not _ALWAYS.search(provision)]


def _has(text: str, word: str) -> bool:
    """Return whether `word` stands in `text` other than as the tail of 不动产, 被继承人 or 未成年人."""
    return (
        bool(re.search(rf"(?<![不被未无]){re.escape(word)}", text))
        if word[0] not in "不被未无"
        else word in text
    )


def _connective_conflict(claim: str, theirs: str) -> list[str]:
    found: list[str] = []
    for match in _JOINED.finditer(theirs):
        left, right = theirs[max(0, match.start() - 2) : match.start()], theirs[match.end() : match.end() + 2]
        if len(left) < 2 or len(right) < 2:
            continue
        found += [
            f"这里写的是“{own[0]}”，条文是“{left}{match[1]}{right}”"
            for own in re.finditer(
                rf"{re.escape(left)}(或者|或|和|以及|并且|并|与|及){re.escape(right)}", claim
            )
            if (own[1] in _OR) != (match[1] in _OR)
        ]
    return found


def _compare_numbers(claim: str, provision: str, originals: list[str], result: Comparison) -> None:
    law = quantities(provision)
    for quantity in quantities(claim):
        rivals = [q for q in law if q.dimension == quantity.dimension]
        clause = _clause_at(claim, quantity)
        if any(plain(clause) == plain(c) for c in originals):
            continue
        near = [
            (q, best)
            for best, _ in _counterparts(clause, originals, _without_numbers)
            for q in quantities(best)
            if q.dimension == quantity.dimension
        ]
        same = [q for q in near if quantity.same(q[0])]
        if same:
            mine = _bound(claim, quantity)
            theirs = [_bound(best, q) for q, best in same]
            if mine and all(theirs) and mine not in theirs:
                result.conflicts.append(
                    f"这里写的是“{quantity.raw}{mine}”，条文是“{same[0][0].raw}{theirs[0]}”"
                )
            continue
        if near:
            result.conflicts.append(_number_conflict(quantity, [q for q, _ in near]))
        elif any(quantity.same(q) for q in rivals):
            continue
        elif rivals and quantity.dimension in ("time", "age", "share", "multiple") and result.coverage >= 0.3:
            result.conflicts.append(_number_conflict(quantity, rivals))
        elif not rivals or quantity.dimension in ("money", "people", "area", "length", "times"):
            result.doubts.append(f"条文里没有“{quantity.raw}”这个数，请核对它从哪里来")


def _bound(text: str, quantity: Quantity) -> str:
    """Return the 以上 or 以内 that follows a quantity, those that mean the same written alike."""
    match = _BOUND.match(text, quantity.end)
    return _SAME_BOUND.get(match[0], match[0]) if match else ""


def _number_conflict(quantity: Quantity, law: list[Quantity]) -> str:
    written = "、".join(dict.fromkeys(q.raw for q in law))
    return f"数字不一致：这里写“{quantity.raw}”，条文是“{written}”"


def _clause_at(text: str, quantity: Quantity) -> str:
    for match in _CLAUSE.finditer(text):
        if match.start() <= quantity.start < match.end():
            return match[0]
    return text
