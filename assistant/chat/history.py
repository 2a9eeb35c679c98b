"""People's own conversations: kept without personal data, seen and deleted by nobody else."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from assistant.chat.conversation import CONVERSATIONS, Conversations, Told, Turn
from assistant.chat.hidden import hide
from assistant.chat.models import ChatRow, ChatTurnRow
from assistant.chat.past_types import Chat, ChatEntry, PastTurn
from assistant.chat.types import AskRequest, AskResponse
from assistant.chat.understand import understand
from assistant.db.accounts import PersonRow
from assistant.db.session import open_records
from assistant.db.tidy import overwrite
from kb.base import KnowledgeBase
from kb.errors import NotFound
from kb.settings import Settings
from kb.text.visible import one_line

#: Of a conversation the last so many turns are shown.
SHOWN = 200
#: Of a stored conversation so many turns are loaded back; the last one is what a follow-up leans on.
_RECALLED = 6
_TITLE_CHARS = 40


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def ones_own(request: AskRequest, person_id: str, conversations: Conversations = CONVERSATIONS) -> AskRequest:
    """Return the request; without its conversation where that is somebody else's.

    Whoever logs out at a shared machine leaves a page behind that knows the conversation's id.

    Args:
        request: as sent.
        person_id: who asks, '' for whoever isn't logged in.
        conversations: where turns are remembered.
    """
    owner = conversations.owner(request.conversation_id)
    return request.model_copy(update={"conversation_id": ""}) if owner and owner != person_id else request


class ChatHistory:
    """Conversations over the records of one database. Safe to use from several threads.

    Args:
        kb: tells which cases are public.
        engine: where the records are; the tables are made when absent.
        settings: for how long conversations are kept.
        conversations: where turns are remembered.
        now: the clock, in UTC.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        engine: Engine,
        settings: Settings,
        conversations: Conversations = CONVERSATIONS,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.kb = kb
        self.engine = engine
        self.settings = settings
        self.conversations = conversations
        self.now = now
        self.sessions = open_records(engine)
        self._purged: date | None = None
        self._turn = threading.Lock()

    def recall(self, conversation_id: str, person_id: str) -> None:
        """Load one's own conversation back, where it was forgotten, so that it can be continued."""
        if not conversation_id or self.conversations.owner(conversation_id) is not None:
            return
        with self.sessions() as session:
            row = session.get(ChatRow, conversation_id)
            if row is None or row.person_id != person_id:
                return
            rows = _last(session, conversation_id, _RECALLED)
        told = [_told(turn) for turn in rows]
        turns: list[Turn] = []
        for one, kept in zip(told, rows, strict=True):
            before = turns[-1] if turns else None
            # what the talk is about isn't stored: it comes out again as it came out then
            topic = understand(self.kb, one.question, one.at.date(), before).topic
            text = one.response.understood_as or one.question
            turns.append(Turn(text, kept.address, tuple(one.response.clarify), topic))
        self.conversations.restore(conversation_id, person_id, turns, told)

    def remember(self, response: AskResponse, person_id: str) -> None:
        """Keep a turn of somebody's conversation, as far as settings say that any is kept.

        Args:
            response: as it was answered and kept by `Conversations.keep`.
            person_id: whose it is.
        """
        key = response.conversation_id
        self.conversations.claim(key, person_id)
        told = self.conversations.told(response.turn_id)
        if told is None or not self.settings.chat_retention_days:
            return
        with self.sessions() as session:
            earlier = [row.question for row in _last(session, key, _RECALLED)]
        hidden = hide(self.kb, told.question, response, self.conversations.names(key), earlier)
        self.conversations.name(key, hidden.names)
        last = self.conversations.last(key)
        now = self.now()
        with self.sessions.begin() as session:
            chat = session.get(ChatRow, key)
            if chat is None:
                title = one_line(hidden.question, _TITLE_CHARS)
                chat = ChatRow(id=key, person_id=person_id, title=title, created_at=now, updated_at=now)
                session.add(chat)
                session.flush()
            elif chat.person_id != person_id:
                return
            chat.updated_at = now
            session.add(
                ChatTurnRow(
                    id=response.turn_id,
                    conversation_id=key,
                    question=hidden.question,
                    address=last.address if last else "",
                    response=hidden.response.model_dump(mode="json"),
                    at=now,
                )
            )
        if self._purged != now.date():
            self.purge()

    def told(self, turn_id: str, person_id: str = "") -> Told | None:
        """Return a turn: one that is remembered to whoever has its id, a stored one to its person only."""
        found = self.conversations.told(turn_id)
        if found is not None or not person_id:
            return found
        with self.sessions() as session:
            row = session.get(ChatTurnRow, turn_id)
            chat = session.get(ChatRow, row.conversation_id) if row else None
            return _told(row) if row and chat and chat.person_id == person_id else None

    def questions(self, told: Told) -> list[str]:
        """Return what was asked in a turn's conversation, oldest first; redacted where only that is left."""
        if not told.stored:
            return self.conversations.questions(told.conversation_id)
        with self.sessions() as session:
            return [row.question for row in _last(session, told.conversation_id, _RECALLED)]

    def page(self, person_id: str, offset: int, limit: int) -> tuple[list[ChatEntry], int]:
        """Return a person's conversations, the latest first, and how many there are in all."""
        own = ChatRow.person_id == person_id
        turns = (
            select(func.count())
            .select_from(ChatTurnRow)
            .where(ChatTurnRow.conversation_id == ChatRow.id)
            .scalar_subquery()
        )
        query = select(ChatRow, turns).where(own).order_by(ChatRow.updated_at.desc(), ChatRow.id)
        with self.sessions() as session:
            found = session.execute(query.offset(offset).limit(limit)).all()
            total = session.scalar(select(func.count()).select_from(ChatRow).where(own)) or 0
        return [
            ChatEntry(
                id=row.id, title=row.title, created_at=row.created_at, updated_at=row.updated_at, turns=number
            )
            for row, number in found
        ], total

    def get(self, conversation_id: str, person_id: str) -> Chat:
        """Return one of a person's conversations.

        Raises:
            NotFound: there is none of this id, or it is somebody else's.
        """
        with self.sessions() as session:
            row = _own(session, conversation_id, person_id)
            told = [_told(turn) for turn in _last(session, conversation_id, SHOWN)]
        turns = [PastTurn(turn_id=t.turn_id, question=t.question, response=t.response, at=t.at) for t in told]
        return Chat(id=row.id, title=row.title, turns=turns)

    def delete(self, conversation_id: str, person_id: str) -> None:
        """Delete one of a person's conversations, here and in memory.

        Raises:
            NotFound: there is none of this id, or it is somebody else's.
        """
        with self.sessions.begin() as session:
            _own(session, conversation_id, person_id)
            _drop(session, [conversation_id])
        self._gone([conversation_id])

    def delete_all(self, person_id: str) -> None:
        """Delete all conversations of a person: theirs alone to see, they serve nobody once the account is closed."""
        with self.sessions.begin() as session:
            ids = list(session.scalars(select(ChatRow.id).where(ChatRow.person_id == person_id)))
            _drop(session, ids)
        self._gone(ids)

    def purge(self) -> int:
        """Delete conversations past their time and those of closed accounts; return how many there were."""
        now = self.now()
        before = now - timedelta(days=self.settings.chat_retention_days)
        closed = select(PersonRow.id).where(PersonRow.active.is_(False))
        past = (ChatRow.updated_at < before) | ChatRow.person_id.in_(closed)
        with self._turn, self.sessions.begin() as session:
            ids = list(session.scalars(select(ChatRow.id).where(past)))
            _drop(session, ids)
        self._gone(ids)
        self._purged = now.date()
        return len(ids)

    def _gone(self, ids: list[str]) -> None:
        for conversation_id in ids:
            self.conversations.forget(conversation_id)
        if ids:
            overwrite(self.engine, ChatTurnRow.__tablename__, ChatRow.__tablename__)


def _own(session: Session, conversation_id: str, person_id: str) -> ChatRow:
    row = session.get(ChatRow, conversation_id)
    if row is None or row.person_id != person_id:
        raise NotFound("没有这次问答的记录", "可能已经删除或过了保存期，可到问答记录里找")
    return row


def _last(session: Session, conversation_id: str, number: int) -> list[ChatTurnRow]:
    """Return the last turns of a conversation, oldest first."""
    query = select(ChatTurnRow).where(ChatTurnRow.conversation_id == conversation_id)
    rows = session.scalars(query.order_by(ChatTurnRow.at.desc(), ChatTurnRow.id).limit(number))
    return list(rows)[::-1]


def _drop(session: Session, ids: list[str]) -> None:
    session.execute(delete(ChatTurnRow).where(ChatTurnRow.conversation_id.in_(ids)))
    session.execute(delete(ChatRow).where(ChatRow.id.in_(ids)))


def _told(row: ChatTurnRow) -> Told:
    response = AskResponse.model_validate(row.response)
    return Told(row.id, row.conversation_id, row.question, response, row.at, stored=True)
