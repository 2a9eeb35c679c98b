"""What an answer is made of: the provisions to quote, those near them, the village's rule, similar matters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.chat.confidence import gather
from assistant.chat.types import SimilarItem
from assistant.desks.causes import CauseMatch, match_causes
from assistant.desks.precedents import fitting_rules
from assistant.desks.quoting import matter_of, narrowed, overlap, resolve_ok
from assistant.desks.types import AdvisedRule
from assistant.risk.hotlines import without_strange_numbers
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.redaction.asked import without_names
from kb.search.types import SearchHit, SearchRequest

#: Provisions that the answer stands on, and further ones that may bear on it.
MAX_QUOTES, MAX_MORE = 3, 5
#: A provision this much less likely than the first doesn't carry the answer: of 500 training questions 27 % have such a
#: third one, and 2 % of these are right, of all thirds 8 %.
_LEAST_SHARE = 0.15
_SEARCHED = 12
#: So many of the search's own go before those of a recognised cause that it missed, at most two of them. Chosen on
#: folds 0 and 1 of the judged questions (docs/answers.md); around it little changes.
_SEARCH_FIRST, _OF_CAUSE = 6, 2
#: So many strong words for a cause give the first of its own the last of those places where the search left it none:
#: the lead written for the cause may then be said.
_CLEAR = 2
#: A reviewed Q&A or a case is shown only from this fused score on.
_QA_CLOSE, _CASE_CLOSE = 0.6, 0.75


@dataclass(frozen=True)
class Quote:
    """A provision to quote and what it is about; `written` where our own words say what it means."""

    found: Resolution
    matter: str
    written: bool = False


@dataclass
class Material:
    """What was found for a question.

    Attributes:
        confidence: how sure it is that the shelves answer it, 0 to 1.
        quotes: the provisions that the answer stands on, best first.
        more: further provisions in force.
        causes: the causes recognised and borne out by the search, best first.
    """

    confidence: float
    quotes: list[Quote] = field(default_factory=list)
    more: list[Quote] = field(default_factory=list)
    causes: list[CauseMatch] = field(default_factory=list)
    rules: list[AdvisedRule] = field(default_factory=list)
    similar: list[SimilarItem] = field(default_factory=list)


def gather_material(
    kb: KnowledgeBase,
    question: str,
    on: date,
    village: str,
    scopes: tuple[str, ...],
    threshold: float,
    topic: str = "",
) -> Material:
    """Return what there is to answer from; nothing but the confidence where that is below the threshold.

    Args:
        topic: what a follow-up is about; '' where the question stands by itself.
    """
    named = kb.catalog.village(village) if village else None
    # its name says nothing to the law
    asked = question.replace(named.name, "村里") if named else question
    # nor do people's; the judges learnt with them
    question = without_names(asked)
    causes = match_causes(question)
    request = SearchRequest(query=question, kinds=["provision"], on=on, limit=_SEARCHED)
    hits = kb.search(request, scopes).hits
    sure = gather(kb, asked, on, hits, causes).confidence
    if sure < threshold and topic and topic != question:
        # a follow-up reads oddly by itself; what it follows was answered
        named_topic = SearchRequest(query=topic, kinds=["provision"], on=on, limit=_SEARCHED)
        sure = gather(kb, topic, on, kb.search(named_topic, scopes).hits, match_causes(topic)).confidence
    material = Material(sure, causes=causes)
    if material.confidence < threshold:
        return material
    material.causes = borne_out(kb, causes, hits, on)
    material.quotes, material.more = _provisions(kb, question, on, hits, material.causes)
    if material.quotes:
        material.similar = _similar(kb, question, on, village, causes, scopes)
        material.rules = fitting_rules(kb, question, village, on, causes)
    return material


def borne_out(
    kb: KnowledgeBase, causes: Sequence[CauseMatch], hits: Sequence[SearchHit], on: date
) -> list[CauseMatch]:
    """Return the causes of which the search found a provision too, best first.

    Words alone recognise many a cause that the question isn't about. Without a ranker the search is no judge of them.
    """
    if not _ranked(hits):
        return list(causes)
    found = {hit.address for hit in hits}
    return [m for m in causes if any(_found(kb, p.address, on) in found for p in m.cause.provisions)]


def _found(kb: KnowledgeBase, address: str, on: date) -> str:
    resolution = resolve_ok(kb, address, on)
    return _article_of(resolution) if resolution else ""


def _ranked(hits: Sequence[SearchHit]) -> bool:
    return any(hit.probability is not None for hit in hits)


def _provisions(
    kb: KnowledgeBase, question: str, on: date, hits: Sequence[SearchHit], causes: Sequence[CauseMatch]
) -> tuple[list[Quote], list[Quote]]:
    """Return the provisions that the answer stands on and further ones, no article twice.

    In the search's order where a ranker made it, with the first of a cause's own that it missed behind the sixth;
    else those of a recognised cause first. What our own words explain is quoted as they have it.
    """
    written: dict[str, Quote] = {}
    for quote in _of_causes(kb, question, on, hits, causes):
        written.setdefault(_article_of(quote.found), quote)
    ranked = _ranked(hits)
    found: dict[str, Quote] = {} if ranked else dict(written)
    for hit in hits:
        resolution = None if "条目" in hit.address else resolve_ok(kb, hit.address, on)
        if resolution is None or _article_of(resolution) in found:
            continue
        exact = narrowed(kb, resolution, question, on)
        found[_article_of(exact)] = written.get(_article_of(exact)) or Quote(
            exact, matter_of(exact.provision)
        )
    if ranked:
        first = list(found)[:_SEARCH_FIRST]
        missed = [article for article in written if article not in first][:_OF_CAUSE]
        found = {article: (found | written)[article] for article in [*first, *missed, *found]}
    quotes = list(found.values())
    if ranked and causes and causes[0].strong >= _CLEAR and not any(q.written for q in quotes[:MAX_QUOTES]):
        own = [quote for quote in quotes if quote.written][:1]
        rest = [quote for quote in quotes if quote not in own]
        quotes = [*rest[: MAX_QUOTES - 1], *own, *rest[MAX_QUOTES - 1 :]]
    if not ranked:
        stands = len(written) or 2
        return quotes[:stands], quotes[stands:][: MAX_MORE + (0 if written else 1)]
    return _parted(quotes, hits)


def _parted(quotes: Sequence[Quote], hits: Sequence[SearchHit]) -> tuple[list[Quote], list[Quote]]:
    """Part provisions into those that the answer stands on and further ones: far from the first, none carries it."""
    probability = {hit.address: hit.probability or 0.0 for hit in hits}
    first = quotes[:MAX_QUOTES]
    likely = [probability.get(_article_of(quote.found), 0.0) for quote in first]
    least = _LEAST_SHARE * max(likely, default=0.0)
    near = [quote for quote, chance in zip(first, likely, strict=True) if quote.written or chance >= least]
    far = [quote for quote in first if quote not in near]
    return near, [*far, *quotes[MAX_QUOTES:]][: MAX_MORE + len(far)]


def _of_causes(
    kb: KnowledgeBase, question: str, on: date, hits: Sequence[SearchHit], causes: Sequence[CauseMatch]
) -> list[Quote]:
    chosen: dict[str, Quote] = {}
    ranks = {hit.address: 1 / (1 + i) for i, hit in enumerate(hits)}
    for match in causes[:2] if len(causes) > 1 and causes[1].score >= causes[0].score else causes[:1]:
        scored = []
        for i, wanted in enumerate(match.cause.provisions):
            found = resolve_ok(kb, wanted.address, on)
            if found is None:
                continue
            rank = ranks.get(_article_of(found), 0.0)
            near = overlap(question, wanted.matter + found.text) * 4 + rank * 0.5 - i * 0.08
            scored.append((near, -i, wanted, found))
        scored.sort(key=lambda entry: (entry[0], entry[1]), reverse=True)
        for _, _, wanted, found in scored[: MAX_QUOTES if match is causes[0] else 1]:
            exact = narrowed(kb, found, question + wanted.matter, on)
            chosen.setdefault(exact.address, Quote(exact, wanted.matter, written=True))
    return list(chosen.values())[:MAX_QUOTES]


def _article_of(found: Resolution) -> str:
    return found.provision.address if found.provision else found.address


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
