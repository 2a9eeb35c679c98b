import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from kb.embedding import precision
from kb.embedding.bert import Bert
from kb.embedding.builder import MANIFEST
from kb.embedding.folder import find_folder, fingerprint, plain_bert, prefixes
from kb.embedding.load import load_embedder
from kb.embedding.load import model_folder as model_folder_of
from kb.embedding.sentence import BertEmbedder, SentenceEmbedder, batches
from kb.errors import NotReady
from kb.settings import Settings

from .conftest import TEXTS


@pytest.fixture(scope="module")
def bert(model_folder):
    return BertEmbedder(model_folder, Bert(model_folder))


def test_equal_to_sentence_transformers(model_folder, bert):
    theirs = SentenceEmbedder(model_folder, "fp32")
    some = TEXTS[:4] + TEXTS[-1:]
    assert np.abs(theirs.embed_passages(some) - bert.embed_passages(some)).max() < 1e-5
    assert np.abs(theirs.embed_queries(some) - bert.embed_queries(some)).max() < 1e-5
    assert theirs.key == bert.key and theirs.dim == bert.dim == 384


def test_unit_vectors_in_the_order_given(bert):
    vectors = bert.embed_passages(TEXTS[:12])
    assert vectors.shape == (12, 384) and vectors.dtype == np.float32
    assert np.abs((vectors**2).sum(1) - 1).max() < 1e-5
    assert np.abs(bert.embed_passages(TEXTS[9:10])[0] - vectors[9]).max() < 1e-5  # batching changes nothing


def test_questions_and_passages_have_different_prefixes(bert):
    assert (bert.embed_queries(TEXTS[:1]) * bert.embed_passages(TEXTS[:1])).sum() < 0.999


def test_nearest_passage_is_the_one_about_the_question(bert):
    question = bert.embed_queries(["隔壁的树长过了界，枝条盖住了我家院子"])
    assert int((question @ bert.embed_passages(TEXTS[:12]).T).argmax()) == 0


@pytest.mark.parametrize("texts", [[], [""], [" \n"], ["一" * 100_000], ["\x00\ud83d 坏字符"[:1]]])
def test_odd_texts(bert, texts):
    vectors = bert.embed_passages(texts)
    assert vectors.shape == (len(texts), 384) and np.isfinite(vectors).all()


def test_progress_reaches_the_total(bert):
    seen = []
    bert.embed_passages(TEXTS[:8], seen.append)
    assert seen == sorted(seen) and seen[-1] == 8


@pytest.mark.parametrize("name", ["bf16", "int8"])
def test_faster_precisions_stay_close(model_folder, bert, name):
    fast = BertEmbedder(model_folder, Bert(model_folder, name, like=bert._model))
    assert fast.key == bert.key
    some = TEXTS[:8] + TEXTS[-1:]
    assert (fast.embed_passages(some) * bert.embed_passages(some)).sum(1).min() >= precision.MIN_COSINE


def test_batches_group_by_length_within_the_budget():
    lengths = [5, 100, 7, 90, 6, 300]
    groups = list(batches(lengths, 200))
    assert sorted(row for group in groups for row in group) == [0, 1, 2, 3, 4, 5]
    assert groups[-1] == [5]  # longer than the budget: alone, not lost
    assert all(len(group) * max(lengths[row] for row in group) <= 200 for group in groups[:-1])


class Slow:
    """An embedder of known speed and error, to test the choice by."""

    def __init__(self, seconds, cosine):
        self.seconds, self.cosine = seconds, cosine

    def _embed(self, texts):
        import time

        time.sleep(self.seconds)
        return np.tile(np.array([self.cosine, (1 - self.cosine**2) ** 0.5], np.float32), (len(texts), 1))

    embed_queries = embed_passages = _embed


def test_fastest_that_is_close_enough_is_chosen_and_remembered(tmp_path):
    models = {"fp32": Slow(0.003, 1.0), "bf16": Slow(0.001, 0.9999), "int8": Slow(0, 0.98)}
    said, note = [], tmp_path / "precision.json"
    assert precision.choose(models.__getitem__, "m", note, precision.PRECISIONS, said.append) == "bf16"
    assert "bf16" in said[-1]
    content = json.loads(note.read_text())
    assert content["precision"] == "bf16" and precision.cpu_name() in content["machine"]
    said.clear()
    assert precision.choose(lambda _: 1 / 0, "m", note, precision.PRECISIONS, said.append) == "bf16"
    assert not said
    with pytest.raises(ZeroDivisionError):  # another model is measured anew
        precision.choose(lambda _: 1 / 0, "other", note, precision.PRECISIONS, said.append)
    note.write_text("{")
    assert precision.choose(models.__getitem__, "m", note, precision.PRECISIONS, said.append) == "bf16"


def test_any_other_folder_goes_by_its_own_prompts(model_folder, tmp_path):
    copy = tmp_path / "my-e5-model"
    copy.mkdir()
    for path in model_folder.iterdir():
        if path.is_dir():
            shutil.copytree(path, copy / path.name)
        elif path.name == "model.safetensors":
            (copy / path.name).symlink_to(path.resolve())
        elif path.name != MANIFEST:
            shutil.copyfile(path, copy / path.name)
    config = copy / "config_sentence_transformers.json"
    assert plain_bert(copy) and prefixes(copy) == ("query: ", "passage: ")
    key = fingerprint(copy)

    config.write_text(json.dumps({"prompts": {"query": "问：", "document": "文："}}))
    assert prefixes(copy) == ("问：", "文：")
    assert fingerprint(copy) != key  # other prefixes, other vectors
    config.write_text(json.dumps({"prompts": {"query": "", "document": ""}}))
    assert prefixes(copy) == ("query: ", "passage: ")  # named after e5, says nothing of its own
    assert prefixes(copy.rename(tmp_path / "bge")) == ("", "")

    pooling = tmp_path / "bge" / "1_Pooling" / "config.json"
    pooling.write_text(json.dumps({"word_embedding_dimension": 384, "pooling_mode_cls_token": True}))
    assert not plain_bert(tmp_path / "bge")


def test_settings_decide(shipped_folder, tmp_path):
    settings = Settings(home=tmp_path, embedding_precision="bf16")
    model = load_embedder(settings)
    assert model.precision == "bf16" and load_embedder(settings) is model
    assert model.name == shipped_folder.name
    assert not settings.models_dir.exists()  # nothing is built for it
    for bad in (
        Settings(home=tmp_path, embedding_precision="fp64"),
        Settings(home=tmp_path, embedding_model=str(tmp_path)),
        Settings(home=tmp_path, embedding_model="nobody/no-such-model"),
    ):
        with pytest.raises(NotReady) as error:
            load_embedder(bad)
        assert error.value.hint
    with pytest.raises(NotReady):
        find_folder("../no/such/folder")


def test_the_built_model_can_be_asked_for(built_folder):
    settings = Settings(home=built_folder.parent.parent, embedding_model=built_folder.name)
    assert model_folder_of(settings) == built_folder


def test_cold_start_is_short_and_small(shipped_folder, tmp_path):
    code = (
        "import sys, time; t = time.monotonic()\n"
        "from kb.embedding.load import load_embedder\n"
        "load_embedder().embed_queries(['离婚后孩子归谁'])\n"
        "peak = next(l for l in open('/proc/self/status') if l.startswith('VmHWM'))\n"
        "print(time.process_time(), int(peak.split()[1]) // 1024)\n"
        "assert not {'sentence_transformers', 'transformers', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    env = {
        **os.environ,
        "FENGQIAO_HOME": str(tmp_path),
        "FENGQIAO_EMBEDDING_PRECISION": "bf16",
    }
    out = subprocess.run([sys.executable, "-c", code], check=True, env=env, capture_output=True, text=True)
    seconds, megabytes = map(float, out.stdout.split())
    assert seconds < 8  # processor time, so that a busy machine doesn't fail it; about 1.6 measured
    assert megabytes < 800  # about 390 measured
