"""The answer in pieces, as it comes.

What was sent can't be taken back in this protocol. So a language model's sentences are held until the model has ended
well, and are dropped where they are withdrawn; everything before and after them is sent as it is made.
"""

import threading
from collections.abc import Iterator

from assistant.chat.answer import Begun
from assistant.chat.assisted import Withdrawn
from assistant.chat.render import Text
from assistant.chat.types import AskResponse, Block
from assistant.llm.llm import Llm
from assistant.ports.openai.messages import Asked
from assistant.ports.openai.replay import continued
from assistant.ports.told import sources_below
from kb.base import KnowledgeBase


def speak(
    kb: KnowledgeBase,
    asked: Asked,
    scopes: tuple[str, ...],
    llm: Llm | None = None,
    gone: threading.Event | None = None,
) -> Iterator[str | AskResponse]:
    """Yield the text of the answer part by part, and at last the answer itself.

    An empty piece says that something was done of which there is nothing to show yet; the first is one.

    Args:
        kb: the knowledge base.
        asked: the question, and those before it.
        scopes: whose cases may be shown.
        llm: the model that helps to write; None where none is set up.
        gone: set once nobody listens any more.

    Raises:
        BadRequest: before the first piece.
    """
    text, held, said = Text(), list[Block](), False
    for part in continued(kb, asked, scopes, llm=llm, gone=gone):
        if gone is not None and gone.is_set():
            return
        if isinstance(part, Begun):
            yield ""
        elif isinstance(part, Withdrawn):
            held = []
        elif isinstance(part, AskResponse):
            if end := ("" if said else part.reason) + sources_below(kb, part):
                yield end
            yield part
        elif part.generated:
            held.append(part)
            yield ""
        else:
            said = True
            yield "".join(text.add(block) for block in (*held, part))
            held = []
