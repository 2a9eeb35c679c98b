"""A knowledge base of one short law, and corpora with a ranker whose weights are chosen by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import corpora
from ingest.pipeline import Pipeline
from kb.base import KnowledgeBase
from kb.embedding.load import load_embedder
from kb.ranking.questions import HEADER, text_print
from kb.settings import Settings, get_settings
from tests.ingest.tree import new_kb, statute_markdown
from tests.kb.ranking.handmade import content
from tests.law_catalog import parsed_laws

#: Asked word for word by the predicted question of FREE: by `asked` alone, its probability is 1.
ODD = "隔壁老王的无人机天天在我头上嗡嗡"
FREE = "人民调解法第四条"


def mediation_law(folder: Path) -> KnowledgeBase:
    """The People's Mediation Law alone, indexed under folder/home."""
    law = next(x for x in parsed_laws().laws if x.title.endswith("人民调解法"))
    (folder / "law.md").write_text(statute_markdown(law), encoding="utf-8")
    kb = new_kb(get_settings().home, folder / "home")
    assert not Pipeline(kb).run([folder / "law.md"]).failures
    return kb


def free_text() -> str:
    """The text of FREE."""
    law = next(x for x in parsed_laws().laws if x.title.endswith("人民调解法"))
    return next(a.text for a in law.articles if a.label == "第四条")


def ship(
    root: Path,
    patch: pytest.MonkeyPatch,
    weights: dict[str, float],
    questions: Sequence[tuple[str, str, str]],
) -> None:
    """Let corpora hold this ranker, for the default model, and these questions (address, text, question).

    Without weights there is no ranker.
    """
    key = load_embedder(Settings(home=get_settings().home)).key  # before corpora is moved
    root.mkdir()
    for path in corpora.ROOT.iterdir():
        if path.name not in ("ranker", "questions"):
            (root / path.name).symlink_to(path, target_is_directory=path.is_dir())
    if weights:
        (root / "ranker").mkdir()
        (root / "ranker" / "ranker.json").write_text(json.dumps(content(weights, key)), "utf-8")
    (root / "questions").mkdir()
    rows = [f"{address}\t{text_print(text)}\t{question}" for address, text, question in questions]
    (root / "questions" / "some.tsv").write_text("\n".join([HEADER, *rows]), "utf-8")
    patch.setattr(corpora, "ROOT", root)


def write_lines(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    """Write a .jsonl file."""
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path
