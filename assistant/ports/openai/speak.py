"""The answer in pieces, as it comes.

It is whole at once, told in sentences, and always by quotations: a language model that is set up isn't asked here.
"""

from collections.abc import Iterator

from assistant.chat.types import AskResponse
from assistant.ports.openai.messages import Asked
from assistant.ports.openai.replay import answer
from assistant.ports.told import sentences, told
from kb.base import KnowledgeBase


def speak(kb: KnowledgeBase, asked: Asked, scopes: tuple[str, ...]) -> Iterator[str | AskResponse]:
    """Yield the text of the answer piece by piece, and at last the answer itself.

    Raises:
        BadRequest: before the first piece.
    """
    whole = answer(kb, asked, scopes)
    yield from sentences(told(kb, whole))
    yield whole
