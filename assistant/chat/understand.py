"""What is asked: slips put right, what the talk leaves out filled in, the time and the village named."""

import re
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
#: What the other side says against it: an answer to the talk, not a matter of its own.
_OBJECTION = re.compile(
    r"^(?:那|可是?|但是?)?(?:[^，。？！]{0,4}(?:儿子|女儿|儿媳|女婿|老公|老婆|哥|弟|姐|妹|老板|房东|邻居|主人|亲戚|卖家|司机|保险公司)|他|她|对方|人家)"
    r"们?(?:又|却|就|还|非)?(?:说|讲|辩|嫌|怪)"
)
#: Words of courtesy alone: they ask nothing, and the talk goes on after them.
COURTESY = re.compile(
    r"^(?:(?:你|您|大家)好|在吗|在不在|有人吗|哈喽|嗨|喂|早上好|上午好|下午好|晚上好|hi|hello|谢谢|多谢|感谢|辛苦|麻烦|再见|拜拜"
    r"|好的?|行|嗯|明白|知道|晓得|了|你|您|啊|呀|哈|啦|咯|[\s，。！!~、？?])+$",
    re.I,
)
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


def understand(kb: KnowledgeBase, question: str, today: date, previous: Turn | None = None) -> Understood:
    """Return what is asked.

    Args:
        previous: the turn before, with what its answer asked back; None where there is none.
    """
    own = corrected(question, kb.lexical.tokens)
    text, topic = _in_talk(kb, own, previous)
    return Understood(
        text=text,
        topic=topic,
        own=own,
        followed=text != own,
        corrected=own != question,
        when=when(text, today),
        village=_village(kb, text),
    )


def _in_talk(kb: KnowledgeBase, question: str, previous: Turn | None) -> tuple[str, str]:
    """Return the whole question, and the topic that it leaves for the next."""
    if previous is None or _OPENING.search(question):
        return question, question
    if COURTESY.search(question):
        return question, previous.topic or previous.question
    expanded = expand(question, previous.address)
    topic = previous.topic or previous.question
    if expanded != question:
        return expanded, topic
    matched = match_causes(question)
    causes = {m.cause.id for m in matched}
    # a general one, such as limitation, bears on any matter: in few words it is asked of the one talked about
    new = {m.cause.id for m in matched if not m.cause.general or len(question) > _SHORT_ASPECT}
    other = bool(new) and not causes & {m.cause.id for m in match_causes(topic)}
    if other or kb.cite(question):
        return question, question
    if previous.asked and len(question) <= _FACT and not _IS_QUESTION.search(question):
        told = f"{topic}，{question}"
        return told, told
    if len(question) <= _FACT and _OBJECTION.search(question):
        return f"{topic} {question}", topic
    if causes and len(question) > _SHORT_ASPECT:
        return question, question
    if leans_on_previous(question) or (len(question) <= _SHORT_ASPECT and aspect(question)):
        return f"{topic} {question}", topic
    return question, question


def _village(kb: KnowledgeBase, text: str) -> str:
    found = {v.id for v in kb.catalog.villages() if len(v.name) >= 3 and v.name in text}
    return found.pop() if len(found) == 1 else ""
