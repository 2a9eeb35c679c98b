"""After a start, nobody waits for models to load."""

from assistant.chat.answer import ask
from assistant.chat.conversation import CONVERSATIONS
from assistant.chat.judge import panel
from assistant.chat.types import AskRequest
from assistant.chat.warm import warm
from assistant.grounding.entailment import entailment
from kb.base import KnowledgeBase
from kb.embedding.lower import lower_half

LOADED = (panel, entailment, lower_half)


def test_what_the_first_answer_needs_is_loaded_before_it(kb: KnowledgeBase) -> None:
    for one in LOADED:
        one.cache_clear()
    before = len(CONVERSATIONS)
    warm(kb)
    assert [one.cache_info().currsize for one in LOADED] == [1, 1, 1]
    assert len(CONVERSATIONS) == before
    loads = [one.cache_info().misses for one in LOADED]
    ask(kb, AskRequest(question="邻居家的狗咬了我，医药费谁出？"))
    assert [one.cache_info().misses for one in LOADED] == loads
