"""The chat: an answer made of quotations that were checked, or an honest refusal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from assistant.chat import compose
from assistant.chat.aspects import foremost
from assistant.chat.cited_question import CitedAnswer, answer_cited
from assistant.chat.confidence import SURE, THRESHOLD
from assistant.chat.conversation import CONVERSATIONS, Conversations, Turn
from assistant.chat.followups import next_questions, questions_back
from assistant.chat.material import Material, gather_material
from assistant.chat.render import as_text
from assistant.chat.scope import NOT_LAW, Outside, courtesy, outside, unsure
from assistant.chat.types import AskRequest, AskResponse, Block, Checked
from assistant.chat.understand import COURTESY, Understood, understand
from assistant.risk.detect import detect
from assistant.risk.types import Risk
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.redaction.asked import without_numbers


@dataclass(frozen=True)
class Begun:
    """What is known before the first part of an answer."""

    conversation_id: str
    turn_id: str
    understood_as: str


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
    *_, last = answering(kb, request, scopes, conversations)
    assert isinstance(last, AskResponse)
    return last


def answering(
    kb: KnowledgeBase,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
) -> Iterator[Begun | Block | AskResponse]:
    """Yield an answer as it is made: what was understood, each part, the whole at last. As `ask` otherwise."""
    question = request.question.strip()
    _check(kb, question, request.village)
    on = request.on or today()
    key = conversations.begin(request.conversation_id)
    previous = conversations.last(key)
    # a number of somebody's is neither searched nor remembered for the next turn
    question = without_numbers(question)
    asked = understand(kb, question, on, previous)
    begun = Begun(key, str(uuid4()), asked.text)
    yield begun
    maker = _Maker(kb, asked, on, detect(asked.own))
    for block in maker.blocks(request.village or asked.village, scopes):
        maker.made.append(block)
        yield block
    response = maker.response()
    response.conversation_id, response.turn_id = key, begun.turn_id
    response.understood_as = asked.text
    conversations.add(key, Turn(asked.text, maker.address, tuple(response.clarify), asked.topic))
    conversations.keep(response, question)
    yield response


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


class _Maker:
    """Makes one answer, part by part.

    Attributes:
        made: the parts so far.
        address: the provision that the question cites, for 「第二款呢」 after it; '' where none.
    """

    def __init__(self, kb: KnowledgeBase, asked: Understood, on: date, risks: list[Risk]) -> None:
        self._kb, self._asked, self._on, self._risks = kb, asked, on, risks
        # told of once, a danger decides where to go for the rest of the matter
        self._heeded = detect(asked.text) if asked.followed else risks
        self.made: list[Block] = []
        self.address = ""
        self._material: Material | None = None
        self._confidence, self._reason = 0.0, ""
        self._where: list[str] = []

    def blocks(self, village: str, scopes: tuple[str, ...]) -> Iterator[Block]:
        """Yield the parts of the answer."""
        kb, text, on = self._kb, self._asked.text, self._on
        yield from compose.risk_block(self._risks)
        if COURTESY.search(text):
            returned = courtesy(text)
            self._reason = returned.reason
            yield Block(kind="note", title="", text=returned.reason)
            yield Block(kind="where", title="可以这样问", items=list(returned.where))
            return
        refusal = outside(text)
        # 英国继承法 names a law of ours, yet asks for another country's; an article cited is always looked up
        cited = None if refusal and not kb.cite(text, on) else answer_cited(kb, text, on)
        if cited is not None:
            yield from self._cited(cited)
            return
        if refusal and refusal.kind != NOT_LAW:
            yield from self._refuse(refusal)
            return
        # words for other matters stand in questions of law too: 猪死了扔河里, 厨房里正炒菜
        least = SURE if refusal else THRESHOLD
        topic = self._asked.topic if self._asked.followed else ""
        material = gather_material(kb, text, on, village, scopes, least, topic)
        self._confidence = material.confidence
        if not material.quotes:
            yield from self._refuse(refusal or unsure())
            return
        self._material = material
        parts = compose.answer_blocks(kb, material, self._asked, on, self._heeded)
        for block in foremost(parts, self._asked.own) if self._asked.followed else parts:
            self._where = block.items if block.kind == "steps" else self._where
            yield block

    def response(self) -> AskResponse:
        """Return the whole answer of the parts made."""
        told = {c.address: c for b in self.made if b.kind in ("law", "more") for c in b.citations}
        material, text = self._material, self._asked.text
        return AskResponse(
            answer=as_text(self.made),
            refused=bool(self._reason),
            reason=self._reason,
            blocks=self.made,
            citations=list(told.values()),
            risks=self._risks,
            confidence=round(self._confidence, 3),
            similar=material.similar if material else [],
            where=self._where,
            clarify=questions_back(material, text) if material else [],
            suggestions=next_questions(self._kb, material, text) if material else [],
            # the gate said so of each when it was cited
            checked=Checked(claims=len(told), verified=sum(c.verified for c in told.values())),
            on=self._on,
        )

    def _cited(self, cited: CitedAnswer) -> Iterator[Block]:
        self.address = cited.address
        yield from compose.cited_blocks(cited)
        if cited.found:
            self._confidence = 1.0
            return
        self._reason, self._where = cited.reason, list(unsure().where)
        yield Block(kind="where", title="您可以", items=self._where)

    def _refuse(self, refusal: Outside) -> Iterator[Block]:
        self._reason, self._where = refusal.reason, list(refusal.where)
        yield from compose.refusal_blocks(refusal)
