"""What an answer is made of is found with one run of the model."""

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.types import AskRequest
from kb.base import KnowledgeBase
from tests.kb.embedding.test_once import DOG, Counting


def test_an_answer_embeds_its_question_once(kb: KnowledgeBase) -> None:
    """The search of provisions, the confidence, the village's rules and similar matters all need the vector."""
    counting = Counting(kb.embedder)
    own = KnowledgeBase(kb.settings, kb.catalog, kb.store, counting, kb.lexical)
    request = AskRequest(question=DOG, village="zj-fengshuwan")
    response = ask(own, request, conversations=Conversations())
    assert not response.refused
    assert len(counting.asked) == 1
