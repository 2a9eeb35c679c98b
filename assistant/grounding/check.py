"""Check a text sentence by sentence: do its citations exist, hold, quote and say what it says (核查)?"""

from collections import Counter
from datetime import date

from assistant.grounding.cited import Cited, Context, cited_in
from assistant.grounding.claims import Span, split_claims
from assistant.grounding.paraphrase import behind, finished, judge_conclusion, judge_words
from assistant.grounding.quoted import judge_quotes, mend_quote
from assistant.grounding.quotes import matches, quotations
from assistant.grounding.statement import statement as own_words
from assistant.grounding.suggest import Elsewhere
from assistant.grounding.types import (
    VERDICT_LABELS,
    CheckRequest,
    CheckResponse,
    CitationCheck,
    Claim,
    ClaimVerdict,
    Verification,
)
from assistant.grounding.uncited import judge_uncited
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.clock import today
from kb.errors import BadRequest

_MISSING = ("no_such_law", "no_such_article", "no_such_paragraph", "no_such_item")
#: Verdicts of claims that are wrong, or that nothing bears out.
BAD: tuple[ClaimVerdict, ...] = (
    "unsupported", "contradicted", "wrong_citation", "not_in_force", "misquoted", "no_citation",
)  # fmt: skip


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
    claims = check_claims(kb, text, on)
    counts = Counter(claim.verdict for claim in claims)
    return CheckResponse(
        on=on, claims=claims, counts=dict(counts), ok=not any(claim.verdict in BAD for claim in claims)
    )


def check_claims(kb: KnowledgeBase, text: str, on: date) -> list[Claim]:
    """Return every claim of a text of any length, checked by the law of a day."""
    context, elsewhere = Context(), Elsewhere(kb, on)
    return [_claim(kb, span, cited_in(kb, span, context), on, elsewhere) for span in split_claims(text)]


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
        result.reason = mend_quote(quote, [found], Elsewhere(kb, day))[1]
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
        verdict, problems = judge_uncited(kb, span.text, cited, on)
    else:
        verdict, problems = _cited(kb, span.text, cited, found, checks, elsewhere)
    return Claim(
        text=span.text, start=span.start, end=span.end, verdict=verdict,
        verdict_label=VERDICT_LABELS[verdict], citations=checks, problems=list(dict.fromkeys(problems)),
    )  # fmt: skip


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
            problems.append(finished(f"{resolution.message}{_successor(resolution)}"))
    spans = [(c.start, c.end) for c in cited.citations if c.start >= 0]
    quoted = quotations(text, spans) if any(r.text for r in found) else []
    verdicts += judge_quotes(text, quoted, found, checks, problems, elsewhere)
    usable = [(r, c) for r, c in zip(found, checks, strict=True) if r.text]
    verdicts += judge_words(kb, own_words(text, spans, quoted), usable, problems, elsewhere)
    if not verdicts:
        verdicts += judge_conclusion(kb, behind(text, spans, quoted), usable, problems, elsewhere)
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
