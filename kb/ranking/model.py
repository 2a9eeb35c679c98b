"""The learnt ranker: features of a candidate to the probability that it answers."""

import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

import corpora
from kb.errors import NotReady
from kb.ranking.features import NAMES

log = logging.getLogger(__name__)
Floats = NDArray[np.float32]
_HINT = "请恢复随软件提供的 corpora/ranker 文件夹；删去它，检索就按名次融合排序"


class Layer(BaseModel):
    """A dense layer: `weight` is (outputs, inputs), as torch has it."""

    weight: list[list[float]]
    bias: list[float]


class _Calibration(BaseModel):
    """Points of the curve from score to probability; both rise."""

    score: list[float]
    probability: list[float]


class Logistic(BaseModel):
    """A logistic regression over a question's vector."""

    weight: list[float]
    bias: float


class Content(BaseModel):
    """What ranker.json holds. Without `answerable`, every question counts as one that provisions answer."""

    features: list[str]
    mean: list[float]
    scale: list[float]
    layers: list[Layer]
    calibration: _Calibration
    answerable: Logistic | None = None
    model_key: str
    questions: str = ""


class Ranker:
    """A small network over standardised features, and the calibration of its score.

    Attributes:
        model_key: of the embedding model whose cosines it was trained on.
        questions: which predicted questions it was trained with.

    Raises:
        NotReady: features, shapes or calibration don't fit this program.
    """

    def __init__(self, content: Content) -> None:
        if tuple(content.features) != NAMES:
            raise NotReady("排序模型的特征与程序不一致", _HINT)
        self.model_key, self.questions = content.model_key, content.questions
        try:
            self._mean, self._scale = _array(content.mean), _array(content.scale)
            self._layers = [(_array(layer.weight), _array(layer.bias)) for layer in content.layers]
            head = content.answerable
            self._answerable = None if head is None else (_array(head.weight), _finite(head.bias))
            self._score, self._probability = (
                _array(content.calibration.score),
                _array(content.calibration.probability),
            )
        except ValueError as error:
            raise NotReady("排序模型的数值不成矩阵", _HINT) from error
        if not self._fits():
            raise NotReady("排序模型的矩阵大小或校准曲线不对", _HINT)

    def scores(self, features: Floats) -> Floats:
        """Return (n,) scores of (n, len(NAMES)) features; higher answers better."""
        hidden = (features - self._mean) / self._scale
        for n, (weight, bias) in enumerate(self._layers):
            hidden = (np.tanh(hidden) if n else hidden) @ weight.T + bias
        return hidden[:, 0].astype(np.float32)

    def answerable(self, vector: Floats) -> float:
        """Return the probability that provisions answer a question at all, from its vector (dim,).

        Raises:
            NotReady: the vector is of another length than the ranker was trained with.
        """
        if self._answerable is None:
            return 1.0
        weight, bias = self._answerable
        if weight.shape != vector.shape:
            raise NotReady("排序模型与向量模型的维数不一致", _HINT)
        return float(1 / (1 + np.exp(-(weight @ vector + bias))))

    def probability(self, scores: Floats) -> Floats:
        """Return (n,) probabilities of (n,) scores, given that the question can be answered.

        The ends of the curve hold beyond it.
        """
        return np.interp(scores, self._score, self._probability).astype(np.float32)

    def _fits(self) -> bool:
        width = len(NAMES)
        good = self._mean.shape == self._scale.shape == (width,) and bool((self._scale > 0).all())
        for weight, bias in self._layers:
            good = good and bias.ndim == 1 and weight.shape == (len(bias), width)
            width = len(bias)
        score, probability = self._score, self._probability
        good = good and bool(self._layers) and width == 1 and score.shape == probability.shape != (0,)
        rises = bool((np.diff(score) >= 0).all() and (np.diff(probability) >= 0).all())
        return good and rises and bool(((probability >= 0) & (probability <= 1)).all())


def _array(values: list[float] | list[list[float]]) -> Floats:
    array = np.asarray(values, np.float32)
    if not np.isfinite(array).all():
        raise ValueError("not finite")
    return array


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise ValueError("not finite")
    return value


def load_ranker(model_key: str, path: Path | None = None) -> Ranker | None:
    """Return the shipped ranker; None where there is none, or only one for another embedding model.

    Raises:
        NotReady: the file is damaged or doesn't fit this program.
    """
    path = path or corpora.path("ranker", "ranker.json")
    if not path.is_file():
        return None
    try:
        content = Content.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise NotReady(f"排序模型读不出来：{path.name}", _HINT) from error
    if content.model_key != model_key:
        log.info("排序模型是为另一个向量模型训练的，检索按名次融合排序")
        return None
    return Ranker(content)
