"""Answer with a model: sentences that a language model wrote, each checked before anybody sees it.

For routes:

    llm = open_llm(settings)                  # once, at start; None where no model is configured
    response = ask(kb, request, …)            # the answer by quotations, always first
    if llm is not None:
        for event in answer_with_model(kb, llm, response, request.question):
            …

`answer_with_model` yields `Event`s and raises nothing on account of the model:

- `sentence`: `event.block` is one checked sentence (kind `meaning`, `generated`), to be shown at once under
  `AI_LABEL`;
- `withdrawn`: the model failed after that; take back what was shown. An answer that breaks off may have lost its
  exception, so no half answer stands;
- `answer`: always the last, `event.answer` is what the asker gets and what is kept. With `generated` and `label`
  set where the model wrote part of it; else it is `response` as it came.

A refusal, and an answer without a verified provision, are left alone, and nothing is sent.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.chat.admit import Admitted, NotAdmitted, admit, tidy
from assistant.chat.render import as_text
from assistant.chat.types import (
    AI_LABEL,
    AnswerCitation,
    AskResponse,
    Block,
    Checked,
    Passed,
    Removed,
    Repaired,
)
from assistant.grounding.claims import split_claims
from assistant.grounding.gate import gate
from assistant.grounding.rewrite import without_citations
from assistant.llm.errors import PASSING, LlmFailed
from assistant.llm.llm import Llm
from assistant.llm.prompt import MAX_SENTENCES, Offered, Prompt, build_prompt
from assistant.llm.structured import Sentence, SentenceReader
from assistant.risk.hotlines import without_strange_numbers
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.errors import FengqiaoError
from kb.redaction.redact import redact
from kb.text.visible import one_line

#: Most provisions that are offered.
MAX_SOURCES = 8
#: Most sentences of an answer that are tried to be put right.
MAX_REPAIRS = 8
#: Characters that a token has at most, JSON's escapes counted.
_CHARS = 8
#: Blocks before which the model's never stand.
_HEAD = ("risk", "note", "lead")
_UNFIT = re.compile(r"[^\u3400-\u9fff\u3000-\u303f\uff00-\uffef0-9“”‘’…—·%]+")

#: Stands behind the model's sentences; what it leaves out, it leaves out with good reason or without.
_NOTE = "上面这几句是 AI 照下面的法条写的，程序逐句核对过。只说了要点，条件和例外以法条原文为准。"

Source = Offered | Resolution | tuple[str, str]


@dataclass(frozen=True)
class Event:
    """A step of an answer that a model helps to write; see the module."""

    kind: Literal["sentence", "withdrawn", "answer"]
    block: Block | None = None
    answer: AskResponse | None = None


def answer_with_model(
    kb: KnowledgeBase, llm: Llm, response: AskResponse, question: str = ""
) -> Iterator[Event]:
    """Yield checked sentences while a model writes them, then the whole answer; see the module.

    Args:
        kb: the knowledge base.
        llm: the model.
        response: the answer by quotations; its verified provisions are what the model may write from.
        question: as it was understood; of the response where empty. Personal data is taken out here, and no
            sentence that mentions what took its place stands, so that nothing is ever put back.
    """
    sources = _sources(response)
    if response.refused or not sources:
        yield Event("answer", answer=response)
        return
    blocks: list[Block] = []
    checked = Checked()
    try:
        for block in generate(kb, llm, question or response.understood_as, sources, response.on, checked):
            blocks.append(block)
            yield Event("sentence", block=block)
    except LlmFailed:
        if blocks:
            yield Event("withdrawn")
        yield Event("answer", answer=response)
        return
    yield Event("answer", answer=_merged(response, blocks, checked))


def generate(
    kb: KnowledgeBase,
    llm: Llm,
    question: str,
    sources: Sequence[Source],
    on: date,
    checked: Checked | None = None,
) -> Iterator[Block]:
    """Yield the sentences of a model that stand, one a block, each as soon as it is written and checked.

    Args:
        kb: the knowledge base.
        llm: the model.
        question: in everyday words; personal data is taken out before it leaves.
        sources: the provisions to write from, most important first; those not in force on the day, and texts
            that aren't theirs, are not offered.
        on: the day whose law counts.
        checked: filled with what was checked, what put right and what removed.

    Raises:
        LlmFailed: the model gave no whole answer, or nothing of it stands. What was yielded before doesn't count.
    """
    offered = _offered(kb, sources, on)
    if not offered:
        raise LlmFailed("nothing_left")
    limit = llm.settings.llm_context_tokens - llm.settings.llm_max_tokens
    prompt = build_prompt(redact(question).text, offered, limit)
    deadline = llm.deadline()
    for attempt in range(llm.settings.llm_retries + 1):
        run = _Run(kb, on, prompt, checked if checked is not None else Checked())
        try:
            yield from run.blocks(llm, deadline)
        except LlmFailed as failure:
            left = deadline - time.monotonic()
            last = attempt == llm.settings.llm_retries
            if run.shown or last or failure.reason not in PASSING or left <= 0:
                raise
            time.sleep(min(0.25 * 2**attempt, left / 4))
        else:
            return


class _Run:
    """One try at an answer."""

    def __init__(self, kb: KnowledgeBase, on: date, prompt: Prompt, checked: Checked) -> None:
        self._kb = kb
        self._on = on
        self._prompt = prompt
        self._checked = checked
        self._seen: set[str] = set()  # as the model wrote it
        self._said: set[str] = set()  # as it was shown
        self.shown = 0
        self._tries = MAX_REPAIRS
        checked.claims = checked.verified = checked.repaired = checked.not_tried = 0
        checked.removed, checked.repairs = [], []

    def blocks(self, llm: Llm, deadline: float) -> Iterator[Block]:
        """Yield the blocks of the sentences that stand.

        Raises:
            LlmFailed: any reason.
        """
        reader = SentenceReader(llm.settings.llm_max_tokens * _CHARS)
        with closing(llm.stream(self._prompt.messages, deadline)) as stream:
            for piece in stream:
                for sentence in reader.feed(piece):
                    if reader.objects > 2 * MAX_SENTENCES:
                        raise LlmFailed("endless")
                    for block in self._checked_blocks(sentence):
                        self.shown += 1
                        yield block
        if not reader.complete:
            raise LlmFailed("unreadable")
        if not self.shown:
            raise LlmFailed("nothing_left")

    def _checked_blocks(self, sentence: Sentence) -> Iterator[Block]:
        """Yield what stands of that which the model gave as one sentence."""
        for span in split_claims(tidy(sentence.text)):
            if span.text in self._seen:
                continue
            self._seen.add(span.text)
            self._checked.claims += 1
            try:
                block = self._block(span.text, sentence.sources)
            except NotAdmitted as why:
                mended = self._mended(span.text, str(why))
                if mended is None:
                    continue
                block = mended
            else:
                if block.text in self._said:  # in other words before its source was written behind it
                    self._checked.claims -= 1
                    continue
            self._said.add(block.text)
            yield block

    def _block(self, text: str, numbers: Sequence[int]) -> Block:
        """Return the block of one sentence.

        Raises:
            NotAdmitted: it doesn't stand.
        """
        offered = self._prompt.sources
        if any(not 1 <= n <= len(offered) for n in numbers):
            raise NotAdmitted("依据的编号不存在")
        return self._standing(admit(self._kb, text, [offered[n - 1] for n in numbers], self._on))

    def _standing(self, admitted: Admitted) -> Block:
        """Return the block of an admitted sentence.

        Raises:
            NotAdmitted: it doesn't pass the gate as it is.
        """
        try:
            gated = gate(self._kb, admitted.text, self._on, repairs=0)
        except FengqiaoError as error:
            raise NotAdmitted(error.message) from error
        if gated.removed or not gated.passed:
            raise NotAdmitted("；".join(r.reason for r in gated.removed) or "没有可以核对的内容")
        citations = [self._citation(address) for address in admitted.addresses]
        if not all(c.verified for c in citations):
            raise NotAdmitted("引用核对不上")
        self._checked.verified += len(citations)
        return Block(kind="meaning", text=admitted.text, citations=citations, generated=True)

    def _mended(self, text: str, why: str) -> Block | None:
        """Return the block of a sentence put right with a provision offered; else note that it was removed."""
        if self._tries > 0:
            self._tries -= 1
            for source, mended in self._repairs(text):
                try:
                    block = self._standing(admit(self._kb, mended, [source], self._on))
                except NotAdmitted:
                    continue
                if block.text in self._said:
                    self._checked.claims -= 1
                    return None  # said already, with the right source
                self._checked.repaired += 1
                self._checked.repairs.append(
                    Repaired(
                        text=block.text, was=_harmless(text), reason=f"{why}，改为{source.address}",
                        addresses=[c.address for c in block.citations],
                    )
                )  # fmt: skip
                return block
        else:
            self._checked.not_tried += 1
        self._checked.removed.append(Removed(text=_harmless(text), reason=why))
        return None

    def _repairs(self, text: str) -> Iterator[tuple[Offered, str]]:
        """Yield provisions offered, with the sentence as it would stand on each: its own citation exchanged for theirs.

        What was retrieved for the question is what a sentence may be put right from; nothing more is searched.
        """
        offered = self._prompt.sources
        for one in self._requoted(text):
            yield from ((s, one.text) for s in offered if s.address in one.addresses)
        bare = without_citations(self._kb, text)
        # without a citation of its own: admission says which one bears it out, and writes it behind
        yield from ((s, bare) for s in offered)

    def _requoted(self, text: str) -> list[Repaired]:
        if not any(mark in text for mark in "“「『"):
            return []
        try:
            return gate(self._kb, text, self._on, among=[s.address for s in self._prompt.sources]).repaired
        except FengqiaoError:
            return []

    def _citation(self, address: str) -> AnswerCitation:
        found = self._kb.resolve(address, self._on)
        return AnswerCitation(
            address=found.address,
            quote=found.text,
            verified=self._kb.quote_ok(found.address, found.text, self._on),
            state_label=found.state_label,
            note=found.message,
        )


def _sources(response: AskResponse) -> list[tuple[str, str]]:
    every = [*response.citations, *(c for block in response.blocks for c in block.citations)]
    return list({c.address: (c.address, c.quote) for c in every if c.verified}.values())


def _offered(kb: KnowledgeBase, sources: Sequence[Source], on: date) -> list[Offered]:
    found: dict[str, Offered] = {}
    for source in sources:
        address, text = source if isinstance(source, tuple) else (source.address, source.text)
        resolution = kb.resolve(address, on)
        if resolution.ok and kb.quote_ok(address, text, on):
            found.setdefault(resolution.address, Offered(resolution.address, resolution.text, resolution.law))
    return list(found.values())[:MAX_SOURCES]


def _harmless(text: str) -> str:
    """Return a removed sentence as it may be looked at: nothing to click, call or take for markup."""
    return without_strange_numbers(one_line(_UNFIT.sub("…", text), 200))


def _merged(response: AskResponse, blocks: Sequence[Block], checked: Checked) -> AskResponse:
    """Return the answer with the model's sentences behind risk, note and lead."""
    at = next((i for i, b in enumerate(response.blocks) if b.kind not in _HEAD), len(response.blocks))
    addresses = {c.address for c in response.citations}
    further = {c.address: c for b in blocks for c in b.citations if c.address not in addresses}
    merged = [*response.blocks[:at], *blocks, Block(kind="note", text=_NOTE), *response.blocks[at:]]
    before = response.checked
    return response.model_copy(
        update={
            "answer": as_text(merged),
            "blocks": merged,
            "citations": [*response.citations, *further.values()],
            "generated": True,
            "label": AI_LABEL,
            "checked": Checked(
                claims=before.claims + checked.claims,
                verified=before.verified + checked.verified,
                repaired=before.repaired + checked.repaired,
                removed=[*before.removed, *checked.removed],
                repairs=[*before.repairs, *checked.repairs],
                passed=[*before.passed, *_as_they_were(blocks, checked)],
                not_tried=before.not_tried + checked.not_tried,
            ),
        }
    )


def _as_they_were(blocks: Sequence[Block], checked: Checked) -> list[Passed]:
    put_right = {r.text for r in checked.repairs}
    return [
        Passed(text=b.text, addresses=[c.address for c in b.citations])
        for b in blocks
        if b.text not in put_right
    ]
