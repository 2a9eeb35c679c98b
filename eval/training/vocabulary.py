"""Cut a multilingual vocabulary down to what Chinese law and everyday Chinese need.

A piece that no text of ours uses can't change how a text is cut: the tokenizer looks for the likeliest
sequence of pieces (Kudo 2018), and taking away losers leaves the winner. So the pruned model gives the same
vectors, to the bit, on every text made of kept pieces.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

#: Pieces kept whatever the texts: Chinese words, short Latin and digit pieces, punctuation.
_ALWAYS = re.compile(r"▁?(?:[一-鿿]+|[A-Za-z]{1,2}|[0-9]{1,4}|[^\w\s]{1,2})?")
_WORDS = "embeddings.word_embeddings.weight"


def used_pieces(folder: Path, texts: Iterable[str]) -> set[int]:
    """Return the ids of the pieces that these texts are cut into."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    used: set[int] = set()
    some: list[str] = []
    for text in texts:
        some.append(text)
        if len(some) == 1000:
            used.update(i for e in tokenizer.encode_batch(some) for i in e.ids)
            some = []
    used.update(i for e in tokenizer.encode_batch(some) for i in e.ids)
    return used


def prune(source: Path, target: Path, texts: Iterable[str]) -> int:
    """Write `source` with only the needed pieces to the folder `target`; return how many are kept."""
    tokenizer: dict[str, Any] = json.loads((source / "tokenizer.json").read_text("utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    special = {token["id"] for token in tokenizer["added_tokens"]}
    used = used_pieces(source, texts) | special
    kept = [n for n, (piece, _) in enumerate(vocabulary) if n in used or _ALWAYS.fullmatch(piece)]
    new_id = {old: new for new, old in enumerate(kept)}
    tokenizer["model"]["vocab"] = [vocabulary[n] for n in kept]
    tokenizer["model"]["unk_id"] = new_id[tokenizer["model"]["unk_id"]]
    for token in tokenizer["added_tokens"]:
        token["id"] = new_id[token["id"]]
    for token in tokenizer["post_processor"]["special_tokens"].values():
        token["ids"] = [new_id[n] for n in token["ids"]]

    target.mkdir(parents=True, exist_ok=True)
    (target / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    tensors = load_file(source / "model.safetensors")
    tensors[_WORDS] = tensors[_WORDS][torch.tensor(kept)].contiguous()
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((source / "config.json").read_text("utf-8")) | {"vocab_size": len(kept)}
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    for name in (
        "tokenizer_config.json",
        "modules.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "1_Pooling/config.json",
    ):
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_bytes((source / name).read_bytes())
    (target / "2_Normalize").mkdir(exist_ok=True)
    return len(kept)
