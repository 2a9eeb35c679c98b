"""A home folder whose model, ranker and refusal never saw one fold of the judged questions.

`python -m eval.training.answers` makes such folders; `fengqiao eval answers --folds` asks them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

import corpora
from assistant.chat.confidence import weights
from kb.base import KnowledgeBase
from kb.errors import BadRequest
from kb.settings import Settings

NOTE = "fold.json"
_HINT = "请用 python -m eval.training.answers 重新生成。"


class FoldNote(BaseModel):
    """What fold.json says: which questions the folder is for, and with which model it is opened."""

    model_config = ConfigDict(extra="forbid")

    number: int
    folds: int
    model: Path
    precision: str


def fold_settings(home: Path, note: FoldNote, settings: Settings) -> Settings:
    """Return the settings with which a fold's home is opened."""
    own = {"home": home, "embedding_model": str(note.model), "embedding_precision": note.precision}
    return settings.model_copy(update=own)


def find_folds(folder: Path) -> dict[int, tuple[Path, FoldNote]]:
    """Return by number the homes of folds under a folder, each with its note.

    Raises:
        BadRequest: there is none, a note can't be read, or two homes split the questions differently.
    """
    found = {}
    for path in sorted(folder.glob(f"*/{NOTE}")):
        try:
            note = FoldNote.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise BadRequest(f"{path} 读不出来", _HINT) from error
        found[note.number] = (path.parent, note)
    if not found:
        raise BadRequest(f"{folder} 里没有做好的折", _HINT)
    if len({note.folds for _, note in found.values()}) > 1:
        raise BadRequest(f"{folder} 里各折的总数不一样", _HINT)
    return found


@contextmanager
def standing_in(home: Path) -> Iterator[None]:
    """Let what `home`/ranker holds stand in for the shipped corpora/ranker; all else stays as it ships."""
    root = home / "corpora"
    root.mkdir(parents=True, exist_ok=True)
    (home / "ranker").mkdir(exist_ok=True)
    shipped = corpora.ROOT
    for path in [*shipped.iterdir(), home / "ranker"]:
        link = root / path.name
        target = (home / "ranker" if path.name == "ranker" else path).resolve()
        if link.is_symlink() and link.resolve() != target:
            link.unlink()
        if not link.is_symlink():
            link.symlink_to(target, target_is_directory=path.is_dir())
    corpora.ROOT = root
    weights.cache_clear()
    try:
        yield
    finally:
        corpora.ROOT = shipped
        weights.cache_clear()


@contextmanager
def opened_fold(home: Path, note: FoldNote, settings: Settings) -> Iterator[KnowledgeBase]:
    """Open a fold's knowledge base with its own ranker and refusal.

    Raises:
        kb.store.lock.IndexHeld: another process has it.
    """
    with standing_in(home), KnowledgeBase.open(fold_settings(home, note, settings)) as kb:
        yield kb
