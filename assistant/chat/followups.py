"""What to ask back, and what one may ask next."""

from collections.abc import Sequence

from assistant.chat.material import Material
from assistant.desks.quoting import overlap
from kb.base import KnowledgeBase

MAX_BACK, MAX_NEXT = 3, 3
#: Share of a fact's character pairs from which the question already tells it.
_TOLD = 0.12
#: Predicted questions as alike as this say the same.
_SAME = 0.35


def questions_back(material: Material, question: str) -> list[str]:
    """Return the facts on which the answer turns and that the question leaves out, as written for its cause."""
    if not material.causes:
        return []
    return [fact for fact in material.causes[0].cause.ask if overlap(question, fact) < _TOLD][:MAX_BACK]


def next_questions(kb: KnowledgeBase, material: Material, question: str) -> list[str]:
    """Return questions that the provisions found also answer, none like another or like what was asked."""
    if kb.ranking is None:
        return []
    found: list[str] = []
    addresses = [q.found.provision.address for q in (*material.quotes, *material.more) if q.found.provision]
    for address in addresses:
        fitting = [t for t in kb.ranking.asked_of(address) if _new(t, question, found)]
        if fitting:
            # the one that leads on from the matter, yet is about it
            found.append(max(fitting, key=lambda t: overlap(question, t)))
        if len(found) == MAX_NEXT:
            break
    return found


def _new(text: str, question: str, found: Sequence[str]) -> bool:
    return 6 <= len(text) <= 40 and all(overlap(text, other) < _SAME for other in (question, *found))
