"""A text cut into tagged words, once for all recognisers that need words."""

import bisect
import re
from collections import Counter
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

from kb.redaction.fold import Folded, fold
from kb.redaction.lac import Marks, Read, lac

_PIECE = re.compile(r"[\u4e00-\u9fff]+")


class Token(NamedTuple):
    """A word, its place in the folded text, and jieba's tag ('x' where its dictionary has none)."""

    start: int
    end: int
    word: str
    tag: str


@lru_cache
def words(name: str) -> frozenset[str]:
    """Return the words of lists/NAME.txt."""
    return frozenset(_read(name).split())


@lru_cache
def characters(name: str) -> frozenset[str]:
    """Return the characters of lists/NAME.txt."""
    return frozenset("".join(_read(name).split()))


def _read(name: str) -> str:
    return files("kb.redaction").joinpath("lists", f"{name}.txt").read_text("utf-8")


class _Tagger:
    """jieba's dictionary and its part-of-speech tags, in a tokeniser of our own."""

    def __init__(self) -> None:
        import jieba
        import jieba.posseg

        jieba.setLogLevel("ERROR")
        # posseg's own tokeniser, used by nothing else here: another would load its tags a second time
        self._cut = jieba.posseg.dt.tokenizer
        # read here, without a cache file in the system's temporary folder
        self._cut.FREQ, self._cut.total = self._cut.gen_pfdict(self._cut.get_dict_file())
        self._cut.initialized = True
        self.tags: dict[str, str] = jieba.posseg.dt.word_tag_tab

    def cut(self, run: str) -> list[str]:
        return list(self._cut.cut(run, HMM=False))

    @cached_property
    def in_names(self) -> Counter[str]:
        """How many names of people in the dictionary have a character behind the surname."""
        return Counter(
            char for word, tag in self.tags.items() if tag == "nr" and 1 < len(word) < 4 for char in word[1:]
        )


@lru_cache
def tagger() -> _Tagger:
    """Return the process-wide tagger; loading takes about two seconds."""
    return _Tagger()


class Analysis:
    """A folded text with its words.

    Args:
        read: sentences that the trained tagger has read before, and what it said; added to.

    Attributes:
        folded: the text as it is matched on.
        tokens: words of its Chinese runs, in order; other characters have none.
    """

    def __init__(self, text: str, read: Read | None = None) -> None:
        self.folded: Folded = fold(text)
        self._runs = [m.span() for m in _PIECE.finditer(self.folded.text)]
        self._read = {} if read is None else read

    @property
    def text(self) -> str:
        """The folded text."""
        return self.folded.text

    @cached_property
    def tokens(self) -> list[Token]:
        """The words of the Chinese runs."""
        cut, tags = tagger().cut, tagger().tags
        found: list[Token] = []
        for start, end in self._runs:
            for word in cut(self.text[start:end]):
                found.append(Token(start, start + len(word), word, tags.get(word, "x")))
                start += len(word)
        return found

    @cached_property
    def marks(self) -> Marks:
        """What the trained tagger says of each character of the folded text."""
        return lac().marks(self.text, self._read)

    @cached_property
    def starting(self) -> dict[int, Token]:
        """Words by where they start."""
        return {t.start: t for t in self.tokens}

    @cached_property
    def ending(self) -> dict[int, Token]:
        """Words by where they end."""
        return {t.end: t for t in self.tokens}

    def covering(self, place: int) -> Token | None:
        """Return the word that the character at `place` belongs to."""
        n = bisect.bisect_right(self.tokens, place, key=lambda t: t.start) - 1
        return self.tokens[n] if n >= 0 and self.tokens[n].end > place else None
