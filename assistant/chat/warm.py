"""Load what the first answer needs, so that nobody waits for it: models, tables and lists are read when first used."""

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.types import AskRequest
from assistant.grounding.support import likelihood
from kb.base import KnowledgeBase
from kb.clock import today
from kb.search.types import SearchRequest

_QUESTION = "借出去的钱对方一直不还怎么办"
_STATEMENT = "借了钱要按时还"


def warm(kb: KnowledgeBase) -> None:
    """Answer one question and weigh one sentence; nothing of it is kept.

    Args:
        kb: the knowledge base. One that holds no law has nothing to warm up for.
    """
    ask(kb, AskRequest(question=_QUESTION), conversations=Conversations())
    hits = kb.search(SearchRequest(query=_STATEMENT, kinds=["provision"], limit=1)).hits
    cited = [kb.resolve(hit.address, today()) for hit in hits]
    if cited and cited[0].text:
        likelihood(kb, _STATEMENT, cited, today())
