"""What a follow-up is after: papers, deadlines, where to go, or what to do when the other side won't."""

import re
from collections.abc import Iterable

from assistant.chat.types import Block, BlockKind

#: Which part of an answer each way of asking is after; the first that fits counts.
_ASPECTS: tuple[tuple[re.Pattern[str], BlockKind, str], ...] = (
    (
        re.compile(
            r"(?:准备|带|要|交|提供|需要|用)(?:些|点|上)?(?:什么|啥|哪些|哪几样)(?:材料|资料|证件|证据|手续|东西|文件)?|证据.{0,4}(?:哪些|什么)"
        ),
        "papers",
        "您问要准备什么。",
    ),
    (
        re.compile(
            r"多久|多长时间|期限|什么时候(?:之前|以前|到期)|时效|过期|晚了|来得及|几年(?:内|之内)|还能(?:告|要)"
        ),
        "deadline",
        "您问期限。",
    ),
    (
        re.compile(
            r"(?:不(?:给|肯|还|认|赔|理|来|同意|执行|履行|搬|签|答应)|赖|耍赖|拖着|躲着|跑了|找不到人)[^，。]{0,6}(?:呢|怎么办|咋办|咋整|怎么弄)?[？?]?$"
        ),
        "steps",
        "对方不肯的话，可以这样一步一步来。",
    ),
    (
        re.compile(
            r"(?:去|上|到)(?:哪|什么地方)|找(?:谁|哪|什么部门)|哪个部门|归谁管|在哪办|怎么(?:告|起诉|申请|办)"
        ),
        "steps",
        "您问去哪里、怎么办。",
    ),
)


def aspect(question: str) -> tuple[BlockKind, str] | None:
    """Return which part of an answer a follow-up is after and how to begin, None where it asks for no one part.

    >>> aspect("那他要是不给呢？")[0], aspect("要准备什么材料")[0], aspect("多久之内要去告")[0]
    ('steps', 'papers', 'deadline')
    >>> aspect("狗咬了人谁赔") is None
    True
    """
    for pattern, kind, words in _ASPECTS:
        if pattern.search(question):
            return kind, words
    return None


def foremost(blocks: Iterable[Block], question: str) -> list[Block]:
    """Return the blocks of an answer to a follow-up with the part that it is after in front.

    The law it stands on follows, so that nothing is said without its source; an answer without that part stays.
    """
    found, wanted = list(blocks), aspect(question)
    if wanted is None or not any(b.kind == wanted[0] for b in found):
        return found
    kind, words = wanted
    before = [b for b in found if b.kind in ("risk", "note")]
    first = [b for b in found if b.kind == kind]
    rest = [b for b in found if b not in before and b not in first]
    return [*before, Block(kind="note", text=words), *first, *rest]
