import hashlib
import json
import os

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from eval.training.card import PARTS
from eval.training.export import MIN_COSINE, export
from kb.embedding.bert import Bert
from kb.embedding.precision import QUESTIONS
from kb.embedding.shipped_model import SUMS, problem
from kb.errors import BadRequest
from tests.eval.training.stand_in import DIM

CARD = {part: f"*{part}* costs $5" for part in PARTS} | {"license": "mit"}


def change(folder, name, factor):
    tensors = load_file(folder / "model.safetensors")
    tensors[name] = tensors[name] * factor
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def left_beside(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_half_the_bytes_and_the_same_vectors(trained, tmp_path):
    from sentence_transformers import SentenceTransformer

    target = tmp_path / "out" / "small"
    worst = export(trained, target, CARD)
    assert MIN_COSINE <= worst <= 1 + 1e-6
    assert {tensor.dtype for tensor in load_file(target / "model.safetensors").values()} == {torch.float16}
    plain = SentenceTransformer(str(target))
    assert {parameter.dtype for parameter in plain.parameters()} == {torch.float32}
    before = Bert(trained)
    texts = ["query: " + text for text in QUESTIONS]
    ours = np.vstack([before.encode(before.tokenize([text])) for text in texts])
    theirs = plain.encode(list(QUESTIONS), prompt_name="query")
    assert (ours * theirs).sum(1).min() >= 0.9999
    assert left_beside(target) == ["small"]


def test_digests_are_of_all_files_in_the_form_of_sha256sum(trained, tmp_path):
    target = tmp_path / "small"
    export(trained, target, CARD)
    files = {p.relative_to(target).as_posix(): p for p in target.rglob("*") if p.is_file() and p.name != SUMS}
    assert {"README.md", "model.safetensors", "1_Pooling/config.json"} < set(files)
    expected = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {name}" for name, p in sorted(files.items())]
    assert sorted((target / SUMS).read_text().splitlines()) == sorted(expected)
    assert problem(target) is None
    assert {oct(path.stat().st_mode & 0o777) for path in files.values()} == {"0o644"}


def test_the_same_input_gives_the_same_bytes(trained, tmp_path):
    one, two = tmp_path / "one" / "small", tmp_path / "two" / "small"
    export(trained, one, CARD)
    os.utime(trained / "model.safetensors", (1, 1))
    export(trained, two, CARD)
    assert (one / SUMS).read_bytes() == (two / SUMS).read_bytes()


def test_the_card_states_the_facts_and_holds_every_part(trained, tmp_path):
    target = tmp_path / "small"
    export(trained, target, CARD)
    card = (target / "README.md").read_text("utf-8")
    assert card.startswith("---\nlanguage: zh\nlicense: mit\n") and "\n# small\n" in card
    for title in ("What it is", "Data and licences", "Method", "Figures", "Limits", "How to reproduce"):
        assert f"\n## {title}\n" in card
    for part in set(PARTS) - {"license"}:
        assert f"*{part}* costs $5" in card
    pieces = json.loads((target / "config.json").read_text())["vocab_size"]
    assert f"{pieces} pieces, 1 layers, vectors of {DIM} numbers" in card


@pytest.mark.parametrize(
    "card",
    [
        {part: text for part, text in CARD.items() if part != "limits"},
        CARD | {"limits": " \n"},
        CARD | {"benchmarks": "none"},
    ],
)
def test_an_incomplete_card_is_refused(trained, tmp_path, card):
    with pytest.raises(BadRequest) as error:
        export(trained, tmp_path / "small", card)
    assert "limits" in error.value.message + error.value.hint
    assert left_beside(tmp_path / "small") == ["trained"]


def test_a_failed_export_leaves_the_last_one(trained, tmp_path):
    target = tmp_path / "small"
    export(trained, target, CARD)
    last = (target / SUMS).read_bytes()
    change(trained, "encoder.layer.0.output.dense.weight", 1e6)  # halves end at 65,504
    with pytest.raises(BadRequest, match="半精度"):
        export(trained, target, CARD)
    assert (target / SUMS).read_bytes() == last and problem(target) is None
    assert left_beside(target) == ["small", "trained"]


def test_an_export_replaces_the_last_one(trained, tmp_path):
    target = tmp_path / "small"
    export(trained, target, CARD)
    last = (target / SUMS).read_bytes()
    change(trained, "encoder.layer.0.output.dense.weight", 0.5)
    export(trained, target, CARD)
    assert (target / SUMS).read_bytes() != last and problem(target) is None


def test_a_folder_with_other_files_is_left_alone(trained, tmp_path):
    target = tmp_path / "papers"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    with pytest.raises(BadRequest, match="别的文件"):
        export(trained, target, CARD)
    assert (target / "thesis.txt").read_text() == "years of work"


def test_weights_that_vanish_as_halves_are_refused(trained, tmp_path):
    # Halves end at 6e-8: below that the whole first layer normalisation becomes zero.
    change(trained, "embeddings.LayerNorm.weight", 1e-9)
    change(trained, "embeddings.LayerNorm.bias", 1e-9)
    change(trained, "encoder.layer.0.attention.output.LayerNorm.weight", 1e-9)
    change(trained, "encoder.layer.0.attention.output.LayerNorm.bias", 1e-9)
    change(trained, "encoder.layer.0.output.LayerNorm.weight", 1e-9)
    change(trained, "encoder.layer.0.output.LayerNorm.bias", 1e-9)
    with pytest.raises(BadRequest, match="偏差"):
        export(trained, tmp_path / "small", CARD)


def test_a_vocabulary_of_another_size_is_refused(trained, tmp_path):
    config = json.loads((trained / "config.json").read_text())
    (trained / "config.json").write_text(json.dumps(config | {"vocab_size": 9}))
    with pytest.raises(BadRequest, match="词表"):
        export(trained, tmp_path / "small", CARD)


def test_another_kind_of_model_is_refused(tmp_path):
    with pytest.raises(BadRequest, match="不是可以导出的"):
        export(tmp_path, tmp_path / "small", CARD)
