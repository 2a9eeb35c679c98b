"""What was asked before, so that 「那第二款呢」 is understood. Kept in memory only, bounded."""

import re
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass

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


class Conversations:
    """The last turns of the last conversations. Safe for several threads."""

    def __init__(self, limit: int = MAX_CONVERSATIONS, turns: int = MAX_TURNS) -> None:
        self._limit = limit
        self._turns = turns
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, list[Turn]] = OrderedDict()

    def last(self, conversation_id: str) -> Turn | None:
        """Return the last turn, None for an unknown or forgotten conversation."""
        with self._lock:
            turns = self._kept.get(conversation_id)
            if not turns:
                return None
            self._kept.move_to_end(conversation_id)
            return turns[-1]

    def add(self, conversation_id: str, turn: Turn) -> str:
        """Remember a turn; return the conversation's id, a new one unless the one given is known.

        Ids are ours alone: where callers could choose them, two would meet in one and read each other's questions.
        """
        with self._lock:
            key = conversation_id if conversation_id in self._kept else uuid.uuid4().hex
            turns = self._kept.setdefault(key, [])
            turns.append(turn)
            del turns[: -self._turns]
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return key

    def __len__(self) -> int:
        """Return how many conversations are remembered."""
        with self._lock:
            return len(self._kept)


def leans_on_previous(question: str) -> bool:
    """Return whether a question is short and elliptical: it needs what was asked before."""
    plain = question.strip(" 　，。？！?!~")
    return len(plain) <= _SHORT and bool(_ELLIPTIC.match(plain) or len(plain) <= 5 or plain.endswith("呢"))


CONVERSATIONS = Conversations()
