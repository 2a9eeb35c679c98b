from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file
from tokenizers import Tokenizer

from eval.training.export import export
from eval.training.vocabulary import prune, used_pieces
from kb.embedding.bert import Bert
from kb.embedding.folder import plain_bert
from tests.eval.training.stand_in import write_model
from tests.eval.training.test_export import CARD

KEPT, LOST = "mediation", "привет"
TEXTS = ["query: 邻居 mediation", "passage: 工资"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_model(
        tmp_path / "source", letters="привет邻居工资m12。", pieces=[KEPT, LOST, "house", "邻居"]
    )


def test_pieces_of_a_text(source: Path) -> None:
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    used = {tokenizer.id_to_token(n) for n in used_pieces(source, iter(TEXTS))}
    assert {KEPT, "邻居", "工", "资", "<s>", "</s>"} <= used
    assert not {LOST, "house", "邻", "<unk>"} & used


def test_kept_texts_keep_pieces_and_vectors(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    kept = prune(source, target, TEXTS)
    before, after = Bert(source), Bert(target)
    assert kept == after.words.shape[0] == after.tokenizer.get_vocab_size() < before.words.shape[0]
    texts = [*TEXTS, "passage: 邻居资工", "query: ma12。"]  # the others of pieces that always stay
    ours, theirs = before.tokenizer.encode_batch(texts), after.tokenizer.encode_batch(texts)
    assert [e.tokens for e in ours] == [e.tokens for e in theirs]
    assert [e.ids for e in ours] != [e.ids for e in theirs]
    vectors = [model.encode(model.tokenize(texts)) for model in (before, after)]
    assert np.array_equal(*vectors)


def test_what_nobody_needs_is_gone(source: Path, tmp_path: Path) -> None:
    prune(source, tmp_path / "target", TEXTS)
    vocabulary = Bert(tmp_path / "target").tokenizer.get_vocab()
    assert {KEPT, "邻", "邻居", "m", "▁", "<pad>", "<unk>"} <= set(vocabulary)
    assert not {LOST, "п", "house"} & set(vocabulary)


def test_the_rest_is_untouched_and_the_folder_is_a_model(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    prune(source, target, TEXTS)
    assert plain_bert(target)
    before, after = (load_file(folder / "model.safetensors") for folder in (source, target))
    changed = {name for name in before if before[name].shape != after[name].shape}
    assert changed == {"embeddings.word_embeddings.weight"}
    assert all(bool((before[name] == after[name]).all()) for name in set(before) - changed)
    export(target, tmp_path / "exported", CARD)
