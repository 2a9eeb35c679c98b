"""May a model's sentence stand as a plainer way of saying what one rule of a 款 says?

Rules that a person can check. The sentence may leave out and rearrange, and use the synonyms of `_SAME`. It may
bring in no words of its own, name the parties only in the order in which the law does, deny and command only what
the law denies and commands, and leave out neither the condition of a rule nor half of a choice that it orders.
What turns one rule into another offends against one of these; a good paraphrase may, too, and is then not shown.
"""

import re

from assistant.grounding.compare import coverage, pairs

#: Longest sentence that explains anything.
MAX_CHARS = 140
#: Share of a clause's character pairs that must stand in the rule.
SHARED = 0.7
#: Share of a rule's clause's pairs from which the sentence has it.
HAS = 0.25
#: Said in plain words, and in those of statutes: what means the same wherever it stands.
_SAME: tuple[tuple[str, str], ...] = (
    (r"(?<!享)有([^，。；或]{1,40}?)的权利", r"可以\1"), (r"如果|要是|倘若|的话|也就是说|换句话说|就是说|意思是|原则上|通常|按规定", ""),
    (r"没有权利|不享有", "无权"), (r"没有|未能|未(?!成年|来|婚)|没", "未"), (r"因为|由于", "因"), (r"为理由", "为由"),
    (r"儿女|孩子(?!们)|小孩", "子女"), (r"爸妈|爹妈|爹娘", "父母"), (r"人民法院", "法院"), (r"两倍|双倍", "二倍"),
    (r"签订|签署|签", "订立"), (r"付给|支付|交付|(?<!交)给付|(?<![予付])给(?![予付])", "给付"),
    (r"停水", "停止供水"), (r"停电", "停止供电"), (r"归还|还给|偿还", "返还"), (r"还钱|还款", "返还借款"), (r"房东", "出租人"),
    (r"租客|租户|租房(?:的)?人", "承租人"), (r"物业(?!费|服务|管理)(?:公司)?", "物业服务人"), (r"养狗的?人|狗主人|狗的主人", "动物饲养人"),
    (r"(?<!用人)单位", "用人单位"), (r"老人(?!家)", "老年人"), (r"分遗产", "分配遗产"),
)  # fmt: skip
#: Words that carry no rule of their own.
_PLAIN_WORDS = re.compile(
    r"情况下|情形下|的时候|方面|其中|首先|同时|另外|而且|并且|以及|或者|那么|这种|这些|这样|应该|需要|属于|就是|还是|也是|都是|一方面|可以|应当|不得|不能|"
    r"他们|它们|规定|法律|依法|一般|当事人|必须|有权|如下|包括|之间|而言|来说|进行|有关|相关"
)
_TELLS = set("被不未无非反")
_DOUBLED = re.compile(r"([被不未无非])\1")
_HAN = re.compile(r"[一-龥]+")
_SHORT = re.compile(r"都|全|仅|只|必|总|均|皆|越|最|免|双|您|你|他(?!人)|她|它|对方|咱")
_MODALS: tuple[tuple[str, str], ...] = (
    ("不得", r"不得(?!不)|不能|不可以|不准|不许|禁止|严禁|无权|不应"), ("不必", r"不必(?!要)|不用|无须|无需|不需要?|可以不|不再"),
    ("应当", r"应当|应该|必须|务必|(?<![不供对适相响反])应(?=[由在当向依按负])|不得不|有义务|负有|须(?!知)|以[^，。；]{2,12}为原则"),
    ("可以", r"可以(?!不)|(?<![所使享])有权(?!利|机关)|能够|允许|享有[^，。；]{0,14}权利?(?=[，。；：]|$)"),
)  # fmt: skip
_NOT = re.compile(
    r"(?:不得不|不得|不能|不可以|不准|不许|禁止|无权|不再|不(?!动产|可抗力|当得利)|未(?!成年)|无(?!民事|因管理)|非)(?=([一-龥]{1,2}))"
)
_PARTY = re.compile(
    r"无民事行为能力人|限制民事行为能力人|完全民事行为能力人|未成年子女|成年子女|子女|未成年人|成年人|祖父母|外祖父母|父母|配偶|夫妻|父亲|母亲|父|母|丈夫|妻子|"
    r"兄弟姐妹|法定代理人|监护人|他人|第三人|任何人|自然人|法院|公安机关|人民政府|村民委员会|居民委员会|村民会议|用人单位|家庭成员|妇女|男子|女职工|职工|"
    r"(?:被|非)?[一-龥]{2}(?:人|者|方(?![式法面便向案])|机关|部门|机构|组织(?=[一-龥]{0,2}应)|企业)|业主|双方|一方|另一方|"
    r"重大过失|过失|过错|故意|善意|恶意|有效|无效|书面|口头|有偿|无偿|部分|全部|平等|个人财产|共同财产|动产|不动产|第[一二三四五]顺序"
)
_CONDITION = re.compile(r"[^，。；]*的(?=，)")
_BY = re.compile(r"(?:由[^，]*)?(?:根据|按照|依照|依据)")
_CHOICE = re.compile(r"(?:应|由|处|是|为)[^，。；]*?([一-龥]{2,6}?)(?:或者|或)([^，。；]{2,14})")
#: Words and numbers that make a condition narrower; without them a rule would hold for more.
_NARROW = re.compile(
    r"再次|多次|重大|严重|恶劣|拒不|逾期|擅自|连续|仍|书面|不满|超过|已满|以上|以下|以内|届满|无正当理由|[零〇一二三四五六七八九十百千万\d]+(?=[年月日天个元倍周岁])"
)
#: Characters that make no word of their own between words of the rule.
_LIGHT = set(
    "的了是就也则即在由等其该把对向和与及因有以为后时所先才再而且并或到从给要能会让使着个这那么于被将又"
)


def departs(sentence: str, part: str) -> str:
    """Return in Chinese how a sentence departs from every rule of a 款; '' where it keeps to one.

    Args:
        sentence: without its citations.
        part: one 款, with its 项.

    >>> law = "承租人到期不搬走的，房屋被占用的出租人，有要求承租人给付占用费的权利。"
    >>> departs("承租人到期不搬走的，出租人可以要求承租人给付占用费", law)
    ''
    >>> departs("出租人到期不搬走的，承租人可以要求出租人给付占用费", law)
    '谁对谁与条文不同'
    """
    own = _same(sentence)
    if len(own) > MAX_CHARS or _repeats(own):
        return "太长，或者重复"
    rules = sorted(_rules(_same(part)), key=lambda rule: coverage(own, rule), reverse=True)
    reasons = [_departs(own, rule) for rule in rules]
    return "" if not all(reasons) else reasons[0]


def _same(text: str) -> str:
    for pattern, same in _SAME:
        text = re.sub(pattern, same, text)
    return text


def _repeats(text: str) -> bool:
    clauses = [c for c in re.split(r"[，；。：]", text) if c]
    return len(set(clauses)) < len(clauses)


def _rules(part: str) -> list[str]:
    """Return the rules of a 款: cut at 。 and ； and where, behind a consequence, the next condition begins.

    A rule without a condition of its own shares that of the one before in the same sentence.
    """
    rules: list[str] = []
    for sentence in re.split(r"(?<=。)|(?<=[^；：])\n", part):
        if "：\n" in sentence:  # a list holds together with what introduces it
            rules.append(sentence)
            continue
        shared = ""
        for piece in _cases(sentence):
            own = "，".join(_CONDITION.findall(piece))
            if piece.startswith("但") and not own and rules:  # its subject stands before
                rules[-1] += piece
                continue
            rules.append(piece if own or not shared else f"{shared}，{piece}")
            shared = own or shared
    return [rule for rule in rules if rule.strip()]


def _cases(sentence: str) -> list[str]:
    """Return a sentence's pieces, each with its conditions first."""
    pieces = [""]
    follows = False  # a consequence was said
    for clause in re.findall(r"[^，；]+[，；]?", sentence):
        condition = clause.endswith("的，")
        if pieces[-1].endswith("；") or (condition and follows):
            pieces.append("")
            follows = False
        follows = follows or (
            not condition and bool(re.search("|".join(p for _, p in _MODALS) + "|视为|由|不予|处", clause))
        )
        pieces[-1] += clause
    return [piece for piece in pieces if piece]


def _departs(own: str, rule: str) -> str:
    thin = [c for c in re.split(r"[，。；：]", own) if len(pairs(c)) >= 4 and coverage(c, rule) < SHARED]
    if thin:
        return "用词离条文太远"
    if _DOUBLED.search(own):
        return "字打重了"
    if new := _new_words(own, rule):
        return f"条文里没有“{new}”"
    for name, pattern in _MODALS:
        if re.search(pattern, own) and not re.search(pattern, rule):
            return f"条文里没有“{name}”的意思"
    if not _in_order(_PARTY.findall(own), _PARTY.findall(rule)):
        return "谁对谁与条文不同"
    if _other_agent(own, rule):
        return "谁应当、谁可以与条文不同"
    if _denies_otherwise(own, rule) or _denies_otherwise(rule, own):
        return "肯定与否定和条文不同"
    if any(_half(pairs(a), pairs(b), pairs(own)) for a, b in _CHOICE.findall(rule)):
        return "漏了“或者”的一边"
    conditions = _CONDITION.findall(rule)
    rest = pairs(_CONDITION.sub("", rule))
    if conditions and not all(_told(c, own, rest) for c in conditions):
        return "漏了条件"
    if any(m[0] not in own for c in conditions for m in _NARROW.finditer(c)):
        return "条件说宽了"
    if _gap(own, rule):
        return "漏了中间的话"
    if _condition_for_consequence(own, rule):
        return "把条件说成了结果"
    return ""


def _half(one: set[str], other: set[str], own: set[str]) -> bool:
    """Return whether a sentence has one side of a choice and nothing of the other."""
    left, right = one - other, other - one
    return (2 * len(left & own) >= len(left)) != (2 * len(right & own) >= len(right))


def _told(condition: str, own: str, rest: set[str]) -> bool:
    """Return whether a sentence has a condition of the rule, by words that only the condition has."""
    special = pairs(condition) - rest
    does = condition.removesuffix("的")[-4:]  # behind whoever it is of
    told = "或" in condition[-12:] or not pairs(does) or bool(pairs(does) & pairs(own))
    return told and len(special & pairs(own)) >= min(2, len(special))


def _other_agent(own: str, rule: str) -> bool:
    """Return whether somebody must or may do something who in the rule isn't the one."""
    theirs = {(name, party) for name, party in _agents(rule, whole=True)}
    for name, party in _agents(own, whole=False):
        same = [p for n, p in theirs if n == name]
        if party and same and not any(p.endswith(party) or not p for p in same):
            return True
    return False


def _agents(text: str, whole: bool) -> list[tuple[str, str]]:
    """Return for each modal its kind and the party named last before it, in its clause or in the whole text."""
    found = []
    for name, pattern in _MODALS:
        for match in re.finditer(pattern, text):
            before = text[: match.start()] if whole else re.split(r"[，；。]", text[: match.start()])[-1]
            parties = _PARTY.findall(before)
            found.append((name, parties[-1] if parties else ""))
    return found


def _gap(own: str, rule: str) -> bool:
    """Return whether a clause is left out between two that the sentence has: 签名 of what a will must have."""
    if re.search("|".join(pattern for _, pattern in _MODALS), rule):
        return False  # of what one must, may or mustn't do, each holds by itself
    clauses = [c for c in re.split(r"[，。；：\n]", rule) if pairs(c) and not _BY.match(c)]
    has = [i for i, c in enumerate(clauses) if coverage(c, own) >= HAS]
    return bool(has) and has[-1] - has[0] + 1 > len(has)


def _condition_for_consequence(own: str, rule: str) -> bool:
    """Return whether the last clause of a sentence, which says what follows, is like a condition of the rule."""
    last = [c for c in re.split(r"[，。；：]", own) if len(pairs(c)) > 1][-1:]
    conditions = _CONDITION.findall(rule)
    others = [c for c in re.split(r"[，。；：\n]", _CONDITION.sub("", rule)) if c]
    if not last or not conditions or not others:
        return False
    return max(coverage(last[0], c) for c in conditions) > max(coverage(last[0], c) for c in others)


def _new_words(own: str, rule: str) -> str:
    """Return the first word that the rule doesn't have, '' for none."""
    for match in _SHORT.finditer(own):
        if match[0] not in rule:
            return match[0]
    for run in _HAN.findall(_PLAIN_WORDS.sub("，", own)):
        for at, char in enumerate(run):
            known = any(
                len(pair) == 2 and pair in rule
                for pair in (run[at - 1 : at + 1] if at else "", run[at : at + 2])
            )
            if not known and (char not in _LIGHT or char in _TELLS):
                return str(run[at : at + 2])
    return ""


def _in_order(mine: list[str], theirs: list[str]) -> bool:
    """Return whether all of `mine` stand in `theirs` in this order; 子女 may stand for 成年子女, not the other way."""
    at = 0
    for one in mine:
        while at < len(theirs) and not theirs[at].endswith(one):
            at += 1
        if at == len(theirs):
            return False
        at += 1
    return True


def _denies_otherwise(one: str, other: str) -> bool:
    """Return whether `one` denies what `other` has and doesn't deny."""
    denied = _denied(other)
    for match in _NOT.finditer(one):
        word = match[1]
        if len(word) == 2 and word in other and word not in denied:
            return True
    return False


def _denied(text: str) -> set[str]:
    """Return the two characters behind each negation; behind 不得 also those of everything listed with it."""
    found = set()
    for match in _NOT.finditer(text):
        found.add(match[1])
        if len(match[0]) > 1:
            listed = re.split(r"[。；]", text[match.end() :])[0]
            found |= {m[1] for m in re.finditer(r"(?:或者?|、|，|和)(?=([一-龥]{2}))", listed)}
    return found
