"""The blocks of an answer as one plain text, for the command line, copies and machines."""

from collections.abc import Iterable, Iterator

from assistant.chat.types import AI_LABEL, Block

_NUMBERED = frozenset(("steps", "where"))
#: Parts whose title names the thing that they come from, and what that is.
_OF = {"qa": "审定过的问答", "case": "类似的调解", "village": "本村规约"}
#: What follows these begins anew.
_APART = frozenset(("risk", "papers", "steps", "deadline"))


class Text:
    """The text of blocks as they come: what `add` returned, joined, is the text so far."""

    def __init__(self) -> None:
        self._before: Block | None = None
        self._last = ""

    def add(self, block: Block) -> str:
        """Return what a further block adds. A model's sentences stand under their label."""
        lines = list(self._lines(block))
        if not lines:
            return ""
        begun, self._before, self._last = self._before is not None, block, lines[-1]
        return ("\n" if begun else "") + "\n".join(lines)

    def _lines(self, block: Block) -> Iterator[str]:
        before, title = self._before, _OF.get(block.kind, "") or block.title
        labelled = block.generated and not (before and before.generated)
        apart = title or labelled or block.kind in ("closing", "note") or (before and before.kind in _APART)
        if before and self._last and apart:
            yield ""
        if labelled:
            yield f"【{AI_LABEL}】"
        if block.kind in _OF:
            yield f"{title}：{block.title}。{block.text}"
            return
        if title:
            yield f"{title}："
        if block.text:
            yield block.text
        numbered = block.kind in _NUMBERED
        yield from (f"{n}. {item}" if numbered else item for n, item in enumerate(block.items, 1))
        if block.kind in ("law", "more"):
            yield from (f"  请注意：{c.note}。" for c in block.citations if c.note)


def as_text(blocks: Iterable[Block]) -> str:
    r"""Return the text; a blank line parts what has a heading from what is before it.

    >>> as_text([Block(kind="lead", text="可以。"), Block(kind="steps", title="您可以这样做", items=["记下来", "去问"])])
    '可以。\n\n您可以这样做：\n1. 记下来\n2. 去问'
    """
    text = Text()
    return "".join(text.add(block) for block in blocks).strip()
