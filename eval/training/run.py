"""One training run: encoder, cross-validation, ranker, export, and the table of what came out."""

import json
import subprocess
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eval import beir
from eval.training.config import Config
from eval.training.crossval import cross_validate
from eval.training.data import load_material
from eval.training.export import check_target, export
from eval.training.fold import Lexical
from eval.training.ground import prepare, word_index
from eval.training.learnt import learn_all
from eval.training.pipeline import Progress, train_model
from eval.training.ranker import fit
from eval.training.stages import Ground
from kb.clock import today
from kb.embedding.folder import fingerprint
from kb.lexical.encoder import LexicalEncoder, load_encoder
from kb.ranking.causes import write_causes
from kb.ranking.prototypes import write_prototypes
from kb.settings import Settings

CARD = Path(__file__).with_name("card.toml")
OUTSIDE = Path(__file__).with_name("sets") / "outside.jsonl"
Note = Callable[[str], None]
"""Called with a line for people, after each fold."""


@dataclass(frozen=True)
class Outcome:
    """Where things are, and the cross-validated measures by system (empty without cross-validation).

    `auroc` is that of answerable against not; None where it isn't measured.
    """

    model: Path
    ranker: Path | None
    table: dict[str, dict[str, float]]
    auroc: float | None = None


def run_training(
    data_dir: Path,
    name: str,
    config: Config,
    settings: Settings,
    out: Path,
    cross: bool = True,
    progress: Progress | None = None,
    note: Note = lambda _: None,
) -> Outcome:
    """Train everything from a BEIR folder into `out`; a stopped run resumes after its last finished stage.

    Args:
        name: which judged questions (`queries.NAME.jsonl`).
        cross: also cross-validate, which takes `config.folds` times the last stage, and train the ranker.

    Raises:
        BadRequest: the data or the configuration is not as it must be, or `out` holds other files where
            the model would go.
    """
    model = out / config.name
    check_target(model)
    material = load_material(data_dir, name)
    data = beir.load(data_dir, name)
    work = out / "checkpoints"
    ground = prepare(config, material, settings, work, _before(progress))
    final = train_model(ground, work, None, "all", progress)
    table: dict[str, dict[str, float]] = {}
    auroc: float | None = None
    ranker: Path | None = None
    outside = [json.loads(line)["question"] for line in OUTSIDE.read_text("utf-8").splitlines()]
    if cross:
        words = load_encoder(settings.home / "cache")
        lexical = lexical_lists(ground, data, words, outside)
        result = cross_validate(ground, data, work, words, lexical, outside, progress, note)
        table, auroc = result.measures(data.qrels), result.auroc(list(data.qrels))
    figures = as_markdown(config, table, auroc)
    export(final, model, tomllib.loads(CARD.read_text("utf-8")) | {"figures": figures})
    if cross:
        ranker = out / "ranker.json"
        learnt = learn_all(ground, model, outside)
        key = fingerprint(model)
        content = fit(result.queries, config.ranker, config.seed, key, learnt.answerable, result.scores)
        ranker.write_text(content.model_dump_json(), "utf-8")
        write_causes(out / f"{key}.causes.npz", *learnt.causes)
        write_prototypes(
            out / f"{key}.prototypes.npz", learnt.prototypes.questions, learnt.prototypes.vectors
        )
    write_table(out, config, table, auroc)
    return Outcome(model, ranker, table, auroc)


def _before(progress: Progress | None) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress("准备（全库向量）", done, total, 0.0)


def lexical_lists(ground: Ground, data: beir.Dataset, words: LexicalEncoder, outside: list[str]) -> Lexical:
    """Return what BM25 finds, predicted questions indexed with their articles.

    By query id; by text for `outside` and for stories.
    """
    index = word_index(ground.material, words)
    limit = ground.config.ranker.lexical_candidates
    stories = [story.text for story in ground.material.stories]
    queries = data.queries | {text: text for text in (*stories, *outside)}
    return {
        query: [
            (data.documents[row].id, score) for row, score in index.search(words.encode_query(text), limit)
        ]
        for query, text in queries.items()
    }


def write_table(
    out: Path, config: Config, table: dict[str, dict[str, float]], auroc: float | None = None
) -> None:
    """Write results.json and results.md: measures with the date and the commit."""
    head = {"date": today().isoformat(), "commit": _commit(), "config": config.model_dump(mode="json")}
    (out / "results.json").write_text(
        json.dumps(head | {"measures": table, "auroc": auroc}, indent=2) + "\n", "utf-8"
    )
    (out / "results.md").write_text(as_markdown(config, table, auroc) + "\n", "utf-8")


def as_markdown(config: Config, table: dict[str, dict[str, float]], auroc: float | None = None) -> str:
    """Return the table with its date and commit."""
    if not table:
        return "Not measured in this run (trained without cross-validation)."
    lines = [f"{today().isoformat()}, commit {_commit()}, {config.folds}-fold cross-validation", ""]
    for n, (system, measures) in enumerate(table.items()):
        if n == 0:
            lines += ["| | " + " | ".join(measures) + " |", "|---" * (len(measures) + 1) + "|"]
        lines.append(f"| {system} | " + " | ".join(f"{v:.3f}" for v in measures.values()) + " |")
    if auroc is not None:
        lines += ["", f"Answerable against not, AUROC: {auroc:.3f}"]
    return "\n".join(lines)


def _commit() -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()
