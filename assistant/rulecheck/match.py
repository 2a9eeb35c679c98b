"""Whether a written rule applies to a clause: negation, prohibition and lawful authority heeded."""

import re

from assistant.rulecheck.rules import Rule
from kb.text.visible import closed_up, visible

_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")
_STRONG = re.compile(
    r"不得|禁止|严禁|不准|不许|不可|无权|不能|杜绝|防止|反对|不允许|拒绝|避免|制止|抵制|任何人不|不因|不以|不搞|不兴|不应|不该|"
    r"纠正|废除|废止|决不|绝不|莫"
)
# from here on the sentence speaks of who breaks the rule, no longer of what is forbidden
_BREACH = re.compile(
    r"(?<!或)者|否则|违反|违例|的(?=$|一律|须|必须|要|应|由|处|每|按|将|则|就|均|予|给|一次)|不听|一经|发现|如有|凡"
)
_WEAK = re.compile(
    r"(?:不|没|没有|未|勿|别|无|免|不再|不会|不另|不另外|不设|不设立|不搞|不作|不做|不定|不必|不用|不需|不兴|不随意|不乱|不私自|不自行|不擅自|不随便|不向[^，。；]{0,8}|"
    r"不拿[^，。；]{0,8}|不把[^，。；]{0,8}|不以[^，。；]{0,10}|不同[^，。；]{0,12}|不涉|不与[^，。；]{0,12}|概不|从不|并不|不强制|不强行|取消)$"
)
_VOID = re.compile(
    r"^[^，。；]{0,6}(?:的(?:规定|做法|条款|土规矩|老规矩|旧规))?[^，。；]{0,4}"
    r"(?:一律)?(?:作废|无效|废止|废除|不作数|不算数|不得|禁止|不允许|是违法|属于违法|违法|都不行|要不得)"
)
_AUTHORITY_NAMES = (
    r"(?:公安|派出所|政府|主管部门|有关部门|职能部门|有权机关|行政机关|执法|司法|法院|民政|自然资源|林业|农业农村|"
    r"生态环境|环保|市场监管|交警|消防|水利|卫健|供电公司|供电所|供水公司|水厂|林草|城管|相关部门|公证|综合行政)"
)
_BY_AUTHORITY = re.compile(
    rf"(?:由|交|请|移送|移交|经|报|报请|提请|报告|转)[^，。；]{{0,12}}{_AUTHORITY_NAMES}[^，。；]{{0,18}}$"
)
_BY_LAW = re.compile(
    r"(?:依法|依规|依照(?!本)[^，。；]{0,16}|按(?:照)?(?:法律|国家|合同|规定|有关规定)[^，。；]{0,10})[^，。；、]{0,8}$"
)

#: No clause is so long; a sentence may be, and looking through all of it at each find takes its square.
_CLAUSE_CHARS = 300


def sentences(text: str) -> list[str]:
    """Return the sentences of a clause, split at 。！？； and line ends.

    >>> sentences("甲。乙；丙")
    ['甲。', '乙；', '丙']
    """
    return [s.strip() for s in _SENTENCE.findall(text) if s.strip()]


def find(rule: Rule, clause: str) -> str:
    """Return the words of `clause` that break the law by `rule`, '' when it does not apply.

    >>> from assistant.rulecheck.rules import load_rules
    >>> fine = next(r for r in load_rules() if r.kind == "设定罚款")
    >>> find(fine, "乱倒垃圾的罚款五十元。"), find(fine, "村里不设罚款。")
    ('罚款', '')
    """
    clause = closed_up(visible(clause))
    if rule.near == "clause" and not all(p.search(clause) for p in rule.context):
        return ""
    for sentence in sentences(clause):
        if rule.near == "sentence" and not all(p.search(sentence) for p in rule.context):
            continue
        if any(p.search(sentence) for p in rule.unless):
            continue
        for pattern in rule.act:
            for match in pattern.finditer(sentence):
                if not disarmed(sentence, *_act(match), authority=rule.authority):
                    return match[0]
    return ""


def _act(match: re.Match[str]) -> tuple[int, int]:
    group = "act" if "act" in match.re.groupindex and match["act"] is not None else 0
    return match.span(group)


def disarmed(sentence: str, start: int, end: int, *, authority: bool) -> bool:
    """Return whether the act at [start, end) is forbidden, denied, void, or an authority's.

    >>> disarmed("不得对村民罚款", 5, 7, authority=True)
    True
    >>> disarmed("不准养狗，违者罚款", 7, 9, authority=True)
    False
    """
    before = re.split(r"[，。；！？：,;:]", sentence[max(0, start - _CLAUSE_CHARS) : start])[-1]
    strong = None
    for strong in _STRONG.finditer(before):  # noqa: B007 - the last one counts
        pass
    if strong and not _BREACH.search(before, strong.end()):
        return True
    if _WEAK.search(before) or _VOID.search(sentence[end : end + _CLAUSE_CHARS]):
        return True
    return authority and bool(_BY_AUTHORITY.search(before) or _BY_LAW.search(before))
