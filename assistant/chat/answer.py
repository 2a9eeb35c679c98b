"""The chat: an answer made of quotations that were checked, or an honest refusal."""

from collections.abc import Callable, Iterator
from datetime import date

from assistant.chat import compose
from assistant.chat.aspects import foremost
from assistant.chat.cited_question import answer_cited
from assistant.chat.confidence import THRESHOLD
from assistant.chat.conversation import CONVERSATIONS, Conversations, Turn
from assistant.chat.followups import next_questions, questions_back
from assistant.chat.material import gather_material
from assistant.chat.render import as_text
from assistant.chat.scope import Outside, outside, unsure
from assistant.chat.types import AskRequest, AskResponse, Block, Checked
from assistant.chat.understand import Understood, understand
from assistant.risk.detect import detect
from assistant.risk.types import Risk
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.redaction.asked import without_numbers

#: Told of each part as soon as it is there.
Tell = Callable[[Block], None]


def ask(
    kb: KnowledgeBase,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
    tell: Tell = lambda _: None,
) -> AskResponse:
    """Return the answer to a question in everyday words, by the law in force on the day asked.

    Args:
        kb: the knowledge base.
        request: the question, the day, the village, the conversation it continues.
        scopes: whose cases may be shown.
        conversations: where turns are remembered.
        tell: is given each part of the answer as it is made, for streaming.

    Raises:
        BadRequest: the question is blank or too long, or the village is unknown.
    """
    question = request.question.strip()
    _check(kb, question, request.village)
    on = request.on or today()
    previous = conversations.last(request.conversation_id) if request.conversation_id else None
    # a number of somebody's is neither searched nor remembered for the next turn
    question = without_numbers(question)
    asked = understand(kb, question, on, previous, previous.asked if previous else ())
    risks = detect(asked.own)
    maker = _Maker(kb, asked, on, risks, tell)
    response = maker.make(request.village or asked.village, scopes)
    turn = Turn(asked.text, maker.address, tuple(response.clarify), asked.topic)
    response.conversation_id = conversations.add(request.conversation_id, turn)
    response.understood_as = asked.text
    conversations.keep(response, question)
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


class _Maker:
    """Makes one answer, part by part.

    Attributes:
        address: the provision that the question cites, for 「第二款呢」 after it; '' where none.
    """

    def __init__(self, kb: KnowledgeBase, asked: Understood, on: date, risks: list[Risk], tell: Tell) -> None:
        self._kb, self._asked, self._on, self._risks, self._tell = kb, asked, on, risks, tell
        self._blocks: list[Block] = []
        self.address = ""

    def make(self, village: str, scopes: tuple[str, ...]) -> AskResponse:
        """Return the answer."""
        kb, text, on = self._kb, self._asked.text, self._on
        self._say(compose.risk_block(self._risks))
        refusal = outside(text)
        # 英国继承法 names a law of ours, yet asks for another country's; an article cited is always looked up
        cited = None if refusal and not kb.cite(text, on) else answer_cited(kb, text, on)
        if cited is not None:
            self.address = cited.address
            self._say(compose.cited_blocks(cited))
            if cited.found:
                return self._done(1.0)
            where = list(unsure().where)
            self._say(iter([Block(kind="where", title="您可以", items=where)]))
            return self._done(0.0, refused=True, reason=cited.reason, where=where)
        if refusal:
            return self._refuse(refusal, 0.0)
        material = gather_material(kb, text, on, village, scopes, THRESHOLD)
        if not material.quotes:
            return self._refuse(unsure(), material.confidence)
        blocks = compose.answer_blocks(kb, material, self._asked, on, self._risks)
        self._say(iter(foremost(blocks, self._asked.own)) if self._asked.followed else blocks)
        steps = next(b.items for b in self._blocks if b.kind == "steps")
        response = self._done(material.confidence, where=steps)
        response.similar = material.similar
        response.clarify = questions_back(material, text)
        response.suggestions = next_questions(kb, material, text)
        return response

    def _say(self, blocks: Iterator[Block]) -> None:
        for block in blocks:
            self._blocks.append(block)
            self._tell(block)

    def _refuse(self, refusal: Outside, confidence: float) -> AskResponse:
        self._say(compose.refusal_blocks(refusal))
        return self._done(confidence, refused=True, reason=refusal.reason, where=list(refusal.where))

    def _done(
        self, confidence: float, refused: bool = False, reason: str = "", where: list[str] | None = None
    ) -> AskResponse:
        citations = {
            c.address: c for block in self._blocks if block.kind in ("law", "more") for c in block.citations
        }
        return AskResponse(
            answer=as_text(self._blocks),
            refused=refused,
            reason=reason,
            blocks=self._blocks,
            citations=list(citations.values()),
            risks=self._risks,
            confidence=round(confidence, 3),
            where=where or [],
            checked=Checked(claims=len(citations), verified=sum(c.verified for c in citations.values())),
            on=self._on,
        )
