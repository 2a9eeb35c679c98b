"""The blocks of an answer as one plain text, for the command line, copies and machines."""

from collections.abc import Iterable

from assistant.chat.types import Block

_NUMBERED = frozenset(("steps", "where"))
#: Parts whose title names the thing that they come from, and what that is.
_OF = {"qa": "审定过的问答", "case": "类似的调解", "village": "本村规约"}
#: What follows these begins anew.
_APART = frozenset(("risk", "papers", "steps", "deadline"))


def as_text(blocks: Iterable[Block]) -> str:
    r"""Return the text; a blank line parts what has a heading from what is before it.

    >>> as_text([Block(kind="lead", text="可以。"), Block(kind="steps", title="您可以这样做", items=["记下来", "去问"])])
    '可以。\n\n您可以这样做：\n1. 记下来\n2. 去问'
    """
    lines: list[str] = []
    before = ""
    for block in blocks:
        title = _OF.get(block.kind, "") or block.title
        if lines and lines[-1] and (title or block.kind in ("closing", "note") or before in _APART):
            lines.append("")
        before = block.kind
        if block.kind in _OF:
            lines.append(f"{title}：{block.title}。{block.text}")
            continue
        if title:
            lines.append(f"{title}：")
        if block.text:
            lines.append(block.text)
        numbered = block.kind in _NUMBERED
        lines += [f"{n}. {item}" if numbered else item for n, item in enumerate(block.items, 1)]
        if block.kind in ("law", "more"):
            lines += [f"  请注意：{c.note}。" for c in block.citations if c.note]
    return "\n".join(lines).strip()
