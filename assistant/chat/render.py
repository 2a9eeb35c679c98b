"""The blocks of an answer as one plain text, for the command line, copies and machines."""

from collections.abc import Iterable

from assistant.chat.types import Block

_NUMBERED = frozenset(("steps", "where"))


def as_text(blocks: Iterable[Block]) -> str:
    r"""Return the text; a blank line parts what has a heading from what is before it.

    >>> as_text([Block(kind="lead", text="可以。"), Block(kind="steps", title="您可以这样做", items=["记下来", "去问"])])
    '可以。\n\n您可以这样做：\n1. 记下来\n2. 去问'
    """
    lines: list[str] = []
    for block in blocks:
        if lines and (block.title or block.kind in ("closing", "note")):
            lines.append("")
        if block.title and block.kind in ("qa", "case"):
            lines.append(f"{block.title}：{block.text}")
            continue
        if block.title:
            lines.append(f"{block.title}：")
        if block.text:
            lines.append(block.text)
        numbered = block.kind in _NUMBERED
        lines += [f"{n}. {item}" if numbered else item for n, item in enumerate(block.items, 1)]
        if block.kind == "risk":
            lines.append("")
    return "\n".join(lines).strip()
