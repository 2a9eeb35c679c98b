"""An answer as one plain text for programs that show nothing else, and that text in sentences."""

import re
from collections.abc import Iterator

from assistant.chat.types import AskResponse
from kb.base import KnowledgeBase

#: A sentence with the mark that ends it, what closes after the mark, and the line ends behind.
_SENTENCE = re.compile(r"[^。！？\n]*(?:[。！？]+[」”』）]*\n*|\n+)|[^。！？\n]+")


def told(kb: KnowledgeBase, answer: AskResponse) -> str:
    """Return the answer with its sources below it: address, state, dates, whether the quotation was compared.

    What a language model wrote part of says so in its first line.
    """
    label = f"（{answer.label}）\n" if answer.label else ""
    return label + (answer.answer or answer.reason) + sources_below(kb, answer)


def sources_below(kb: KnowledgeBase, answer: AskResponse) -> str:
    """Return what stands below an answer's text: its sources, a blank line before them; '' where there are none."""
    sources = source_lines(kb, answer)
    return "\n".join(["\n", f"出处（按{answer.on}的法律）：", *sources]) if sources else ""


def source_lines(kb: KnowledgeBase, answer: AskResponse) -> list[str]:
    """Return a line for each provision cited, once."""
    lines: dict[str, str] = {}
    for cited in (*answer.citations, *(c for block in answer.blocks for c in block.citations)):
        found = kb.resolve(cited.address, answer.on)
        state = [cited.state_label or found.state_label]
        if found.effective_from:
            state.append(f"{found.effective_from}起施行")
        if found.effective_until:
            state.append(f"到{found.effective_until}为止")
        state.append("引文已核对" if cited.verified else "引文没有通过核对")
        lines.setdefault(cited.address, f"· {cited.address}（{'，'.join(s for s in state if s)}）")
    return list(lines.values())


def sentences(text: str) -> Iterator[str]:
    r"""Yield the text in sentences; joined they are the text.

    >>> list(sentences("能剪。先说「别剪。」\n\n再剪"))
    ['能剪。', '先说「别剪。」\n\n', '再剪']
    """
    for match in _SENTENCE.finditer(text):
        yield match.group()
