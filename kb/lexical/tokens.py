"""Text to the terms that lexical search matches on."""

import hashlib
import re
import sys
import threading
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from kb.lexical.normalise import normalise

_WORD = re.compile(r"[a-z0-9\u4e00-\u9fff]")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# 第1067条, 第1067条之2: one term, or the number alone would match every 1067 there is.
_ARTICLE = re.compile(r"第\d+(?:条(?:之\d+)?|[款项章编节])")
_USER_WEIGHT = 20_000  # about that of 合同 in jieba's own dictionary: enough to keep the term whole


@lru_cache
def _list(name: str) -> tuple[str, ...]:
    return tuple(files("kb.lexical").joinpath(name).read_text("utf-8").split())


class Tokens:
    """jieba with our legal terms, stop words removed.

    One instance may serve many threads. jieba compiles its dictionary once, into `cache_dir`; without
    one it is compiled in memory at each start (about a second more).
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        import jieba

        jieba.setLogLevel("ERROR")
        self._jieba = jieba.Tokenizer()
        self._lock = threading.Lock()
        if cache_dir is not None:
            cache_dir.mkdir(parents=True, exist_ok=True)
            self._jieba.tmp_dir = str(cache_dir.resolve())
            self._jieba.cache_file = "jieba.cache"
            self._jieba.initialize()
        else:
            self._compile()
        self.stop_words = frozenset(_list("stop_words.txt"))
        self.add_terms(_list("legal_terms.txt"))

    def _compile(self) -> None:
        """Read jieba's dictionary without leaving a file in the system's temporary folder."""
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True

    def add_terms(self, terms: Iterable[str]) -> None:
        """Keep these whole: law titles, place names. What is indexed already keeps its old tokens."""
        with self._lock:
            for term in terms:
                word = normalise(term)
                if len(word) > 1 and not self._jieba.FREQ.get(word):
                    self._jieba.add_word(word, _USER_WEIGHT)

    def terms(self, text: str) -> list[str]:
        """Return the terms in reading order, longer words with the words inside them."""
        text = normalise(text)
        out: list[str] = []
        at = 0
        for match in _ARTICLE.finditer(text):
            self._cut(text[at : match.start()], out)
            out.append(match.group())
            at = match.end()
        self._cut(text[at:], out)
        return out

    def words(self, text: str) -> list[str]:
        """Return the text cut into words, nothing left out."""
        return list(self._jieba.cut(text, HMM=False))

    def frequency(self, word: str) -> int:
        """Return how often the dictionary's corpus has a word."""
        return int(self._jieba.FREQ.get(word) or 0)

    def _cut(self, text: str, out: list[str]) -> None:
        freq = self._jieba.FREQ
        for word in self._jieba.cut(text, HMM=False):
            if not _WORD.match(word) or word in self.stop_words:
                continue
            word = sys.intern(word)
            if len(word) > 2 and _HAN.fullmatch(word):
                for size in (2, 3):
                    if len(word) > size:
                        out += [
                            part
                            for i in range(len(word) - size + 1)
                            if freq.get(part := word[i : i + size]) and part not in self.stop_words
                        ]
            out.append(word)


def bigrams(text: str) -> list[str]:
    """Return every pair of neighbouring Chinese characters, marked so that it can't be taken for a word."""
    return [f"~{run[i : i + 2]}" for run in _HAN.findall(normalise(text)) for i in range(len(run) - 1)]


@lru_cache(maxsize=200_000)
def term_id(term: str) -> int:
    """Return a term's stable 32-bit number. No vocabulary file: any process agrees with any other.

    Among 100,000 terms, some pair shares a number with a chance of about two thirds; the harm is one false match.
    """
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest(), "little")
