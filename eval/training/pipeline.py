"""From data to model: every stage in turn, a checkpoint after each, so that a stopped run resumes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from eval.training.checkpoints import finished, key_of, save
from eval.training.config import Stage
from eval.training.stages import Ground, run_stage

Progress = Callable[[str, int, int, float], None]
"""Called with a stage's name, the steps done, their total and the running loss."""


def train_model(
    ground: Ground,
    work: Path,
    judged: Sequence[int] | None = None,
    tag: str = "",
    progress: Progress | None = None,
) -> Path:
    """Return the folder of the model after the last stage, with weights in full precision.

    Stages that don't read judged questions are trained once and found again by later calls; the others are
    kept under `tag`. A stage whose settings or data have changed since, or one before it, is trained anew.

    Args:
        work: folder of checkpoints; the pruned base is in `work`/base.
        judged: positions of the judged questions to learn from; None for all.
    """
    folder, key = ground.tokens.folder, ground.key
    for stage in ground.config.stage:
        name = f"{stage.name}{'-' + tag if tag and stage.source == 'beir' else ''}"
        key = _key(key, ground, stage, judged)
        target = work / name
        if not finished(target, key):
            encoder = run_stage(ground, stage, folder, judged, _reporter(progress, name))
            save(encoder, folder, target, key)
        folder = target
    return folder


def _key(before: str, ground: Ground, stage: Stage, judged: Sequence[int] | None) -> str:
    config = ground.config
    settings = [
        stage.model_dump(),
        config.seed,
        config.question_tokens,
        config.passage_tokens,
        config.narrative_tokens,
    ]
    if stage.source != "beir":
        return key_of(before, settings)
    items = ground.material.judged
    chosen = items if judged is None else [items[n] for n in judged]
    return key_of(before, settings, [[i.question, i.gold] for i in chosen], ground.pool)


def _reporter(progress: Progress | None, name: str) -> Callable[[int, int, float], None] | None:
    if progress is None:
        return None
    return lambda done, total, loss: progress(name, done, total, loss)
