"""The training configuration: `config.toml` beside this file, or one like it."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kb.errors import BadRequest

DEFAULT = Path(__file__).with_name("config.toml")


class Stage(BaseModel):
    """One round of contrastive training.

    `negative_ranks`: mined negatives are drawn from this slice of the ranked passages, counted from 0.
    `frozen`: layers from the bottom that don't learn.
    `sample`: predicted questions mixed into the narratives.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    source: Literal["questions", "narratives", "beir"]
    epochs: int = Field(ge=1)
    batch: int = Field(ge=2)
    run: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    negatives: float = Field(ge=0)
    negative_ranks: tuple[int, int]
    frozen: int = Field(0, ge=0)
    sample: int = Field(0, ge=0)
    temperature: float = Field(0.03, gt=0)


class RankerConfig(BaseModel):
    """How the learnt ranker is trained, and how many candidates each way of searching gives it."""

    model_config = ConfigDict(extra="forbid")

    hidden: int = Field(ge=0, description="units of the one hidden layer; 0 for a linear ranker")
    epochs: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    dense_candidates: int = Field(ge=10)
    lexical_candidates: int = Field(ge=0)
    asked_candidates: int = Field(ge=0)


class Config(BaseModel):
    """Everything that decides what comes out of a training run."""

    model_config = ConfigDict(extra="forbid")

    seed: int
    base: str
    name: str
    question_tokens: int = Field(ge=8)
    passage_tokens: int = Field(ge=16)
    narrative_tokens: int = Field(ge=16)
    folds: int = Field(ge=2)
    stage: list[Stage] = Field(min_length=1)
    ranker: RankerConfig


def load_config(path: Path = DEFAULT) -> Config:
    """Read a configuration.

    Raises:
        BadRequest: the file is missing, isn't TOML, or has a value it can't have.
    """
    try:
        return Config.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise BadRequest(f"没有训练配置文件 {path}", "可复制 eval/training/config.toml 再改。") from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadRequest(f"训练配置 {path} 不对：{error}", "各项的含义见 eval/training/config.py。") from error
