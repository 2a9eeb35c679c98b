"""Make a home folder for each fold, so that answers to judged questions can be measured honestly.

`python -m eval.training.answers --data DIR --run OUT --out DIR`, after `fengqiao train --out OUT`. All that was learnt from
judged questions is learnt anew without the fold: encoder (that of the cross-validation), prototypes, ranker with its
calibration, and what is answerable at all. When the chat refuses is fitted anew too: its weights read the encoder's
vectors. Then: `fengqiao eval answers --data DIR --folds DIR`. Half an hour a fold on two cores.
"""

import argparse
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from eval.fold_home import NOTE, FoldNote, opened_fold, standing_in
from eval.training import refusal
from eval.training.config import Config, load_config
from eval.training.data import Material, fold_of, load_material
from eval.training.learnt import learn_all
from eval.training.queries import load_queries
from eval.training.ranker import Query, fold_networks, ranker_without
from eval.training.run import OUTSIDE
from eval.training.stages import Ground
from eval.training.tokens import Tokens
from kb.base import KnowledgeBase
from kb.clock import today
from kb.embedding.cache import embed_passages_cached
from kb.embedding.folder import fingerprint
from kb.embedding.load import open_cache
from kb.errors import BadRequest
from kb.index.points import point
from kb.index.units import units
from kb.model import Passage
from kb.ranking.model import Content
from kb.ranking.prototypes import prototypes_path, write_prototypes
from kb.settings import Settings, get_settings

Note = Callable[[str], None]
_BATCH = 512


def make_fold(
    home: Path,
    note: FoldNote,
    material: Material,
    queries: Sequence[Query],
    networks: Mapping[int, Content],
    config: Config,
    settings: Settings,
    told: Note = lambda _: None,
) -> None:
    """Make or complete the home of one fold; its note is written last.

    Args:
        queries: of all folds.
        networks: by fold, as `fold_networks` makes them.
    """
    key = fingerprint(note.model)
    home.mkdir(parents=True, exist_ok=True)
    _copy_catalog(settings, home)
    with standing_in(home):
        if not (home / "ranker" / "ranker.json").is_file():
            _learn(home, note, material, queries, networks, config, key)
        told(f"第 {note.number} 折：原型和排序已学好")
    (home / "ranker" / "answering.json").unlink(
        missing_ok=True
    )  # of another model, there would be no evidence
    with opened_fold(home, note, settings) as kb:
        fill(kb, today())
        told(f"第 {note.number} 折：{kb.store.count()} 段已入库")
        x, y = refusal.evidence(kb, refusal.questions())
        found = refusal.fit(x, y, kb.embedder.key)
    (home / "ranker" / "answering.json").write_text(found.model_dump_json() + "\n", "utf-8")
    (home / NOTE).write_text(note.model_dump_json(indent=2) + "\n", "utf-8")


def _copy_catalog(settings: Settings, home: Path) -> None:
    source, target = settings.home / "fengqiao.db", home / "fengqiao.db"
    if target.is_file():
        return
    if not source.is_file():
        raise BadRequest(
            f"{settings.home} 里没有目录库", "请先运行 fengqiao ingest --shipped（不支持 PostgreSQL）。"
        )
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _learn(
    home: Path,
    note: FoldNote,
    material: Material,
    queries: Sequence[Query],
    networks: Mapping[int, Content],
    config: Config,
    key: str,
) -> None:
    ground = Ground(config, material, Tokens(note.model, config), [], None, [])  # type: ignore[arg-type]
    outside = [json.loads(line)["question"] for line in OUTSIDE.read_text("utf-8").splitlines()]
    chosen = [n for n, i in enumerate(material.ids) if fold_of(i, note.folds) != note.number]
    learnt = learn_all(ground, note.model, outside, chosen)
    write_prototypes(prototypes_path(key), learnt.prototypes.questions, learnt.prototypes.vectors)
    content = ranker_without(note.number, queries, networks, key, learnt.answerable)
    (home / "ranker" / "ranker.json").write_text(content.model_dump_json() + "\n", "utf-8")


def fill(kb: KnowledgeBase, on: date) -> None:
    """Index what ships and is law on the day, unless something is indexed already.

    What isn't law on the day is left out: no question of the day finds it, and embedding takes long.
    """
    if kb.store.count():
        return
    wanted = [p for unit in units(kb.catalog) for p in unit.passages if _law(p, on)]
    cache = open_cache(kb.settings)
    vectors = embed_passages_cached(kb.embedder, [p.embed_text for p in wanted], cache)
    cache.close()
    for at in range(0, len(wanted), _BATCH):
        some = zip(wanted[at : at + _BATCH], vectors[at : at + _BATCH], strict=True)
        kb.store.upsert([point(kb.lexical, p, vector) for p, vector in some])
    kb.store.optimize()
    kb.store.flush()
    if kb.ranking:
        kb.ranking.prepare()
    kb.refresh()


def _law(passage: Passage, on: date) -> bool:
    if passage.kind != "provision":
        return True
    since, until = passage.effective_from, passage.effective_until
    return (since is None or since <= on) and (until is None or until >= on)


def find_encoders(folder: Path, folds: int) -> list[Path]:
    """Return the encoder of each fold: folders of checkpoints whose names end in its number.

    Raises:
        BadRequest: a fold has none, or several.
    """
    found = []
    for n in range(folds):
        fitting = [p for p in sorted(folder.glob(f"*-{n}")) if (p / "model.safetensors").is_file()]
        if len(fitting) != 1:
            raise BadRequest(
                f"{folder} 里第 {n} 折的向量模型有 {len(fitting)} 个",
                "请用 fengqiao train 的 checkpoints 目录。",
            )
        found += fitting
    return found


def _networks(path: Path, queries: Sequence[Query], config: Config) -> dict[int, Content]:
    """Return the folds' networks; they are kept, for a fold made later."""
    form = TypeAdapter(dict[int, Content])
    if path.is_file():
        return form.validate_json(path.read_bytes())
    networks = fold_networks(queries, config.ranker, config.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(form.dump_json(networks))
    return networks


def main() -> None:
    """Make the folds asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="BEIR folder with queries.train.jsonl")
    parser.add_argument("--run", type=Path, required=True, help="--out of fengqiao train")
    parser.add_argument("--out", type=Path, required=True, help="where the homes go")
    parser.add_argument("--only", default="", help="numbers of folds, separated by commas; all by default")
    parser.add_argument("--precision", default="bf16", help="of the encoders")
    given = parser.parse_args()
    config, settings = load_config(), get_settings()
    material, queries = load_material(given.data), load_queries(given.run / "queries.npz")
    encoders = find_encoders(given.run / "checkpoints", config.folds)
    networks = _networks(given.out / "networks.json", queries, config)
    for n in [int(x) for x in given.only.split(",") if x] or range(config.folds):
        note = FoldNote(number=n, folds=config.folds, model=encoders[n].resolve(), precision=given.precision)
        told = lambda text: print(text, flush=True)  # noqa: E731, T201
        make_fold(given.out / f"fold-{n}", note, material, queries, networks, config, settings, told)


if __name__ == "__main__":
    main()
