"""Check a village's rules clause by clause against written legal rules (村规民约合法性审查)."""

from datetime import date

from assistant.rulecheck.match import find
from assistant.rulecheck.missing import missing_parts, remarks
from assistant.rulecheck.rules import load_rules
from assistant.rulecheck.types import (
    VERDICT_LABELS,
    CheckedClause,
    Finding,
    RulesCheckRequest,
    RulesCheckResponse,
    Verdict,
)
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.text.clauses import Clause, split_clauses

#: Fewer clauses than this are an extract, of which it makes no sense to say what is missing.
WHOLE_DOCUMENT = 8


def check_rules(kb: KnowledgeBase, request: RulesCheckRequest) -> RulesCheckResponse:
    """Return a verdict for each clause, with the provisions that say so, and what the rules lack.

    Raises:
        BadRequest: when the text is empty or too long.
    """
    if not request.text.strip():
        raise BadRequest("请粘贴要检查的村规民约。", "可以粘贴全文，也可以只粘贴其中几条。")
    if len(request.text) > kb.settings.max_text_chars:
        raise BadRequest(
            f"文本太长，一次最多检查{kb.settings.max_text_chars}字。", "请分成几段，一段一段地检查。"
        )
    on = request.on or today()
    clauses = split_clauses(request.text)
    if not clauses:
        raise BadRequest("没有找到可以检查的条款。", "每一条请另起一行，或者写明“第一条”“一、”这样的序号。")
    checked = [_check(kb, index, clause, on) for index, clause in enumerate(clauses, 1)]
    counts = {verdict: sum(c.verdict == verdict for c in checked) for verdict in VERDICT_LABELS}
    return RulesCheckResponse(
        on=on,
        village=request.village,
        clauses=checked,
        missing=missing_parts(request.text) if len(clauses) >= WHOLE_DOCUMENT else [],
        notes=remarks(request.text, on),
        counts={str(k): v for k, v in counts.items()},
    )


def assess(text: str) -> list[tuple[str, Verdict, str]]:
    """Return (kind, verdict, evidence) of everything found in one clause, gravest first; needs no kb."""
    found = [(rule.kind, rule.verdict, evidence) for rule in load_rules() if (evidence := find(rule, text))]
    return sorted(found, key=lambda f: f[1] != "overstep")


def _check(kb: KnowledgeBase, index: int, clause: Clause, on: date) -> CheckedClause:
    findings = _findings(kb, clause.text, on)
    gravest = findings[0] if findings else None
    verdict: Verdict = gravest.verdict if gravest else "lawful"
    return CheckedClause(
        index=index,
        label=clause.label,
        chapter=clause.chapter,
        text=clause.text,
        start=clause.start,
        verdict=verdict,
        verdict_label=VERDICT_LABELS[verdict],
        kind=gravest.kind if gravest else "",
        provisions=gravest.provisions if gravest else [],
        reason=gravest.reason if gravest else "",
        rewording=gravest.rewording if gravest else "",
        findings=findings,
    )


def _findings(kb: KnowledgeBase, text: str, on: date) -> list[Finding]:
    found: dict[str, Finding] = {}
    for rule in load_rules():
        evidence = find(rule, text)
        if not evidence or (rule.kind in found and found[rule.kind].verdict == "overstep"):
            continue
        found[rule.kind] = Finding(
            kind=rule.kind,
            verdict=rule.verdict,
            evidence=evidence,
            provisions=[a for address in rule.addresses(on) if (a := _in_force(kb, address, on))],
            reason=f"“{evidence}”：{rule.reason}",
            rewording=rule.rewording,
        )
    return sorted(found.values(), key=lambda f: f.verdict != "overstep")


def _in_force(kb: KnowledgeBase, address: str, on: date) -> str:
    """Return the canonical address when the provision is law on that day, else ''."""
    resolution = kb.resolve(address, on)
    return resolution.address if resolution.ok else ""
