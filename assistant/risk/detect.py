"""Find risks in what a person tells."""

import re
from bisect import bisect_left, bisect_right

from assistant.risk.rules import RiskRule, load_rules
from assistant.risk.types import Level, Risk
from kb.clock import today
from kb.text.visible import closed_up, visible

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_CLAUSE = re.compile(r"[^，,、：:（）()]+")
# Right before the find: 没有打, 从未家暴, 否认殴打, 不是家暴. 不让、不给 are harms themselves.
_NOT = re.compile(
    r"(?:没有?|未曾?|并未|从未|从没|从来没|不曾|无|并无|不存在|否认|不是|并非|不会|不至于|不敢|不可能)"
    r"(?:再|有|过|人|任何|发生|出现|发现|存在|什么|实施|说|想|要|去|真|对|向|他|她|我|谁|动|家庭|曾|了|的|被|把|跟|和|用|过我|组织){0,4}$"
)
_NOT_INSIDE = re.compile(
    r"(?:没有?|从未|从没|从来没有?|并未|未曾)(?:再|有|对|把|动手?|被|跟|和|真)?(?=打|动手|骂|踢|扇|踹|虐待|殴打|受伤|伤|丢|走失|遗弃|人受)"
)
# What the negation is itself part of: 没有不打的, 不是没有打
_DOUBLE = re.compile(r"(?:不是|并非|不能说|哪天|哪次|没有一天)(?:没有?|不)")
_PAST = re.compile(
    r"去年|前年|前几年|早年|当年|年前|以前|从前|曾经?|小时候|年轻时|已经?过去|早已|多年以前|已经?(?:痊愈|康复|治好|好了)|后来好了"
)
_STILL = re.compile(
    r"现在|如今|至今|一直|经常|天天|常常|总是|又|还(?:在|要|说|会|是)|最近|昨天|昨晚|今天|刚才|刚刚|正在|再次|扬言|这(?:几天|两天|阵子|次|回)"
)
_YEAR = re.compile(r"((?:19|20)\d\d)年")
_MAX_EVIDENCE = 80
#: No clause is so long; looking through all of a longer one at each find takes its square.
_CLAUSE_CHARS = 200


def detect(text: str) -> list[Risk]:
    """Return the risks in `text`, urgent ones first, in the order of the rules.

    A find that its own clause negates (没有打人), or that a rule's `unless` explains away, is dropped.
    One told as past with nothing that says it goes on is a caution, not an alarm; kinds without advice
    for the past stay urgent, for a wrong alarm costs a question and a missed one may cost a life.
    """
    sentences = [match.group() for match in _SENTENCE.finditer(closed_up(visible(text)))]
    loaded = load_rules()
    found: list[Risk] = []
    for rule in loaded.rules:
        finds = [(s, evidence) for s in sentences if (evidence := _first(rule, s))]
        if not finds:
            continue
        now = [evidence for sentence, evidence in finds if not (rule.advice_past and _is_past(sentence))]
        level: Level = "urgent" if now else "caution"
        found.append(
            Risk(
                kind=rule.kind,
                label=rule.label,
                level=level,
                evidence=(now or [evidence for _, evidence in finds])[0],
                phones=list(rule.phones),
                phone_labels={number: loaded.phones[number] for number in rule.phones},
                advice=rule.advice if now else rule.advice_past,
                mediable=rule.mediable if now else rule.past_mediable,
                basis=list(rule.basis),
            )
        )
    return sorted(found, key=lambda risk: risk.level != "urgent")


def _is_past(sentence: str) -> bool:
    """Return whether the sentence tells of the past only; a year counts when it is two or more ago."""
    if _STILL.search(sentence):
        return False
    long_ago = any(int(year) <= today().year - 2 for year in _YEAR.findall(sentence))
    return long_ago or bool(_PAST.search(sentence))


def _first(rule: RiskRule, sentence: str) -> str:
    """Return the clauses of the first find that stands, '' when none does."""
    spans: list[tuple[int, int]] = []
    for pattern in rule.patterns:
        for match in pattern.finditer(sentence):
            spans = spans or [m.span() for m in _CLAUSE.finditer(sentence)]
            start, end = _clauses(spans, match.start(), match.end())
            start, end = max(start, match.start() - _CLAUSE_CHARS), min(end, match.end() + _CLAUSE_CHARS)
            around = sentence[start:end]
            if any(unless.search(around) for unless in rule.unless):
                continue
            if rule.negatable and _negated(sentence[start : match.start()], match.group()):
                continue
            return around.strip()[:_MAX_EVIDENCE]
    return ""


def _negated(before: str, find: str) -> bool:
    if _DOUBLE.search(before + find):
        return False
    return bool(_NOT.search(before) or _NOT_INSIDE.search(find))


def _clauses(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the span of the clauses that [start, end) touches; `spans` are all clauses, in order."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    last = bisect_left(spans, end, key=lambda span: span[0]) - 1
    return (spans[first][0], spans[last][1]) if first <= last else (start, end)
