"""What was asked before, so that 「那第二款呢」 is understood, and what was answered. In memory only, bounded."""

import re
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from assistant.chat.types import AskResponse

MAX_CONVERSATIONS = 500
MAX_TURNS = 6
_SHORT = 16
_ELLIPTIC = re.compile(
    r"^(?:那么?|如果|要是|假如|万一|还有|另外|再问|可是|但是?|不过|然后|接着|为什么|为啥|怎么办|多久|多少钱?|去哪|找谁|他|她|它|这|哪|对方|需要|要带|期限|超过|没有|有没有|能不能|可以吗|具体|上面|刚才|你说)"
)


@dataclass(frozen=True)
class Turn:
    """One question as it was understood.

    Attributes:
        address: the law cited in it, '' when none.
        asked: what the answer asked back.
        topic: the matter that a follow-up is about; '' where it is the question itself.
    """

    question: str
    address: str = ""
    asked: tuple[str, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class Told:
    """A turn as it can be exported, rated and handed over.

    Attributes:
        question: as it was asked; numbers of people are out of it, names aren't.
        at: when it was answered, in UTC.
        stored: it comes from a person's history: then names are out of it, too.
    """

    turn_id: str
    conversation_id: str
    question: str
    response: AskResponse
    at: datetime
    stored: bool = False


@dataclass(frozen=True)
class _Kept:
    """A turn as it is kept: the answer as JSON, so that nobody changes it afterwards."""

    question: str
    response: bytes
    at: datetime


@dataclass
class _Conversation:
    """Turns for understanding, answers by turn id, and whose conversation it is ('' when nobody's yet)."""

    turns: list[Turn] = field(default_factory=list)
    answers: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    owner: str = ""
    names: dict[str, str] = field(default_factory=dict)


class Conversations:
    """The last turns of the last conversations. Safe for several threads.

    Args:
        limit: conversations that are remembered.
        turns: turns of each that are remembered.
    """

    def __init__(self, limit: int = MAX_CONVERSATIONS, turns: int = MAX_TURNS) -> None:
        self._limit = limit
        self._turns = turns
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Conversation] = OrderedDict()
        self._where: dict[str, str] = {}

    def last(self, conversation_id: str) -> Turn | None:
        """Return the last turn, None for an unknown or forgotten conversation."""
        with self._lock:
            found = self._kept.get(conversation_id)
            if found is None or not found.turns:
                return None
            self._kept.move_to_end(conversation_id)
            return found.turns[-1]

    def begin(self, conversation_id: str) -> str:
        """Return the conversation's id, a new one unless the one given is known.

        Ids are ours alone: where callers could choose them, two would meet in one and read each other's questions.
        """
        with self._lock:
            key = conversation_id if conversation_id in self._kept else uuid.uuid4().hex
            self._conversation(key)
        return key

    def add(self, conversation_id: str, turn: Turn) -> str:
        """Remember a turn; return the conversation's id, a new one unless the one given is known."""
        key = self.begin(conversation_id)
        with self._lock:
            conversation = self._conversation(key)
            conversation.turns.append(turn)
            del conversation.turns[: -self._turns]
        return key

    def keep(self, response: AskResponse, question: str) -> str:
        """Give an answer its turn id, unless it has one, and keep it for export, feedback and hand-over.

        Whoever has the id may do that, so it can't be guessed.

        Args:
            response: complete; its `conversation_id` is one that `add` returned.
            question: as it was asked, without numbers.

        Returns:
            The turn id, which also stands in the response.
        """
        response.turn_id = response.turn_id or str(uuid.uuid4())
        kept = _Kept(question, response.model_dump_json().encode(), datetime.now(UTC))
        with self._lock:
            self._put(self._conversation(response.conversation_id), response, kept)
        return response.turn_id

    def told(self, turn_id: str) -> Told | None:
        """Return a turn that was kept, None where it was forgotten or there is none."""
        with self._lock:
            found = self._where.get(turn_id)
            kept = self._kept[found].answers[turn_id] if found else None
        if found is None or kept is None:
            return None
        return Told(turn_id, found, kept.question, AskResponse.model_validate_json(kept.response), kept.at)

    def questions(self, conversation_id: str) -> list[str]:
        """Return what was asked in a conversation, as it was asked, oldest first."""
        with self._lock:
            found = self._kept.get(conversation_id)
            return [kept.question for kept in found.answers.values()] if found else []

    def owner(self, conversation_id: str) -> str | None:
        """Return whose conversation it is, '' when nobody's yet, None for an unknown or forgotten one."""
        with self._lock:
            found = self._kept.get(conversation_id)
            return found.owner if found else None

    def claim(self, conversation_id: str, owner: str) -> None:
        """Make a conversation that is nobody's yet somebody's; does nothing where it is known no more."""
        with self._lock:
            found = self._kept.get(conversation_id)
            if found is not None and not found.owner:
                found.owner = owner

    def names(self, conversation_id: str) -> dict[str, str]:
        """Return what placeholders stand for in a conversation, so that a person keeps the letter; never stored."""
        with self._lock:
            found = self._kept.get(conversation_id)
            return dict(found.names) if found else {}

    def name(self, conversation_id: str, names: Mapping[str, str]) -> None:
        """Remember what placeholders stand for; does nothing where the conversation is known no more."""
        with self._lock:
            found = self._kept.get(conversation_id)
            if found is not None:
                found.names = dict(names)

    def restore(self, conversation_id: str, owner: str, turns: Sequence[Turn], told: Iterable[Told]) -> None:
        """Put a stored conversation back, oldest turn first; does nothing where it is known."""
        with self._lock:
            if conversation_id in self._kept:
                return
            conversation = self._conversation(conversation_id)
            conversation.owner = owner
            conversation.turns = list(turns)[-self._turns :]
            for one in told:
                if one.turn_id not in self._where:
                    kept = _Kept(one.question, one.response.model_dump_json().encode(), one.at)
                    self._put(conversation, one.response, kept)

    def forget(self, conversation_id: str) -> None:
        """Forget a conversation and its answers."""
        with self._lock:
            self._drop(conversation_id)

    def __len__(self) -> int:
        """Return how many conversations are remembered."""
        with self._lock:
            return len(self._kept)

    def _conversation(self, key: str) -> _Conversation:
        found = self._kept.setdefault(key, _Conversation())
        self._kept.move_to_end(key)
        while len(self._kept) > self._limit:
            self._drop(next(iter(self._kept)))
        return found

    def _put(self, conversation: _Conversation, response: AskResponse, kept: _Kept) -> None:
        conversation.answers[response.turn_id] = kept
        self._where[response.turn_id] = response.conversation_id
        while len(conversation.answers) > self._turns:
            gone, _ = conversation.answers.popitem(last=False)
            del self._where[gone]

    def _drop(self, key: str) -> None:
        found = self._kept.pop(key, None)
        for turn_id in found.answers if found else ():
            del self._where[turn_id]


def leans_on_previous(question: str) -> bool:
    """Return whether a question is short and elliptical: it needs what was asked before."""
    plain = question.strip(" 　，。？！?!~")
    return len(plain) <= _SHORT and bool(_ELLIPTIC.match(plain) or len(plain) <= 5 or plain.endswith("呢"))


CONVERSATIONS = Conversations()
