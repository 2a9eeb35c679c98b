"""Folders of models on the way: each says what it was made from, so that a stopped run resumes and a changed one doesn't."""

import hashlib
import json
import shutil
from pathlib import Path

from safetensors.torch import save_file

from eval.training.encoder import Encoder

_DONE = "done"  # holds the key; written last


def key_of(*parts: object) -> str:
    """Return a digest of JSON-ready parts."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def finished(folder: Path, key: str) -> bool:
    """Say whether the folder was completed, from what the key stands for."""
    done = folder / _DONE
    return done.is_file() and done.read_text("utf-8") == key


def fresh(target: Path) -> Path:
    """Return the folder to write `target` to until `finish`; what an interrupted run left there is gone."""
    folder = target.with_name(target.name + ".new")
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def finish(target: Path, key: str) -> None:
    """Put what was written to `fresh(target)` in the place of `target`."""
    folder = target.with_name(target.name + ".new")
    (folder / _DONE).write_text(key, "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    folder.rename(target)


def save(encoder: Encoder, source: Path, target: Path, key: str) -> None:
    """Write the encoder as a sentence-transformers folder: the files of `source` with its weights."""
    folder = fresh(target)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("model.safetensors", _DONE))
    tensors = {name: tensor.contiguous() for name, tensor in encoder.tensors().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    finish(target, key)
