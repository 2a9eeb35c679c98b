"""Gather what drafts are written from: a topic's, a provision's or a case's extracts and questions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from assistant.chat.confidence import THRESHOLD, gather
from assistant.chat.scope import outside
from assistant.desks.causes import match_causes
from assistant.publicity.extracts import Extract, before, extracts_of
from assistant.publicity.questions import Topic, asked, is_question, pick, topic_of, verb_of, words
from kb.citation.resolution import Resolution
from kb.errors import BadRequest, FengqiaoError, Forbidden, NotFound
from kb.model import MediationCase
from kb.search.types import SearchRequest

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

#: How many differently worded drafts one 款 may give before the desk says that sources ran out.
ANGLES = 6
#: How alike two provisions must be (0–1) for the later to count as the earlier one carried over.
_SAME_RULE = 0.6
_FOR_OFFICES = re.compile(r"国务院|省、自治区、直辖市|主管部门制定|^本法自|自.{4,12}起施行|本法所称|立法")


@dataclass(frozen=True)
class Material:
    """What one draft is written from. `index` makes the wording of neighbouring drafts differ."""

    question: str
    subject: str
    extracts: list[Extract]
    topic: Topic | None
    index: int
    on: date
    case: MediationCase | None = None
    story: MediationCase | None = None
    notes: list[str] = field(default_factory=list)


def from_address(kb: "KnowledgeBase", address: str, on: date) -> Iterator[Material]:
    """Yield materials on one provision: 款 by 款, then worded otherwise.

    Raises:
        NotFound: when the provision does not exist, with the resolver's own reason.
        BadRequest: when it exists but can't be quoted as law in force.
    """
    named = kb.cite(address, on)
    found = named[0] if named else kb.resolve(address, on)
    extracts = _quotable(found)
    for i in range(ANGLES * len(extracts)):
        extract = extracts[i % len(extracts)]
        topic = topic_of(extract.text, extract.law, extract.chapter)
        question = _question(extract, topic, i)
        subject = topic.name if topic else _plain_chapter(extract) or f"《{extract.law}》"
        yield Material(question, subject, _with_context(extract, found), topic, i, on)


def from_topic(kb: "KnowledgeBase", topic: str, on: date) -> Iterator[Material]:
    """Yield materials on a subject told in plain words: the provisions found for it, best first.

    Raises:
        NotFound: when nothing in the law books has to do with it.
    """
    cited = [r for r in kb.cite(topic, on) if r.ok]
    if cited:
        for found in cited:
            yield from from_address(kb, found.address, on)
        return
    pairs = _about(kb, topic, on)
    for i in range(ANGLES * len(pairs)):
        extract, found = pairs[i % len(pairs)]
        everyday = topic_of(extract.text, extract.law, extract.chapter)
        question = _topic_question(topic, extract, i, i // len(pairs))
        yield Material(question, topic, _with_context(extract, found), everyday, i, on)


def from_case(
    kb: "KnowledgeBase", case_id: str, on: date, scopes: tuple[str, ...] = ("public",)
) -> Iterator[Material]:
    """Yield materials that tell a case and the law it turned on (以案释法), a question of it each.

    Raises:
        NotFound: when there is no such case, or none of the provisions it cites is in force.
        Forbidden: when the case is not visible in `scopes`.
    """
    case = kb.catalog.case(case_id)
    if case is None:
        raise NotFound("没有这个调解案例。", "请在案例库里重新选择。")
    if case.scope not in scopes:
        raise Forbidden("这个案例不对外公开，不能用来写普法稿。", "请换一个公开的案例，或联系案例所在的村。")
    resolutions = [kb.resolve(a, on) for a in case.cited_addresses]
    if not resolutions:
        resolutions = kb.cite("；".join([case.basis, *case.cited]), on)
    pairs: list[tuple[Extract, Resolution]] = []
    notes: list[str] = []
    for found in resolutions:
        usable: Resolution | None = found
        if not found.ok or found.state == "amended":
            usable = _successor(kb, found, on)
            instead = f"，改用{usable.address}，请核对" if usable else "，未采用"
            notes.append(f"案例引用的{found.address}{instead}：{found.message}")
        if usable and usable.address not in {e.address for e, _ in pairs}:
            pairs.extend((e, usable) for e in extracts_of(usable)[:1])
    if not pairs:
        raise NotFound(
            "这个案例引用的法条现在都不能引用，写不成以案释法稿。",
            notes[0] if notes else "请先给案例补上适用的法条。",
        )
    questions = [q for q in map(str.strip, re.split(r"[；;。？?]", case.focus)) if q]
    questions = [*questions, f"{words().types[case.dispute_type]}，法律是怎么规定的"]
    for i in range(max(ANGLES, len(questions)) * len(pairs)):
        question = questions[i % len(questions)]
        ranked = sorted(pairs, key=lambda pair: -overlap(question, pair[0].text))
        extract, found = ranked[(i // len(questions)) % len(pairs)]
        topic = topic_of(extract.text, extract.law, extract.chapter)
        if i >= len(questions):
            question = f"{question}？{extract.cited}怎么说"
        others = [e for e, _ in ranked if e.address != extract.address][:1]
        material = Material(
            asked(question), case.name, [*_with_context(extract, found), *others], topic, i, on, case
        )
        yield replace(material, notes=notes)


def with_story(kb: "KnowledgeBase", material: Material) -> Material:
    """Add a public case that cites the very article written about, for a format that tells stories."""
    if material.case:
        return material
    article = re.match(r".+?第[^款项]+?条(?:之[一二三四五六七八九十]+)?", material.extracts[-1].address)
    response = kb.search(
        SearchRequest(query=material.question, kinds=["case"], on=material.on, limit=10, offset=0)
    )
    for hit in response.hits:
        case = kb.catalog.case(hit.id)
        if article and case and any(a.startswith(article[0]) for a in case.cited_addresses):
            return replace(material, story=case)
    return material


def _successor(kb: "KnowledgeBase", old: Resolution, on: date) -> Resolution | None:
    """Return the provision in force that took over the words of one that no longer is, if any did."""
    if not old.replaced_by or not old.text:
        return None
    law = old.replaced_by.split("第")[0]
    request = SearchRequest(query=old.text[:300], kinds=["provision"], on=on, law=law, limit=5, offset=0)
    try:
        hits = kb.search(request).hits
    except FengqiaoError:  # the law that took over isn't in the books
        return None
    for hit in hits:
        found = kb.resolve(hit.address, on)
        if found.ok and SequenceMatcher(None, old.text, found.text, autojunk=False).ratio() >= _SAME_RULE:
            return found
    return None


def _quotable(found: Resolution) -> list[Extract]:
    if found.status == "not_in_force" or found.state == "amended":
        raise BadRequest(
            f"{found.address}不能作为现行法律引用：{found.message}", "请核对日期，或者改用现行有效的条文。"
        )
    if not found.ok:
        raise NotFound(found.message or f"没有找到{found.raw}。", "请核对法律名称和条号。")
    extracts = extracts_of(found)
    if not extracts or "《" in found.law:
        raise BadRequest(f"{found.address}没有可以单独引用的条款。", "请换一条。")
    return extracts


def _about(kb: "KnowledgeBase", topic: str, on: date) -> list[tuple[Extract, Resolution]]:
    """Return what to quote on a topic: the provisions of recognised causes, then the nearest found.

    Raises:
        NotFound: when neither a cause is recognised nor anything near enough is found.
    """
    causes = match_causes(topic)
    request = SearchRequest(query=topic, kinds=["provision"], on=on, limit=20, offset=0)
    hits = kb.search(request).hits
    # a bare word such as 宅基地 is no question that confidence could judge; where the law uses it, it is the law's
    named = [h.address for h in hits if h.matched.dense_rank is not None and topic.strip() in h.text]
    if not causes:
        sure = gather(kb, topic, on, hits, causes)
        if outside(topic) or (not named and (sure.confidence < THRESHOLD or not sure.near)):
            raise NotFound(
                f"没有找到与“{topic}”有关的法律条文，不能凭空起草。",
                "换一种说法再试，或者直接填写法条，如：民法典第二百八十八条。",
            )
    near = [h for h in hits if h.matched.dense_rank is not None]
    near.sort(key=lambda h: (bool(_FOR_OFFICES.search(h.text)), h.address not in named))
    wanted = [(p.address, topic + p.matter) for m in causes[:2] for p in m.cause.provisions]
    wanted += [(h.address, topic + "".join(h.matched.terms)) for h in near]
    pairs: dict[str, tuple[Extract, Resolution]] = {}
    for address, words_ in wanted:
        if pair := _best_of(kb, address, words_, on):
            pairs.setdefault(pair[0].address, pair)
    if not pairs:
        raise NotFound(f"与“{topic}”有关的条文目前都不能引用。", "请核对日期，或者直接填写法条。")
    return list(pairs.values())


def _best_of(kb: "KnowledgeBase", address: str, about: str, on: date) -> tuple[Extract, Resolution] | None:
    """Return the 款 of a provision that has most to do with the words, if it can be quoted."""
    found = kb.resolve(address, on)
    if not found.ok or found.state == "amended" or "《" in found.law:
        return None
    extracts = extracts_of(found)
    return (max(extracts, key=lambda e: overlap(about, e.text)), found) if extracts else None


def _with_context(extract: Extract, found: Resolution) -> list[Extract]:
    earlier = before(extract, found)
    return [earlier, extract] if earlier else [extract]


def overlap(question: str, text: str) -> int:
    """Return how many different two-character words of the question the text has."""
    return sum(pair in text for pair in {question[i : i + 2] for i in range(len(question) - 1)})


def _question(extract: Extract, topic: Topic | None, index: int) -> str:
    tail = pick(verb_of(extract.text).tails, index)
    if topic:
        return f"{pick(topic.lead, index)}，{tail}"
    chapter = _plain_chapter(extract)
    about = f"说到“{chapter}”，《{extract.law}》" if chapter else f"{extract.cited}"
    return pick([f"{about}是怎么规定的？", f"{about}，{tail}", f"{extract.cited}讲的是什么？"], index)


def _topic_question(topic: str, extract: Extract, index: int, round_: int) -> str:
    """Ask what the staff typed; the first time in their own words."""
    tail = pick(verb_of(extract.text).tails, round_)
    if is_question(topic):
        stem = asked(topic)
        if index == 0:
            return stem
        return f"{stem}{tail}" if round_ else f"{stem}《{extract.law}》怎么说？"
    stem = topic.strip("。，,. ")
    return pick(
        [f"{stem}，{tail}", f"碰上“{stem}”这样的事，{tail}", f"{stem}，《{extract.law}》怎么说？"], index
    )


def _plain_chapter(extract: Extract) -> str:
    name = re.sub(r"^第.{1,6}[章编]\s*", "", extract.chapter).strip()
    return "" if name in ("总则", "附则", "一般规定", "基本规定") else name
