"""Records of the chat over the shipped corpora, on SQLite and on PostgreSQL, with a clock of their own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import Membership
from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.feedback import FeedbackBook
from assistant.chat.history import ChatHistory, ones_own
from assistant.chat.types import AskRequest, AskResponse
from kb.base import KnowledgeBase
from kb.settings import Settings

VILLAGE = "zj-fengshuwan"


@dataclass
class Desk:
    """A chat, who asks there, and how to open it again, as after a restart."""

    kb: KnowledgeBase
    engine: Engine
    settings: Settings
    accounts: Accounts
    mine: str
    yours: str
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)
    memory: Conversations = field(default_factory=Conversations)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget all that is only in memory."""
        self.memory = Conversations()
        self.history = ChatHistory(self.kb, self.engine, self.settings, self.memory, lambda: self.now)
        self.feedback = FeedbackBook(self.kb, self.engine, self.settings, lambda: self.now)

    def ask(self, question: str, person_id: str = "", conversation_id: str = "") -> AskResponse:
        """Ask as the route does."""
        request = AskRequest(question=question, conversation_id=conversation_id)
        if person_id:
            self.history.recall(request.conversation_id, person_id)
        response = ask(self.kb, ones_own(request, person_id, self.memory), conversations=self.memory)
        if person_id:
            self.history.remember(response, person_id)
        self.now += timedelta(seconds=1)
        return response

    def rows(self, table: str) -> list[str]:
        """Return the rows of a table as text."""
        with self.engine.connect() as connection:
            return [str(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]


@pytest.fixture
def desk(kb: KnowledgeBase, records_engine: Engine) -> Iterator[Desk]:
    settings = kb.settings.model_copy()
    accounts = Accounts(records_engine, settings)
    accounts.places.take_over(kb.catalog.villages())
    people = [
        accounts.people.add(login, name, [Membership(role="volunteer", place_id=VILLAGE)]).id
        for login, name in (("wangfang", "王芳"), ("limin", "李敏"))
    ]
    yield Desk(kb, records_engine, settings, accounts, people[0], people[1])
