"""Read sentences out of what a model writes, while it writes: JSON in the form asked for, whatever stands around it.

Asked for is `{"sentences": [{"text": "…", "sources": [1, 2]}, …]}`. Taken is every innermost object with a `text`,
as soon as its brace closes, be it in code fences, behind prose, in a list without a name, or one a line.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from assistant.llm.errors import LlmFailed

#: Objects inside each other; an answer needs two.
MAX_DEPTH = 16
#: Longest sentence; longer ones are no plain words.
MAX_SENTENCE = 400
_MARKS = re.compile(r'[{}"\\]')
_OPENS = re.compile(r'\{\s*["}]')
_THINK, _THOUGHT = "<think>", "</think>"


@dataclass(frozen=True)
class Sentence:
    """A sentence as the model wrote it, and the numbers of the sources that it names."""

    text: str
    sources: tuple[int, ...]


class SentenceReader:
    """Takes pieces of a stream, gives whole sentences.

    Args:
        max_chars: longest output that is read.

    Attributes:
        objects: how many objects were read that have the form of a sentence, wrong ones included.
    """

    def __init__(self, max_chars: int = 20_000) -> None:
        self._left = max_chars
        self._text = ""
        self._at = 0
        self._open: list[tuple[int, bool]] = []  # where each object begins, and whether others stood in it
        self._in_string = False
        self._thinking = False
        self._closed = False
        self.objects = 0

    @property
    def complete(self) -> bool:
        """Whether at least one object was read and none is left open."""
        return self._closed and not self._open and not self._thinking

    def feed(self, piece: str) -> list[Sentence]:
        """Return the sentences that end in this piece.

        Raises:
            LlmFailed: endless, when the output is longer than any answer; unreadable, when it is nested too deep.
        """
        self._left -= len(piece)
        if self._left < 0:
            raise LlmFailed("endless")
        self._text += piece
        found: list[Sentence] = []
        while (mark := self._next()) is not None:
            at, char = mark
            self._at = at + 1
            if char == "{":
                self._open.append((at, False))
                if len(self._open) > MAX_DEPTH:
                    raise LlmFailed("unreadable")
            elif char == "}":
                found += self._close(at)
        if not self._open:  # what was read is not needed any more
            self._text, self._at = self._text[self._at :], 0
        return found

    def _next(self) -> tuple[int, str] | None:
        """Return the next brace that counts; None until more was fed."""
        while self._at < len(self._text):
            if not self._open:
                return self._outside()
            match = _MARKS.search(self._text, self._at)
            if match is None:
                self._at = len(self._text)
                return None
            at, char = match.start(), match[0]
            if char == "\\":
                if at + 1 >= len(self._text):
                    self._at = at
                    return None
                self._at = at + (2 if self._in_string else 1)
                continue
            if char == '"':
                self._in_string = not self._in_string
            elif not self._in_string:
                return at, char
            self._at = at + 1
        return None

    def _outside(self) -> tuple[int, str] | None:
        """Return the brace that begins the next object outside of everything, thoughts passed over."""
        while True:
            if self._thinking:
                end = self._text.find(_THOUGHT, self._at)
                if end < 0:
                    self._at = max(self._at, len(self._text) - len(_THOUGHT) + 1)
                    return None
                self._thinking, self._at = False, end + len(_THOUGHT)
            thought = self._text.find(_THINK, self._at)
            opening = _OPENS.search(self._text, self._at)
            if thought < 0 or (opening is not None and opening.start() < thought):
                break
            self._thinking, self._at = True, thought + len(_THINK)
        if opening is not None:
            return opening.start(), "{"
        # a brace or a tag may stand at the end with its rest still to come
        brace = self._text.rfind("{", self._at)
        waiting = brace >= 0 and not self._text[brace + 1 :].strip()
        self._at = max(self._at, brace if waiting else len(self._text) - len(_THINK) + 1)
        return None

    def _close(self, at: int) -> list[Sentence]:
        start, held_others = self._open.pop()
        if self._open:
            self._open[-1] = (self._open[-1][0], True)
        else:
            self._closed = True
        if held_others:
            return []
        sentence = _sentence(self._text[start : at + 1])
        self.objects += sentence is not None
        return [sentence] if sentence and sentence.text else []


def _sentence(written: str) -> Sentence | None:
    """Return the sentence that an object is; without text where it has the wrong types; None where it is none."""
    try:
        value = json.loads(written, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or "text" not in value:
        return None
    text, sources = value["text"], _numbers(value.get("sources"))
    if not isinstance(text, str) or len(text) > MAX_SENTENCE or sources is None:
        return Sentence("", ())
    return Sentence(text.strip(), sources)


def _numbers(value: Any) -> tuple[int, ...] | None:
    """Return source numbers written as 1, "1", [1, "2"]; None for anything else."""
    found: list[int] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and re.fullmatch(r"\s*[\[【(（]?\s*[0-9]{1,3}\s*[)）\]】]?\s*", one):
            found.append(int(re.sub(r"\D", "", one)))
        elif isinstance(one, int) and not isinstance(one, bool):
            found.append(one)
        elif one is not None:
            return None
    return tuple(dict.fromkeys(found))
