"""Judge what a claim quotes: does it stand to the letter in what is cited, and if not, where does it, or what differs?"""

from assistant.grounding.quotes import ALIKE, Quotation, difference, left_out, likeness, matches
from assistant.grounding.suggest import Elsewhere
from assistant.grounding.types import CitationCheck, ClaimVerdict
from kb.citation.resolution import Resolution


def judge_quotes(
    claim: str,
    quoted: list[Quotation],
    found: list[Resolution],
    checks: list[CitationCheck],
    problems: list[str],
    elsewhere: Elsewhere,
) -> list[ClaimVerdict]:
    """Return the verdicts on a claim's quotations that are wrong; fills in the checks and the problems, in Chinese.

    Args:
        claim: the claim.
        quoted: what it quotes.
        found: what it cites.
        checks: one a citation, in the same order; quote_matches and supports are filled in.
        problems: what is wrong is added here.
        elsewhere: the laws cited.
    """
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
        verdict, problem = mend_quote(quote.text, found, elsewhere)
        verdicts.append(verdict)
        problems.append(problem)
    return verdicts


def mend_quote(quote: str, found: list[Resolution], elsewhere: Elsewhere) -> tuple[ClaimVerdict, str]:
    """Return the verdict on a quotation that doesn't stand in what is cited, and how to mend it, in Chinese."""
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
