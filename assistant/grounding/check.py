"""Check a text sentence by sentence: do its citations exist, hold, quote and say what it says (核查)?"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from assistant.grounding.cited import Cited, Context, cited_in
from assistant.grounding.claims import Span, split_claims
from assistant.grounding.compare import Comparison, compare, coverage, pairs
from assistant.grounding.quotes import (
    ALIKE,
    Quotation,
    difference,
    left_out,
    likeness,
    matches,
    quotations,
)
from assistant.grounding.statement import says_something
from assistant.grounding.statement import statement as own_words
from assistant.grounding.suggest import Elsewhere
from assistant.grounding.support import STANDS, likelihood
from assistant.grounding.types import (
    VERDICT_LABELS,
    CheckRequest,
    CheckResponse,
    CitationCheck,
    Claim,
    ClaimVerdict,
    Verification,
)
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.clock import today
from kb.errors import BadRequest
from kb.text.day import printed

#: Share of a claim's words from which one of several provisions cited is the one meant.
NEARLY_ALL = 0.8
#: Fewer pairs of characters behind a quotation conclude nothing from it.
CONCLUDES = 6
_MISSING = ("no_such_law", "no_such_article", "no_such_paragraph", "no_such_item")
#: Verdicts of claims that are wrong, or that nothing bears out.
BAD: tuple[ClaimVerdict, ...] = (
    "unsupported", "contradicted", "wrong_citation", "not_in_force", "misquoted", "no_citation",
)  # fmt: skip
# words by which a sentence asserts law
_ASSERTS = re.compile(
    r"依法(?:应|享有|承担|有权|不|需|须|可以|属|构成)|法律(?:明确|规定|要求|禁止|允许)|按(?:照)?(?:法律|规定)|根据(?:法律|规定|有关规定)|依照(?:法律|规定)|有权(?!机关|部门)|无权|"
    r"(?<![坐吃要舍卖动惹])不得(?![了已不])|禁止|违法|犯罪|属于无效|(?:合同|协议|遗嘱|婚姻|条款|行为)无效|应当(?:承担|赔偿|支付|返还|退还|履行|赡养|抚养|扶养|补偿|恢复|停止|排除|依法)|承担[^，。；]{0,8}责任|诉讼时效|法定|"
    # what one gets for it, and what one must, told without a word of law: 酒驾撞死人判十年, 儿子必须替父亲还钱
    r"判刑|判[处他她]?[一二三四五六七八九十两\d]+(?:个月|年)|坐牢|(?:[要会处被可以]|行政)拘留|(?:[要会处被]|处以)罚款|罚款[一二三四五六七八九十百千万两\d]+元|"
    r"冷静期[^，。；]{0,6}[一二三四五六七八九十两\d]+(?:天|日|个月)|(?:必须|有义务)[^，。；]{0,6}(?:赔偿|偿还|归还|还钱|还债|赡养|抚养|扶养|支付)"
)
#: A word that is spoken of: 条文里写“有权”的.
_TERM = re.compile(r"“[^“”]{1,5}”")
_NOT_ASSERTION = re.compile(
    r"[?？]$|吗[。？]?$|^请|咨询|建议您?|可以先|拨打|12348|提倡|约定|协议(?:约定|写明)|双方同意|自愿"
)


def check_text(kb: KnowledgeBase, request: CheckRequest) -> CheckResponse:
    """Return every claim of the text with its verdict, what was checked, and how to mend it.

    Raises:
        BadRequest: when the text is empty or too long.
    """
    text = request.text
    if not text.strip():
        raise BadRequest("请粘贴要核查的文字。", "可以是一段答复、一份材料，或者一条法条引用。")
    if len(text) > kb.settings.max_text_chars:
        raise BadRequest(
            f"文本太长，一次最多核查{kb.settings.max_text_chars}字。", "请分成几段，一段一段地核查。"
        )
    on = request.on or today()
    context = Context()
    elsewhere = Elsewhere(kb, on)
    claims = [_claim(kb, span, cited_in(kb, span, context), on, elsewhere) for span in split_claims(text)]
    counts = Counter(claim.verdict for claim in claims)
    return CheckResponse(
        on=on, claims=claims, counts=dict(counts), ok=not any(claim.verdict in BAD for claim in claims)
    )


def verify_quote(kb: KnowledgeBase, address: str, quote: str, on: date | None = None) -> Verification:
    """Return whether `quote` stands word for word in the provision at `address`, law on the day `on`."""
    day = on or today()
    found = kb.resolve(address, day)
    result = Verification(address=found.address or address, quote=quote, verified=False, text=found.text)
    if not found.ok:
        result.reason = found.message or "所引法条当日不是有效的法律"
    elif not quote.strip():
        result.reason = "没有引文可以核对"
    elif matches(quote, [found.text]):
        result.verified, result.reason = True, found.message
    else:
        result.reason = _mend_quote(quote, [found], Elsewhere(kb, day))[1]
    return result


def _claim(kb: KnowledgeBase, span: Span, cited: Cited, on: date, elsewhere: Elsewhere) -> Claim:
    found = [kb.resolver.resolve(citation, on) for citation in cited.citations]
    checks = [
        CitationCheck(
            raw=citation.raw,
            address=resolution.address,
            start=span.start + citation.start if citation.start >= 0 else -1,
            end=span.start + citation.end if citation.start >= 0 else -1,
            exists=resolution.status in ("ok", "not_in_force"),
            in_force=resolution.in_force and resolution.status == "ok",
            status=resolution.status,
            state_label=resolution.state_label,
            text=resolution.text,
            replaced_by=resolution.replaced_by,
        )
        for citation, resolution in zip(cited.citations, found, strict=True)
    ]
    if not found:
        verdict, problems = _uncited(kb, span.text, cited, on)
    else:
        verdict, problems = _cited(kb, span.text, cited, found, checks, elsewhere)
    return Claim(
        text=span.text, start=span.start, end=span.end, verdict=verdict,
        verdict_label=VERDICT_LABELS[verdict], citations=checks, problems=list(dict.fromkeys(problems)),
    )  # fmt: skip


def _uncited(kb: KnowledgeBase, text: str, cited: Cited, on: date) -> tuple[ClaimVerdict, list[str]]:
    """Judge a claim that cites no article."""
    for token in cited.laws:
        repealed = kb.names.repealed.get(token.law)
        if repealed and not kb.names.known(token.law):
            verb = "已" if repealed.since <= on else "将"
            return "not_in_force", [
                f"《{token.law}》{verb}由《{repealed.by_law}》废止（{repealed.by_address}），"
                f"请改引《{repealed.by_law}》的具体条文"
            ]
        if not kb.names.known(token.law) and "《" in text:
            near = "、".join(f"《{s}》" for s in kb.names.suggestions(token.law))
            hint = f"，是否指{near}" if near else ""
            return "wrong_citation", [f"知识库里没有《{token.law}》{hint}；请核对名称，或先把它的文本入库"]
        marked = "《" in text[token.start : token.end]
        if (marked or len(token.law) > 2) and not kb.catalog.version_on(token.law, on):
            return "not_in_force", [f"《{token.law}》在{printed(on)}没有施行中的文本，请核对"]
    if cited.laws and (_ASSERTS.search(text) or "规定" in text):
        names = "、".join(dict.fromkeys(f"《{t.law}》" for t in cited.laws))
        return "no_citation", [f"只写了{names}，没有写第几条，无法核对，请补上条号"]
    if _ASSERTS.search(_TERM.sub("", text)) and not _NOT_ASSERTION.search(text):
        return "no_citation", ["这句话讲的是法律规定，却没有写依据，请补上法律名称和条号"]
    return "not_legal", []


def _cited(
    kb: KnowledgeBase,
    text: str,
    cited: Cited,
    found: list[Resolution],
    checks: list[CitationCheck],
    elsewhere: Elsewhere,
) -> tuple[ClaimVerdict, list[str]]:
    """Judge a claim with citations; fills in quote_matches and supports of each check."""
    problems: list[str] = []
    verdicts: list[ClaimVerdict] = []
    for resolution in found:
        if resolution.status in _MISSING:
            verdicts.append("wrong_citation")
        elif resolution.status in ("repealed_law", "not_in_force"):
            verdicts.append("not_in_force")
        if resolution.message:
            problems.append(_finish(f"{resolution.message}{_successor(resolution)}"))
    spans = [(c.start, c.end) for c in cited.citations if c.start >= 0]
    quoted = [] if not any(r.text for r in found) else quotations(text, spans)
    verdicts += _check_quotes(text, quoted, found, checks, problems, elsewhere)
    verdicts += _check_support(kb, own_words(text, spans, quoted), found, checks, problems, elsewhere)
    if not verdicts:
        verdicts += _check_conclusion(kb, _behind(text, spans, quoted), found, checks, problems, elsewhere)
    for verdict in (
        "wrong_citation",
        "not_in_force",
        "misquoted",
        "contradicted",
        "unsupported",
        "undecided",
    ):
        if verdict in verdicts:
            return verdict, problems
    return "supported", problems


def _successor(resolution: Resolution) -> str:
    if (
        resolution.status != "not_in_force"
        or not resolution.replaced_by
        or resolution.replaced_by in resolution.message
    ):
        return ""
    return f"；请改引《{resolution.replaced_by.strip('《》')}》"


def _check_quotes(
    claim: str,
    quoted: list[Quotation],
    found: list[Resolution],
    checks: list[CitationCheck],
    problems: list[str],
    elsewhere: Elsewhere,
) -> list[ClaimVerdict]:
    verdicts: list[ClaimVerdict] = []
    for quote in quoted:
        each = [matches(quote.text, [r.text]) for r in found]
        before = claim[: quote.start]
        turned = [left_out(quote.text, before, r.text) for r, good in zip(found, each, strict=True) if good]
        if turned and all(turned):
            for check, good in zip(checks, each, strict=True):
                check.quote_matches = False if good else check.quote_matches
                check.supports = False if good else check.supports
            verdicts.append("misquoted")
            problems.append(f"引文前面原文还有“{turned[0]}”，漏掉它意思就反了，请从“{turned[0]}”引起")
            continue
        if any(each):
            for check, good in zip(checks, each, strict=True):
                check.quote_matches = True if good else check.quote_matches
                check.supports = True if good else check.supports
            continue
        texts = [r.text for r in found if r.text]
        if not quote.marked and likeness(quote.text, texts) < ALIKE:
            continue  # somebody's words or a paraphrase, not a quotation of the law
        for check in checks:
            check.quote_matches = check.quote_matches or False
        verdict, problem = _mend_quote(quote.text, found, elsewhere)
        verdicts.append(verdict)
        problems.append(problem)
    return verdicts


def _mend_quote(quote: str, found: list[Resolution], elsewhere: Elsewhere) -> tuple[ClaimVerdict, str]:
    right = elsewhere.quote(quote, found)
    if right:
        return "wrong_citation", f"引文不在{found[0].address}，这句话在{right}，请改正条号"
    texts = [r.text for r in found if r.text]
    if likeness(quote, texts) >= ALIKE and (note := difference(quote, texts)):
        return (
            "misquoted",
            f"引文与原文不一致：{note}。请照{found[0].address}原文改正，或者去掉引号改用自己的话",
        )
    return "misquoted", f"{found[0].address}里没有这段引文，请照原文改正，或者核对条号"


def _check_support(
    kb: KnowledgeBase,
    statement: str,
    found: list[Resolution],
    checks: list[CitationCheck],
    problems: list[str],
    elsewhere: Elsewhere,
) -> list[ClaimVerdict]:
    """Compare the claim's own words with what is cited, each citation alone and all together."""
    usable = [(r, c) for r, c in zip(found, checks, strict=True) if r.text]
    if not usable or not says_something(statement):
        return []  # a bare citation, or a quotation and nothing else
    alone = [compare(statement, resolution.text) for resolution, _ in usable]
    for (_, check), comparison in zip(usable, alone, strict=True):
        if check.supports is None:
            check.supports = comparison.supports
    closest = max(alone, key=lambda c: c.coverage)
    # a provision that has nearly all of the words decides alone; else they are read together
    together = (
        closest
        if closest.coverage >= NEARLY_ALL
        else compare(statement, "\n".join(r.text for r, _ in usable))
    )
    if len(usable) > 1:
        _share_out(together, [c for _, c in usable])
    if together.conflicts:
        for _, check in usable:
            check.supports = bool(check.supports)
        problems += [_finish(conflict) for conflict in together.conflicts]
        return ["contradicted"]
    if together.supports:
        return []
    if any(c.quote_matches for _, c in usable):
        for _, check in usable:
            check.supports = check.supports if check.supports is not False else None
        return []
    laws = list(dict.fromkeys(r.law for r, _ in usable))
    # by the same measure as what is compared with it: another must say it clearly better
    shared = max(coverage(statement, r.text) for r, _ in usable)
    better = elsewhere.claim(statement, laws, above=shared)
    if better and all(not r.address.startswith(better) for r, _ in usable):
        for _, check in usable:
            check.supports = False
        problems.append(f"{usable[0][0].address}讲的不是这件事，这句话更像{better}，请核对条号")
        return ["wrong_citation"]
    if _weighed(kb, statement, usable, elsewhere):
        return []
    if together.supports is False:
        problems.append(f"{usable[0][0].address}的文字与这句话没有对应之处，请核对条号或者换一条依据")
        return ["unsupported"]
    problems += [_finish(doubt) for doubt in together.doubts]
    problems.append("用词与条文不同，按规则判断不了条文是否支持这句话，请人工对照原文")
    return ["undecided"]


def _behind(text: str, cited: list[tuple[int, int]], quoted: list[Quotation]) -> str:
    """Return a claim's own words behind its last quotation; '' where it quotes nothing."""
    end = max((q.end for q in quoted if q.marked), default=len(text))
    return own_words(text[end:], [(a - end, b - end) for a, b in cited if a >= end], [])


def _check_conclusion(
    kb: KnowledgeBase,
    said: str,
    found: list[Resolution],
    checks: list[CitationCheck],
    problems: list[str],
    elsewhere: Elsewhere,
) -> list[ClaimVerdict]:
    """Judge what is concluded from a quotation. That the law is quoted rightly bears out nothing said behind it."""
    usable = [(r, c) for r, c in zip(found, checks, strict=True) if r.text]
    if not usable or len(pairs(said)) < CONCLUDES:
        return []
    if compare(said, "\n".join(r.text for r, _ in usable)).supports or _weighed(kb, said, usable, elsewhere):
        return []
    problems.append("引文和原文一致；后面那句话，按规则判断不了条文是否支持，请人工对照原文")
    return ["undecided"]


def _weighed(
    kb: KnowledgeBase,
    statement: str,
    usable: Sequence[tuple[Resolution, CitationCheck]],
    elsewhere: Elsewhere,
) -> bool:
    """Return whether what rules can't decide is likely borne out; the checks say so then."""
    likely = likelihood(kb, statement, [r for r, _ in usable], elsewhere.on)
    if likely is None or likely < STANDS:
        return False
    for _, check in usable:
        check.supports = True
    return True


def _share_out(together: Comparison, checks: list[CitationCheck]) -> None:
    """Where several provisions carry a claim together, none of them is blamed for covering a part."""
    if together.conflicts:
        return
    for check in checks:
        if check.supports is False:
            check.supports = None
        if together.supports and check.supports is None:
            check.supports = None


def _finish(sentence: str) -> str:
    return sentence.rstrip("。；，")
