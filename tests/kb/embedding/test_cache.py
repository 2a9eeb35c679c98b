import hashlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from kb.embedding.cache import EmbeddingCache, content_hash, embed_passages_cached
from kb.embedding.shipped import Shipped, quantise, write_shipped


class Counting:
    """A deterministic stand-in for a model: the cache must not depend on one."""

    name = key = "counting-1"
    dim = 8
    precision = "fp32"

    def __init__(self):
        self.texts = []

    def embed_passages(self, texts, progress=None):
        self.texts += texts
        if progress:
            progress(len(texts))
        return np.vstack([unit(text) for text in texts])


def unit(text, dim=8):
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    vector = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture
def cache(tmp_path):
    cache = EmbeddingCache(tmp_path / "deep" / "cache.db")
    yield cache
    cache.close()


def test_only_what_changed_is_computed(cache):
    model = Counting()
    first = embed_passages_cached(model, ["甲", "乙", "甲"], cache)
    assert sorted(model.texts) == ["乙", "甲"]  # each distinct text once
    model.texts.clear()
    seen = []
    second = embed_passages_cached(model, ["乙", "丙", "甲"], cache, progress=seen.append)
    assert model.texts == ["丙"] and seen == [2, 3]
    assert (first[0] == first[2]).all() and (second[2] == first[0]).all() and (second[0] == first[1]).all()
    assert np.abs(first[0] - unit("甲")).max() < 1e-3


def test_models_do_not_share(cache):
    model, other = Counting(), Counting()
    embed_passages_cached(model, ["甲"], cache)
    other.key = "counting-2"
    embed_passages_cached(other, ["甲"], cache)
    assert other.texts == ["甲"] and cache.count("counting-1") == cache.count("counting-2") == 1


def test_nothing_to_do(cache):
    assert embed_passages_cached(Counting(), [], cache).shape == (0, 8)
    assert embed_passages_cached(Counting(), ["甲"], None).shape == (1, 8)


def test_survives_the_death_of_the_writer(tmp_path):
    path = tmp_path / "cache.db"
    code = (
        "import numpy as np; from pathlib import Path; from kb.embedding.cache import EmbeddingCache\n"
        f"cache = EmbeddingCache(Path({str(path)!r})); n = 0\n"
        "while True:\n"
        "    cache.put('m', [bytes([n % 256, n // 256]) + bytes(14)], np.full((1, 4), .5, np.float32)); n += 1\n"
        "    print(n, flush=True)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    acknowledged = [int(run.stdout.readline()) for _ in range(50)][-1]
    time.sleep(0.05)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    cache = EmbeddingCache(path)
    assert cache.count("m") >= acknowledged
    cache.close()


def test_two_processes_at_once(tmp_path):
    path = tmp_path / "cache.db"
    code = (
        "import sys, numpy as np; from pathlib import Path; from kb.embedding.cache import EmbeddingCache\n"
        f"cache = EmbeddingCache(Path({str(path)!r}))\n"
        "for n in range(50):\n"
        "    cache.put('m', [bytes([int(sys.argv[1]), n]) + bytes(14)], np.full((1, 4), .5, np.float32))\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, who]) for who in ("1", "2")]
    assert [run.wait(60) for run in runs] == [0, 0]
    cache = EmbeddingCache(path)
    assert cache.count("m") == 100
    cache.close()


def test_shipped_vectors_come_before_computing(tmp_path, cache):
    texts = ["甲", "乙", "丙", "乙"]
    vectors = np.vstack([unit(text, 384) for text in texts])
    path = tmp_path / "vectors" / "m.npz"
    write_shipped(path, [content_hash(text) for text in texts], vectors)
    shipped = Shipped(path)
    assert len(shipped) == 3  # 乙 once
    found = shipped.get([content_hash(t) for t in ("丙", "甲", "没有")])
    assert set(found) == {content_hash("丙"), content_hash("甲")}
    assert found[content_hash("甲")] @ vectors[0] > 0.9999
    assert abs(np.linalg.norm(found[content_hash("甲")]) - 1) < 1e-6

    model = Counting()
    model.dim = 384
    model.embed_passages = lambda texts, progress=None: pytest.fail("all were shipped")
    out = embed_passages_cached(model, texts, cache, [shipped])
    assert (out * vectors).sum(1).min() > 0.9999


def test_shipped_file_has_the_same_bytes_for_the_same_input(tmp_path):
    texts = [f"文{n}" for n in range(50)]
    hashes, vectors = [content_hash(t) for t in texts], np.vstack([unit(t, 16) for t in texts])
    write_shipped(tmp_path / "a.npz", hashes, vectors)
    write_shipped(tmp_path / "b.npz", hashes[::-1], vectors[::-1])
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_no_shipped_file_is_an_empty_one(tmp_path):
    assert len(Shipped(tmp_path / "none.npz")) == 0
    assert Shipped(tmp_path / "none.npz").get([bytes(16)]) == {}


def test_quantise_by_hand():
    codes, scales = quantise(np.array([[1.0, -0.5, 0.0]], np.float32))
    assert codes.tolist() == [[127, -64, 0]]  # -63.5 rounds to even
    assert scales[0] == pytest.approx(1 / 127)
