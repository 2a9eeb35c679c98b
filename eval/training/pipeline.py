"""From data to model: every stage in turn, a checkpoint after each, so that a stopped run resumes."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from safetensors.torch import save_file

from eval.training.config import Config, Stage
from eval.training.encoder import Encoder
from eval.training.stages import Ground, run_stage

Progress = Callable[[str, int, int, float], None]
"""Called with a stage's name, the steps done, their total and the running loss."""


def train_model(
    ground: Ground, work: Path, judged: Sequence[int] | None = None, tag: str = "", progress: Progress | None = None
) -> Path:
    """Return the folder of the model after the last stage, with weights in full precision.

    Stages that don't read judged questions are trained once and found again by later calls; the others are
    kept under `tag`.

    Args:
        work: folder of checkpoints; the pruned base is in `work`/base.
        judged: positions of the judged questions to learn from; None for all.
    """
    folder = work / "base"
    for stage in ground.config.stage:
        name = f"{stage.name}{'-' + tag if tag and stage.source == 'beir' else ''}"
        target = work / name
        if not (target / "done").is_file():
            report = _reporter(progress, name)
            encoder = run_stage(ground, stage, folder, judged, report)
            save_checkpoint(encoder, folder, target)
        folder = target
    return folder


def last_stage(config: Config) -> Stage:
    """Return the stage that learns from judged questions."""
    return config.stage[-1]


def save_checkpoint(encoder: Encoder, source: Path, target: Path) -> None:
    """Write the encoder as a sentence-transformers folder; the file `done` comes last."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh, ignore=shutil.ignore_patterns("model.safetensors", "done"))
    tensors = {name: tensor.contiguous() for name, tensor in encoder.tensors().items()}
    save_file(tensors, fresh / "model.safetensors", metadata={"format": "pt"})
    (fresh / "done").write_text("", "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _reporter(progress: Progress | None, name: str) -> Callable[[int, int, float], None] | None:
    if progress is None:
        return None
    return lambda done, total, loss: progress(name, done, total, loss)
