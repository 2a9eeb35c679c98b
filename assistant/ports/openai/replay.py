"""A conversation that is sent whole with every request, put before the chat question by question.

OpenAI's protocol has no memory: a client sends what was said. So the user's earlier questions are asked again, in a
conversation of their own that nobody else reaches; the same messages give the same answer, whatever was asked in
between. What comes next usually continues what was just answered, so that conversation is kept for a while and
nothing has to be asked twice.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.chat.answer import Begun, ask
from assistant.chat.assisted import Withdrawn, assisted
from assistant.chat.conversation import Conversations
from assistant.chat.types import AskRequest, AskResponse, Block
from assistant.llm.llm import Llm
from assistant.ports.openai.messages import Asked
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest

#: Of a long conversation only the end is replayed, from a question whose place is a multiple of this: were it always
#: the last so many, each request would begin elsewhere and nothing kept would fit. So 4 to 7 are replayed.
STEP = 4
MAX_KEPT = 200


@dataclass(frozen=True)
class Thread:
    """A conversation that stands just before the question; `id` is '' before the first."""

    conversations: Conversations
    id: str = ""


class Replays:
    """Conversations that were just continued, by everything that made them. In memory only, bounded, thread-safe."""

    def __init__(self, limit: int = MAX_KEPT) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Thread] = OrderedDict()

    def take(self, key: str) -> Thread | None:
        """Return a conversation and forget it: whoever continues it changes it."""
        with self._lock:
            return self._kept.pop(key, None)

    def keep(self, key: str, thread: Thread) -> None:
        """Keep a conversation for the next question."""
        with self._lock:
            self._kept[key] = thread
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        """Return how many are kept."""
        with self._lock:
            return len(self._kept)


REPLAYS = Replays()


def continued(
    kb: KnowledgeBase,
    asked: Asked,
    scopes: tuple[str, ...] = ("public",),
    replays: Replays = REPLAYS,
    llm: Llm | None = None,
    gone: threading.Event | None = None,
) -> Iterator[Begun | Block | Withdrawn | AskResponse]:
    """Yield the chat's answer to a question in the light of those before it, as `assistant.chat.assisted` does.

    Earlier questions are replayed without a model: nobody reads those answers, and how a question is understood
    doesn't depend on them.

    Args:
        kb: the knowledge base.
        asked: the question, and those before it.
        scopes: whose cases may be shown.
        replays: where conversations are kept between requests.
        llm: the model that helps to write; None where none is set up.
        gone: set once nobody listens any more.

    Raises:
        BadRequest: before the first part: the question is blank or too long, or the village is unknown.
    """
    start = max(0, len(asked.earlier) // STEP - 1) * STEP
    earlier = asked.earlier[start:]
    thread = replays.take(_key(earlier, asked, scopes)) or _replayed(kb, earlier, asked, scopes)
    request = _request(asked.question, asked, thread)
    for part in assisted(kb, llm, request, scopes, thread.conversations, gone):
        if isinstance(part, AskResponse):
            following = (*earlier, asked.question)
            replays.keep(_key(following, asked, scopes), Thread(thread.conversations, part.conversation_id))
        yield part


def _replayed(kb: KnowledgeBase, earlier: tuple[str, ...], asked: Asked, scopes: tuple[str, ...]) -> Thread:
    thread = Thread(Conversations())
    for question in earlier:
        try:
            told = ask(kb, _request(question, asked, thread), scopes, thread.conversations)
            thread = Thread(thread.conversations, told.conversation_id)
        except BadRequest:  # it was refused then, too, and left nothing behind
            continue
    return thread


def _request(question: str, asked: Asked, thread: Thread) -> AskRequest:
    return AskRequest(question=question, on=asked.on, village=asked.village, conversation_id=thread.id)


def _key(questions: tuple[str, ...], asked: Asked, scopes: tuple[str, ...]) -> str:
    """Return a digest of everything on which the state of a conversation depends."""
    parts = [list(questions), list(scopes), str(asked.on or today()), asked.village]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
