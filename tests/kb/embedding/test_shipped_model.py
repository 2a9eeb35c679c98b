import hashlib
import json
import re
import shutil

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

import corpora
from kb.embedding.bert import Bert
from kb.embedding.folder import fingerprint, prefixes
from kb.embedding.load import load_embedder
from kb.embedding.precision import PASSAGES, QUESTIONS
from kb.embedding.sentence import BertEmbedder
from kb.embedding.shipped_model import NAME, SUMS, problem, shipped_model
from kb.errors import NotReady
from kb.settings import Settings
from tests.law_catalog import parsed_laws

from .conftest import TEXTS

MEGABYTE = 1_000_000
# Emoji (one, a family joined by U+200D, a flag), characters beyond the basic plane, an enclosed one, controls.
RARE = ["😀", "👨‍👩‍👧", "🇨🇳", "姓𠮷的邻居", "㐂𬀩𪚥", "㊙", "\x00\u200b\ufeff", "ไทย العربية"]


def tokenizer(folder):
    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


@pytest.fixture
def copy(shipped_folder, tmp_path):
    """The shipped folder under another root, free to be damaged."""
    target = tmp_path / "models" / NAME
    shutil.copytree(shipped_folder, target)
    return target


def test_it_is_what_the_settings_name():
    assert Settings.model_fields["embedding_model"].default == NAME


def test_digests_cover_every_file(shipped_folder):
    listed = {
        name: expected
        for expected, name in (line.split("  ") for line in (shipped_folder / SUMS).read_text().splitlines())
    }
    files = {p.relative_to(shipped_folder).as_posix(): p for p in shipped_folder.rglob("*") if p.is_file()}
    assert set(listed) == set(files) - {SUMS}
    for name, expected in listed.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == expected, name
    assert sum(p.stat().st_size for p in files.values()) <= 80 * MEGABYTE


def test_loads_plainly_and_computes_in_single_precision(shipped_folder):
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(shipped_folder))
    assert {str(p.dtype) for p in theirs.parameters()} == {"torch.float32"}
    ours = BertEmbedder(shipped_folder, Bert(shipped_folder))
    assert prefixes(shipped_folder) == ("query: ", "passage: ")
    for prompt, vectors in (
        ("query", ours.embed_queries(TEXTS[:6])),
        ("passage", ours.embed_passages(TEXTS[:6])),
    ):
        assert np.abs(theirs.encode(TEXTS[:6], prompt_name=prompt) - vectors).max() < 1e-5


def test_halves_are_widened_before_anything_is_computed(copy):
    weights = copy / "model.safetensors"
    with safe_open(weights, framework="np") as file:
        assert {file.get_slice(name).get_dtype() for name in file.keys()} == {"F16"}  # noqa: SIM118
    halves = Bert(copy)
    tokens = halves.tokenize(TEXTS)
    vectors = np.vstack([halves.encode([row]) for row in tokens])
    wide = {name: tensor.float() for name, tensor in load_file(weights).items()}
    weights.unlink()
    save_file(wide, weights, metadata={"format": "pt"})
    same = Bert(copy)
    assert np.array_equal(np.vstack([same.encode([row]) for row in tokens]), vectors)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: shutil.rmtree(folder), "目录不存在"),
        (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors"),
        (lambda folder: flip_last_byte(folder / "model.safetensors"), "model.safetensors"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "tokenizer.json"),
        (lambda folder: (folder / "1_Pooling" / "config.json").write_text("{}"), "1_Pooling/config.json"),
        (lambda folder: (folder / SUMS).unlink(), SUMS),
        (lambda folder: (folder / SUMS).write_text("not a list"), SUMS),
        (lambda folder: (folder / SUMS).write_bytes(b"\xff\xfe"), SUMS),
        (lambda folder: (folder / SUMS).write_text(""), SUMS),
    ],
)
def test_absent_or_damaged_is_said_in_chinese(copy, monkeypatch, damage, said):
    monkeypatch.setattr(corpora, "ROOT", copy.parent.parent)
    assert shipped_model() == copy
    damage(copy)
    settings = Settings(home=copy.parent.parent, embedding_model=NAME, embedding_precision="fp32")
    with pytest.raises(NotReady) as error:
        load_embedder(settings)
    assert said in error.value.message and "内置向量模型" in error.value.message
    assert "git clone" in error.value.hint and "FENGQIAO_EMBEDDING_MODEL=" in error.value.hint


def flip_last_byte(path):
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def test_the_card_may_be_edited(copy):
    key = fingerprint(copy)
    (copy / "README.md").write_text("notes of our own")
    assert problem(copy) is None and fingerprint(copy) == key


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config_sentence_transformers.json"])
def test_the_key_follows_the_content(shipped_folder, copy, name):
    assert fingerprint(copy) == fingerprint(shipped_folder)  # wherever it lies
    if name.endswith(".json"):
        content = json.loads((copy / name).read_text("utf-8"))
        (copy / name).write_text(json.dumps(content | {"changed": True}))
    else:
        flip_last_byte(copy / name)
    assert fingerprint(copy) != fingerprint(shipped_folder)


def test_legal_texts_are_cut_as_by_the_whole_vocabulary(shipped_folder, built_folder):
    # Without the few that carry markup of pictures: only its Latin words were cut from the vocabulary.
    everything = [article.text for law in parsed_laws().laws for article in law.articles]
    articles = [text for text in everything[::20] if not re.search("[A-Za-z]{3}", text)]
    assert len(articles) > 1000
    texts = [prefix + text for prefix in ("query: ", "passage: ") for text in TEXTS[:3]] + articles
    cut, whole = tokenizer(shipped_folder), tokenizer(built_folder)
    assert cut.get_vocab_size() < whole.get_vocab_size() / 5
    for text, ours, full in zip(texts, cut.encode_batch(texts), whole.encode_batch(texts), strict=True):
        assert ours.tokens == full.tokens, text


def test_everyday_chinese_has_no_unknown_piece(shipped_folder):
    cut = tokenizer(shipped_folder)
    unknown = cut.token_to_id("<unk>")
    for text in (*TEXTS, *QUESTIONS, *PASSAGES):
        assert unknown not in cut.encode(text).ids, text
    assert unknown in cut.encode("ไทย").ids  # or the check above could not fail


@pytest.mark.parametrize("text", RARE)
def test_rare_characters_do_no_harm(bert, text):
    alone, within, without = bert.embed_queries([text, f"邻居{text}把我家的树砍了", "邻居把我家的树砍了"])
    assert np.isfinite(alone).all() and abs(float(alone @ alone) - 1) < 1e-5
    assert within @ without > 0.8


@pytest.fixture(scope="module")
def bert(shipped_folder):
    return BertEmbedder(shipped_folder, Bert(shipped_folder))
