"""What is asked: slips put right, what the talk leaves out filled in, the time and the village named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.chat.aspects import aspect
from assistant.chat.cited_question import expand
from assistant.chat.conversation import Turn, leans_on_previous
from assistant.chat.when import When, when
from assistant.desks.causes import match_causes
from kb.base import KnowledgeBase
from kb.search.plain import corrected

#: A statement, not a question, after a question back: the fact that was asked for.
_IS_QUESTION = re.compile(
    r"[?？]|吗|呢|么(?:办|样|算)|怎|咋|多少|多久|哪|谁|什么|啥|几|能不能|可不可以|是不是|有没有权"
)
_FACT = 40
#: A question for one part of an answer leans on the talk up to this length.
_SHORT_ASPECT = 20
#: A new matter named in a short question: it doesn't lean on the talk.
_OPENING = re.compile(r"^(?:另外|再问|换个|还有)[^，。]{0,6}(?:事|问题|个)")


@dataclass(frozen=True)
class Understood:
    """A question as it is answered.

    Attributes:
        text: the whole question, in simplified characters, with what a follow-up leaves out.
        topic: what later follow-ups are about: the matter with the facts told so far, without this follow-up.
        own: what was asked this time, corrected.
        followed: whether the talk before was needed to understand it.
        corrected: whether slips were put right.
        when: the time in the past that it names; None where none.
        village: id of the one village that it names; '' where none or several.
    """

    text: str
    topic: str
    own: str
    followed: bool
    corrected: bool
    when: When | None
    village: str


def understand(
    kb: KnowledgeBase, question: str, today: date, previous: Turn | None = None, asked: Sequence[str] = ()
) -> Understood:
    """Return what is asked.

    Args:
        previous: the turn before; None where there is none.
        asked: questions back that the answer before ended with.
    """
    own = corrected(question, kb.lexical.tokens)
    text, topic = _in_talk(kb, own, previous, asked)
    return Understood(
        text=text,
        topic=topic,
        own=own,
        followed=text != own,
        corrected=own != question,
        when=when(text, today),
        village=_village(kb, text),
    )


def _in_talk(
    kb: KnowledgeBase, question: str, previous: Turn | None, asked: Sequence[str]
) -> tuple[str, str]:
    """Return the whole question, and the topic that it leaves for the next."""
    if previous is None or _OPENING.search(question):
        return question, question
    expanded = expand(question, previous.address)
    topic = previous.topic or previous.question
    if expanded != question:
        return expanded, topic
    causes = {m.cause.id for m in match_causes(question)}
    other = bool(causes) and not causes & {m.cause.id for m in match_causes(topic)}
    if other or kb.cite(question):
        return question, question
    if asked and len(question) <= _FACT and not _IS_QUESTION.search(question):
        told = f"{topic}，{question}"
        return told, told
    if causes and len(question) > _SHORT_ASPECT:
        return question, question
    if leans_on_previous(question) or (len(question) <= _SHORT_ASPECT and aspect(question)):
        return f"{topic} {question}", topic
    return question, question


def _village(kb: KnowledgeBase, text: str) -> str:
    found = {v.id for v in kb.catalog.villages() if len(v.name) >= 3 and v.name in text}
    return found.pop() if len(found) == 1 else ""
