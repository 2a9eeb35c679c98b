"""Names of people that have no announcement of their own: a small trained model weighs the evidence for each.

The model (one hidden layer; corpora/redaction/names.json) learnt on generated records of the forms for tuning, on
statutes and on published cases; `python -m eval.redaction_training` trains it anew.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

import corpora
from kb.errors import NotReady
from kb.redaction.analysis import Analysis, tagger, words
from kb.redaction.evidence import FEATURES, Candidate, candidates
from kb.redaction.types import Kind, Span

#: A name from this probability on; where the same words are surely a name elsewhere in the text, from AGAIN on.
ENOUGH, SURE, AGAIN = 0.08, 0.85, 0.04
#: A word of the dictionary must be surer; an everyday one is a name only where the tagger or its place says so.
ENOUGH_FOR_WORD, EVERYDAY = 0.5, 300
#: Log odds from which the tagger clearly sees a person begin.
_SEEN = 2.0
_IS_WORD, _BEGIN = FEATURES.index("dictionary word"), FEATURES.index("begin")
_PLACED = tuple(FEATURES.index(f) for f in ("role before", "list"))
Floats = NDArray[np.float32]


class Content(BaseModel):
    """What names.json holds: layers' weights are (outputs, inputs)."""

    features: list[str]
    mean: list[float]
    scale: list[float]
    weights: list[list[list[float]]]
    biases: list[list[float]]


class Model:
    """The trained weights.

    Raises:
        NotReady: they don't fit this program's features.
    """

    def __init__(self, content: Content) -> None:
        self._mean, self._scale = np.array(content.mean, np.float32), np.array(content.scale, np.float32)
        self._layers = [
            (np.array(w, np.float32), np.array(b, np.float32))
            for w, b in zip(content.weights, content.biases, strict=True)
        ]
        if tuple(content.features) != FEATURES or self._layers[0][0].shape[1] != len(FEATURES):
            raise NotReady("姓名识别模型的特征与程序不一致", "请恢复随软件提供的 corpora/redaction 文件夹。")

    def probabilities(self, features: Floats) -> Floats:
        """Return (n,) probabilities of being a name for (n, len(FEATURES)) features."""
        hidden = (features - self._mean) / self._scale
        for n, (weight, bias) in enumerate(self._layers):
            hidden = (np.tanh(hidden) if n else hidden) @ weight.T + bias
        found: Floats = 1 / (1 + np.exp(-hidden[:, 0]))
        return found


@lru_cache
def model(path: Path | None = None) -> Model:
    """Return the shipped model.

    Raises:
        NotReady: the file is missing, damaged or doesn't fit this program.
    """
    path = path or corpora.path("redaction", "names.json")
    try:
        return Model(Content.model_validate_json(path.read_bytes()))
    except (OSError, ValidationError, ValueError) as error:
        raise NotReady(
            f"姓名识别模型读不出来：{path.name}", "请恢复随软件提供的 corpora/redaction 文件夹。"
        ) from error


def persons(analysis: Analysis) -> list[Span]:
    """Return the names in a text, those that are named again elsewhere at every place."""
    found = candidates(analysis, analysis.marks)
    if not found:
        return []
    chances = model().probabilities(np.array([c.features for c in found], np.float32)).tolist()
    named = [analysis.text[c.start : c.end] for c in found]
    best: dict[str, float] = {}
    counts = Counter(named)
    for name, chance in zip(named, chances, strict=True):
        best[name] = max(best.get(name, 0.0), chance)
    # who is announced somewhere may be called by a word's name everywhere: 高明
    announced = {
        name
        for candidate, name, chance in zip(found, named, chances, strict=True)
        if chance >= ENOUGH_FOR_WORD and any(candidate.features[f] for f in _PLACED)
    }
    spans = []
    for candidate, name, chance in zip(found, named, chances, strict=True):
        short = name[:-1]
        if counts[short] > counts[name] and best[short] >= ENOUGH and best[short] > best[name] / 3:
            chance /= 3  # 古文 is named elsewhere too: 古文|开的砖厂
        elif chance < ENOUGH and chance >= AGAIN and best[name] >= SURE:
            chance = ENOUGH
        if chance >= ENOUGH and name not in announced and _is_no_name(analysis, candidate, name, chance):
            continue
        if chance >= ENOUGH:
            spans.append(Span(candidate.start, candidate.end, Kind.NAME, 1.0 + 1.6 * chance))
    return _strongest(spans)


def _is_no_name(analysis: Analysis, candidate: Candidate, name: str, chance: float) -> bool:
    """Return whether what may be a name is an everyday word, or ends where somebody anonymised already begins."""
    if analysis.text[candidate.end : candidate.end + 1] == "某":
        return True  # 向田|某
    usual = name in words("not-names") or tagger().frequency(name) >= EVERYDAY
    if usual and not any(candidate.features[f] for f in _PLACED) and candidate.features[_BEGIN] < _SEEN:
        return True
    is_word = candidate.features[_IS_WORD] and candidate.features[_BEGIN] < 0
    return bool(is_word and chance < ENOUGH_FOR_WORD)


def _strongest(spans: list[Span]) -> list[Span]:
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: -s.score):
        if all(span.end <= t.start or span.start >= t.end for t in taken):
            taken.append(span)
    return taken
