"""The chat: an answer made of quotations that were checked, or an honest refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.chat.cited_question import CitedAnswer, answer_cited, expand
from assistant.chat.confidence import THRESHOLD, gather
from assistant.chat.conversation import CONVERSATIONS, Conversations, Turn, leans_on_previous
from assistant.chat.scope import Outside, outside, unsure
from assistant.chat.types import AnswerCitation, AskRequest, AskResponse, SimilarItem
from assistant.desks.causes import CauseMatch, match_causes
from assistant.desks.plan import load_plans, type_plan
from assistant.desks.quoting import matter_of, narrowed, overlap, resolve_ok
from assistant.risk.detect import detect
from assistant.risk.hotlines import without_strange_numbers
from assistant.risk.types import Risk
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.clock import today
from kb.errors import BadRequest
from kb.redaction.asked import without_numbers
from kb.search.types import SearchHit, SearchRequest

MAX_QUOTES = 3
MAX_SEARCHED_QUOTES = 2
_SEARCHED = 10
#: A reviewed Q&A or a case is shown only from this fused score on.
_QA_CLOSE, _CASE_CLOSE = 0.6, 0.75
_CLOSING = "以上是照法条摘的，不是律师意见。拿不准，打12348问律师，不要钱。"


@dataclass(frozen=True)
class _Quote:
    """A provision to quote and what it is about."""

    found: Resolution
    matter: str


def ask(
    kb: KnowledgeBase,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
) -> AskResponse:
    """Return the answer to a question in everyday words, by the law in force on the day asked.

    Args:
        kb: the knowledge base.
        request: the question, the day, the village, the conversation it continues.
        scopes: whose cases may be shown.
        conversations: where turns are remembered.

    Raises:
        BadRequest: the question is blank or too long, or the village is unknown.
    """
    question = request.question.strip()
    _check(kb, question, request.village)
    on = request.on or today()
    previous = conversations.last(request.conversation_id) if request.conversation_id else None
    # a number of somebody's is neither searched nor remembered for the next turn
    question = without_numbers(question)
    understood = _understood(question, previous)
    risks = detect(question)
    refusal = outside(question)
    # 英国继承法 names a law of ours, yet asks for another country's; an article cited is always looked up
    cited = None if refusal and not kb.cite(understood, on) else answer_cited(kb, understood, on)
    if cited is not None:
        response = _cited_response(cited, risks, on)
    elif refusal:
        response = _refused(refusal, risks, on, 0.0)
    else:
        response = _searched(kb, understood, on, request.village, risks, scopes)
    key = conversations.add(request.conversation_id, Turn(understood, cited.address if cited else ""))
    response.conversation_id = key
    response.understood_as = understood
    return response


def _check(kb: KnowledgeBase, question: str, village: str) -> None:
    if not question:
        raise BadRequest("问题是空的", "请写下要问的事，例如“邻居家的狗咬了我，医药费谁出？”")
    limit = kb.settings.max_query_chars
    if len(question) > limit:
        raise BadRequest(
            f"问题有{len(question)}字，超过上限{limit}字", "请只写要点；事情复杂的，请用“调解工作台”"
        )
    if village and kb.catalog.village(village) is None:
        raise BadRequest(f"没有编号为“{village}”的村", "村的编号见 /api/v1/villages")


def _understood(question: str, previous: Turn | None) -> str:
    if previous is None:
        return question
    expanded = expand(question, previous.address)
    if expanded != question:
        return expanded
    if leans_on_previous(question) and not match_causes(question):
        return f"{previous.question} {question}"
    return question


def _searched(
    kb: KnowledgeBase, question: str, on: date, village: str, risks: Sequence[Risk], scopes: tuple[str, ...]
) -> AskResponse:
    causes = match_causes(question)
    hits = kb.search(SearchRequest(query=question, kinds=["provision"], on=on, limit=_SEARCHED), scopes).hits
    confidence = gather(kb, question, on, hits, causes).confidence
    if confidence < THRESHOLD:
        return _refused(unsure(), risks, on, confidence)
    quotes = _quotes(kb, question, on, hits, causes)
    if not quotes:
        return _refused(unsure(), risks, on, confidence)
    citations = [_citation(kb, quote, on) for quote in quotes]
    similar = _similar(kb, question, on, village, causes, scopes)
    cause = causes[0].cause if causes else None
    lead = (
        cause.lead
        if cause
        else f"跟您问的最接近的，是《{quotes[0].found.law}》里讲“{quotes[0].matter}”的规定。"
    )
    where = _where(cause.type if cause else "其他", risks)
    lines = [*_risk_lines(risks), lead, "", "法律是这样写的："]
    for quote in quotes:
        lines.append(f"● {quote.found.address}（{quote.matter}）：「{quote.found.text}」")
        if quote.found.message:
            lines.append(f"  请注意：{quote.found.message}。")
    lines += ["", "您可以这样做：", *(f"{i}. {line}" for i, line in enumerate(where, 1))]
    for item in similar:
        name = "审定过的问答" if item.kind == "qa" else "类似的调解"
        lines += ["", f"{name}：{item.title}。{item.text}"]
    lines += ["", _CLOSING]
    return AskResponse(
        answer="\n".join(lines),
        refused=False,
        citations=citations,
        risks=list(risks),
        confidence=round(confidence, 3),
        similar=similar,
        where=where,
        on=on,
    )


def _quotes(
    kb: KnowledgeBase, question: str, on: date, hits: Sequence[SearchHit], causes: Sequence[CauseMatch]
) -> list[_Quote]:
    """Return up to three provisions: of the recognised cause those nearest to the question, else the search's."""
    chosen: dict[str, _Quote] = {}
    ranks = {hit.address: 1 / (1 + i) for i, hit in enumerate(hits)}
    for match in causes[:2] if len(causes) > 1 and causes[1].score >= causes[0].score else causes[:1]:
        scored = []
        for i, wanted in enumerate(match.cause.provisions):
            found = resolve_ok(kb, wanted.address, on)
            if found is None:
                continue
            article = found.provision.address if found.provision else found.address
            near = (
                overlap(question, wanted.matter + found.text) * 4 + ranks.get(article, 0.0) * 0.5 - i * 0.08
            )
            scored.append((near, -i, wanted, found))
        scored.sort(key=lambda entry: (entry[0], entry[1]), reverse=True)
        for _, _, wanted, found in scored[: MAX_QUOTES if match is causes[0] else 1]:
            exact = narrowed(kb, found, question + wanted.matter, on)
            chosen.setdefault(exact.address, _Quote(exact, wanted.matter))
    if chosen:
        return list(chosen.values())[:MAX_QUOTES]
    for hit in hits:
        found = resolve_ok(kb, hit.address, on)
        both = hit.matched.dense_rank is not None and hit.matched.lexical_rank is not None
        if (
            found is None
            or "条目" in hit.address
            or (chosen and (len(chosen) >= MAX_SEARCHED_QUOTES or not both))
        ):
            continue
        exact = narrowed(kb, found, question, on)
        chosen.setdefault(exact.address, _Quote(exact, matter_of(exact.provision)))
    return list(chosen.values())


def _citation(kb: KnowledgeBase, quote: _Quote, on: date) -> AnswerCitation:
    return AnswerCitation(
        address=quote.found.address,
        quote=quote.found.text,
        verified=kb.quote_ok(quote.found.address, quote.found.text, on),
        state_label=quote.found.state_label,
        note=quote.found.message,
    )


def _similar(
    kb: KnowledgeBase,
    question: str,
    on: date,
    village: str,
    causes: Sequence[CauseMatch],
    scopes: tuple[str, ...],
) -> list[SimilarItem]:
    """Return a reviewed Q&A and a case, each only when it is really close: found both ways, and on the same matter."""
    out: list[SimilarItem] = []
    request = SearchRequest(query=question, kinds=["qa", "case"], on=on, village=village, limit=20)
    own = {m.cause.id for m in causes[:2]}
    for hit in kb.search(request, scopes).hits:
        if (
            any(item.kind == hit.kind for item in out)
            or hit.matched.lexical_rank is None
            or hit.matched.dense_rank is None
        ):
            continue
        if hit.kind == "qa" and hit.score >= _QA_CLOSE:
            qa = kb.catalog.qa(hit.id)
            if qa and _same_matter(own, qa.question):
                out.append(SimilarItem(id=qa.id, kind="qa", title=qa.question, text=qa.answer))
        elif hit.kind == "case" and hit.score >= _CASE_CLOSE:
            case = kb.catalog.case(hit.id)
            if case and _same_matter(own, f"{case.name} {' '.join(case.keywords)}"):
                sample = "（这是编写的样例）" if case.sample else ""
                out.append(
                    SimilarItem(
                        id=case.id,
                        kind="case",
                        title=without_strange_numbers(f"{case.name}{sample}"),
                        text=without_strange_numbers(f"结果：{case.result}"),
                    )
                )
    return out


def _same_matter(own: set[str], text: str) -> bool:
    return bool(own & {m.cause.id for m in match_causes(text)[:3]})


def _where(label: str, risks: Sequence[Risk]) -> list[str]:
    lines = ["把日子、钱数、经过记下来，字据、照片、聊天记录收好。"]
    if all(r.mediable for r in risks):
        lines.append("先找村（居）调解委员会或乡镇司法所，调解不收钱，双方愿意才调。")
        lines.append(str(type_plan(label)["where"]))
    else:
        lines.append(str(load_plans()["after_risk"]["text"]))
    return lines


def _risk_lines(risks: Sequence[Risk]) -> list[str]:
    lines = []
    for risk in risks:
        phones = "、".join(f"{n}（{risk.phone_labels.get(n, '')}）" for n in risk.phones)
        lines.append(f"【{risk.label}】您说到“{risk.evidence}”。{risk.advice}电话：{phones}。")
    return [*lines, ""] if lines else []


def _cited_response(cited: CitedAnswer, risks: Sequence[Risk], on: date) -> AskResponse:
    where = [] if cited.found else list(unsure().where)
    lines = [*_risk_lines(risks), *cited.lines]
    if where:
        lines += ["您可以：", *(f"{i}. {line}" for i, line in enumerate(where, 1))]
    return AskResponse(
        answer="\n".join(lines),
        refused=not cited.found,
        reason=cited.reason,
        citations=cited.citations,
        risks=list(risks),
        confidence=1.0 if cited.found else 0.0,
        where=where,
        on=on,
    )


def _refused(refusal: Outside, risks: Sequence[Risk], on: date, confidence: float) -> AskResponse:
    lines = _risk_lines(risks)
    lines += [
        f"这个问题我不能答。{refusal.reason}",
        "您可以：",
        *(f"{i}. {w}" for i, w in enumerate(refusal.where, 1)),
    ]
    return AskResponse(
        answer="\n".join(lines),
        refused=True,
        reason=refusal.reason,
        risks=list(risks),
        confidence=round(confidence, 3),
        where=list(refusal.where),
        on=on,
    )
