"""The training configuration: `config.toml` beside this file, or one like it."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kb.errors import BadRequest

DEFAULT = Path(__file__).with_name("config.toml")
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"  # names become folders
_HINT = "各项的含义见 eval/training/config.py，可照 eval/training/config.toml 改。"


class Stage(BaseModel):
    """One round of contrastive training.

    `batch`: questions in a batch; `run` of neighbouring articles stay together.
    `negatives`: mined negatives for each question, on average.
    `negative_ranks`: they are drawn from this slice of the ranked passages, counted from 0.
    `frozen`: layers from the bottom, of twelve, that don't learn.
    `sample`: predicted questions mixed into the narratives.
    `keep`: share of the weights before the stage in those after it.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=_NAME)
    source: Literal["questions", "narratives", "beir"]
    epochs: int = Field(ge=1)
    batch: int = Field(ge=2)
    run: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    negatives: float = Field(ge=0)
    negative_ranks: tuple[int, int]
    frozen: int = Field(0, ge=0, le=11)
    sample: int = Field(0, ge=0)
    keep: float = Field(0, ge=0, lt=1)
    temperature: float = Field(0.03, gt=0)

    @field_validator("negative_ranks")
    @classmethod
    def _rising(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 0 <= value[0] < value[1]:
            raise ValueError("起点应不小于 0，且小于终点")
        return value


class RankerConfig(BaseModel):
    """How the learnt ranker is trained, and how many candidates each way of searching gives it."""

    model_config = ConfigDict(extra="forbid")

    hidden: int = Field(ge=0, description="units of the one hidden layer; 0 for a linear ranker")
    networks: int = Field(1, ge=1, description="networks from different starts, whose mean ranks")
    epochs: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    dense_candidates: int = Field(ge=10)
    lexical_candidates: int = Field(ge=0)
    asked_candidates: int = Field(ge=0)


class AnswerableConfig(BaseModel):
    """How it is learnt whether provisions answer a question at all.

    `predicted`: how many of the predicted questions serve as answerable ones.
    `weight`: of one of them, or of a narrative, beside a judged question.
    `strength`: inverse of the regularisation.
    """

    model_config = ConfigDict(extra="forbid")

    predicted: int = Field(ge=0)
    weight: float = Field(gt=0)
    strength: float = Field(gt=0)


class Config(BaseModel):
    """Everything that decides what comes out of a training run. Lengths are in tokens."""

    model_config = ConfigDict(extra="forbid")

    seed: int
    base: str
    name: str = Field(pattern=_NAME)
    question_tokens: int = Field(ge=8, le=512)
    passage_tokens: int = Field(ge=16, le=512)
    narrative_tokens: int = Field(ge=16, le=512)
    folds: int = Field(ge=2)
    stage: list[Stage] = Field(min_length=1)
    ranker: RankerConfig
    answerable: AnswerableConfig

    @field_validator("stage")
    @classmethod
    def _in_order(cls, value: list[Stage]) -> list[Stage]:
        names = [stage.name for stage in value]
        if len({"base", *names}) <= len(names):
            raise ValueError("各阶段的 name 不能相同，也不能叫 base")
        judged = [stage.source == "beir" for stage in value]
        if judged != sorted(judged):
            # What came after would be trained once, on a model that has seen every fold's questions.
            raise ValueError("source 为 beir 的阶段应排在最后")
        return value


def load_config(path: Path = DEFAULT) -> Config:
    """Read a configuration.

    Raises:
        BadRequest: the file can't be read, isn't TOML, or has a name or value it can't have.
    """
    try:
        return Config.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise BadRequest(f"没有训练配置文件 {path}", "可复制 eval/training/config.toml 再改。") from error
    except OSError as error:
        raise BadRequest(f"训练配置 {path} 读不了：{error.strerror}", _HINT) from error
    except ValidationError as error:
        raise BadRequest(f"训练配置 {path} 不对：{_told(error)}", _HINT) from error
    except ValueError as error:  # not UTF-8, or not TOML: the decoder says where
        raise BadRequest(f"训练配置 {path} 不是有效的 TOML 文件：{error}", _HINT) from error


def _told(error: ValidationError) -> str:
    """Return the first mistake: where, what, and why where we know it in Chinese."""
    first = error.errors()[0]
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    if first["type"] == "missing":
        return f"缺少 {where}"
    if first["type"] == "extra_forbidden":
        return f"没有 {where} 这一项"
    if first["type"] == "value_error":
        return f"{where}：{first['ctx']['error']}"
    return f"{where} 不能是 {first['input']!r}"
