"""An answer without a language model: extracts that stand verbatim in their sources, and words that people wrote."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.chat.cited_question import CitedAnswer
from assistant.chat.material import Material, Quote
from assistant.chat.scope import Outside
from assistant.chat.types import AnswerCitation, Block, BlockKind
from assistant.chat.understand import Understood
from assistant.desks.plan import load_plans, type_plan
from assistant.desks.quoting import overlap
from assistant.grounding.gate import verbatim
from assistant.risk.types import Risk
from kb.base import KnowledgeBase
from kb.text.day import printed

CLOSING = "以上是照法条摘的，不是律师意见。拿不准，打12348问律师，不要钱。"
_CLAUSE = re.compile(r"[^。；\n]+[。；]?")
#: Share of a clause's character pairs that the question must have before the two are shown side by side.
_SPEAKS_OF = 0.06
_LONG = 90


def risk_block(risks: Sequence[Risk]) -> Iterator[Block]:
    """Yield what comes before anything else: dangers and whom to call."""
    lines = []
    for risk in risks:
        phones = "、".join(f"{n}（{risk.phone_labels.get(n, '')}）" for n in risk.phones)
        lines.append(f"【{risk.label}】您说到“{risk.evidence}”。{risk.advice}电话：{phones}。")
    if lines:
        yield Block(kind="risk", items=lines)


def answer_blocks(
    kb: KnowledgeBase, material: Material, asked: Understood, on: date, risks: Sequence[Risk]
) -> Iterator[Block]:
    """Yield the parts of an answer in reading order.

    Args:
        risks: of the matter, whether told of now or before; they decide where to go, and aren't shown here.
    """
    quotes, cause = material.quotes, material.causes[0].cause if material.causes else None
    citations = [cite(kb, quote, on) for quote in quotes]
    yield from _notes(asked, quotes, on)
    first = quotes[0]
    # a lead about provisions that the answer doesn't stand on would mislead
    told = cause is not None and any(quote.written for quote in quotes)
    lead = cause.lead if cause and told else nearest(first.found.law, first.matter)
    yield Block(kind="lead", text=lead, citations=citations)
    for n, (quote, citation) in enumerate(zip(quotes, citations, strict=True)):
        yield _law(quote, citation, "法律是这样写的" if n == 0 else "")
    yield from _meaning(quotes, citations, asked.text)
    for rule in material.rules:
        yield Block(kind="village", title=rule.address, text=f"「{rule.text}」{rule.note}", source=rule.id)
    label = cause.type if cause else "其他"
    plan = type_plan(label)
    yield Block(kind="steps", title="您可以这样做", items=where_to_go(label, risks))
    papers = (list(cause.papers) or list(plan["papers"])) if cause else []
    if papers:
        yield Block(kind="papers", title="要带的东西", items=papers)
    if cause and plan.get("deadline"):
        yield Block(kind="deadline", title="别过了期限", text=f"{plan['deadline']}。")
    for n, quote in enumerate(material.more):
        yield _law(quote, cite(kb, quote, on), "还可能用得上" if n == 0 else "", kind="more")
    for item in material.similar:
        kind: BlockKind = "qa" if item.kind == "qa" else "case"
        yield Block(kind=kind, title=item.title, text=item.text, source=item.id)
    yield Block(kind="closing", text=CLOSING)


def nearest(law: str, matter: str) -> str:
    """Return the beginning of an answer for which no lead was written: where the nearest provision stands."""
    about = f"讲“{matter}”的部分" if matter and matter != law else ""
    return f"跟您问的最接近的规定，在《{law}》{about or '里'}。"


def cited_blocks(cited: CitedAnswer) -> Iterator[Block]:
    """Yield the parts of an answer to a question that names a provision or a law."""
    # in the order of the lines that quote them: two laws may have the same words
    waiting = list(cited.citations)
    for line in cited.lines:
        body = re.search(r"\n「(.*)」$", line, re.S)
        if body and waiting and waiting[0].quote == body[1]:
            yield Block(
                kind="law",
                title=line[: body.start()].rstrip("："),
                text=f"「{body[1]}」",
                citations=[waiting.pop(0)],
            )
        else:
            yield Block(kind="note" if cited.citations else "lead", text=line)


def refusal_blocks(refusal: Outside) -> Iterator[Block]:
    """Yield an honest no, and who can answer."""
    yield Block(kind="refusal", text=f"这个问题我不能答。{refusal.reason}")
    yield Block(kind="where", title="您可以", items=list(refusal.where))


def cite(kb: KnowledgeBase, quote: Quote, on: date) -> AnswerCitation:
    """Return the citation of a quotation, checked against the text in force on the day."""
    found = quote.found
    return AnswerCitation(
        address=found.address,
        quote=found.text,
        verified=verbatim(kb, found.address, found.text, on),
        state_label=found.state_label,
        note=found.message,
    )


def where_to_go(label: str, risks: Sequence[Risk]) -> list[str]:
    """Return what to do and where to go, in order."""
    lines = ["把日子、钱数、经过记下来，字据、照片、聊天记录收好。"]
    if all(r.mediable for r in risks):
        lines.append("先找村（居）调解委员会或乡镇司法所，调解不收钱，双方愿意才调。")
        lines.append(str(type_plan(label)["where"]))
    else:
        lines.append(str(load_plans()["after_risk"]["text"]))
    return lines


def _notes(asked: Understood, quotes: Sequence[Quote], on: date) -> Iterator[Block]:
    when = asked.when
    if when is None or when.last >= on:
        return
    later: dict[date, list[str]] = {}
    for found in (q.found for q in quotes):
        if found.effective_from and found.effective_from > when.last:
            later.setdefault(found.effective_from, []).append(found.address)
    text = f"您说的事在{when.words}。下面按{printed(on)}有效的法律回答。"
    if later:
        since = "，".join(f"{'、'.join(addresses)}自{printed(day)}起施行" for day, addresses in later.items())
        text += f"其中{since}；事情在这之前的，要看当时的规定，请打12348问清楚。"
    yield Block(kind="note", text=text)


def _law(quote: Quote, citation: AnswerCitation, title: str, kind: BlockKind = "law") -> Block:
    heading = f"{quote.found.address}（{quote.matter}）"
    return Block(kind=kind, title=title, text=f"● {heading}：「{quote.found.text}」", citations=[citation])


def _meaning(quotes: Sequence[Quote], citations: Sequence[AnswerCitation], question: str) -> Iterator[Block]:
    """Yield what the provisions mean here: what was written for them, and the clause that speaks of what is asked."""
    items, stands_on = [], []
    for quote, citation in zip(quotes, citations, strict=True):
        clause = _clause(quote.found.text, question)
        if quote.written and quote.matter:
            items.append(f"{quote.found.address}讲的是：{quote.matter}。")
        elif clause:
            items.append(f"{quote.found.address}里跟您问的最有关的一句：「{clause}」")
        else:
            continue
        stands_on.append(citation)
    if items:
        yield Block(kind="meaning", title="这几条说的是什么", items=items, citations=stands_on)


def _clause(text: str, question: str) -> str:
    """Return the clause of a long text that clearly speaks of the question, verbatim; '' where none does."""
    if len(text) <= _LONG:
        return ""
    clauses = [m.group().strip() for m in _CLAUSE.finditer(text) if len(m.group().strip()) >= 8]
    if len(clauses) < 2:
        return ""
    best = max(clauses, key=lambda c: overlap(question, c))
    return best if overlap(question, best) >= _SPEAKS_OF else ""
