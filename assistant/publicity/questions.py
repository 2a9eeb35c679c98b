"""The desk's written words: everyday lead-ins, question tails, slogans, advice (questions.toml)."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from assistant.desks.causes import load_causes

#: Laws whose breach is for the police or the court; never a matter to talk over.
_PENAL = re.compile(r"^(刑法|治安管理处罚法|反恐怖主义法|反有组织犯罪法|反电信网络诈骗法|禁毒法)$")
_IS_QUESTION = re.compile(r"(?:[?？]|吗|呢|么|怎么办|咋办|怎么算|多少|几年|谁赔|谁管)[?？。！!]*$")


class Topic(BaseModel):
    """One everyday subject and the words written for it."""

    name: str
    any: list[str]
    lead: list[str]
    slogans: list[str]
    where: str


class Verb(BaseModel):
    """What a provision does (forbids, obliges, …) and how villagers ask about that."""

    match: str
    tails: list[str]
    plain: list[str]


class Words(BaseModel):
    """Everything in questions.toml."""

    where: dict[str, str]
    topic: list[Topic]
    types: dict[str, str]
    slogans: dict[str, list[str]]
    verbs: dict[str, Verb]


@lru_cache
def words() -> Words:
    """Return the written words, read once."""
    raw = files("assistant.publicity").joinpath("questions.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(raw)
    return Words(**data)


def topic_of(quote: str, law: str = "", chapter: str = "") -> Topic | None:
    """Return the subject whose words the quotation, then its chapter and law, name most often."""
    best: Topic | None = None
    top = 0
    for topic in words().topic:
        inside = sum(word in quote for word in topic.any)
        score = 4 * inside + 2 * sum(w in law for w in topic.any) + sum(w in chapter for w in topic.any)
        if score > top:
            best, top = topic, score
    return best


_RULE = re.compile("不得|禁止|不准|应当|必须")


@lru_cache
def _matters() -> dict[str, str]:
    return {p.address: p.matter for cause in load_causes() for p in cause.provisions}


def meaning(address: str, quote: str, index: int) -> str:
    """Return what a provision says, in plain words: what it is about, where the desks have written that."""
    about = _matters().get(address, "")
    # the quotation has just said the rule; said again it would be a statement without its source
    about = "" if _RULE.search(about) else about
    plain = pick(verb_of(quote).plain, index)
    return f"这一条讲的是：{about}。{plain}" if about else plain


def verb_of(quote: str) -> Verb:
    """Return what the provision does: the first of punish, liability, prohibit, right, duty that fits."""
    return next(v for v in words().verbs.values() if re.search(v.match, quote))


def advice(topic: Topic | None, law: str, quote: str) -> str:
    """Return whom to turn to, in one sentence with the numbers to call."""
    if _PENAL.match(law) and not (topic and topic.where in ("women", "youth")):
        return words().where["police"]
    if topic:
        return words().where[topic.where]
    return words().where["gov" if "人民政府" in quote or "主管部门" in quote else "mediation"]


def is_question(text: str) -> bool:
    """Return whether a topic is already asked as a question."""
    return bool(_IS_QUESTION.search(text.strip()))


def asked(text: str) -> str:
    """Return a question closed with one question mark."""
    return text.strip().rstrip("?？。．.！!；;，, ") + "？"


def pick(options: list[str], index: int) -> str:
    """Return the option for the n-th draft: neighbours differ, and the same input gives the same words."""
    return options[index % len(options)]
