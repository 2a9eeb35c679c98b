"""A BERT with random weights, small enough to train in a moment, in a folder as training leaves it."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from kb.embedding.precision import PASSAGES, QUESTIONS

DIM, WIDE, LENGTH = 32, 64, 128


def write_model(folder: Path, layers: int = 1, letters: str = "", pieces: Sequence[str] = ()) -> Path:
    """Write the model and return the folder.

    Args:
        letters: characters that the vocabulary holds besides those of our sample texts.
        pieces: longer pieces that it holds.
    """
    (folder / "1_Pooling").mkdir(parents=True)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    characters = sorted(set("".join((*QUESTIONS, *PASSAGES, "query: passage: ▁", letters))))
    vocabulary = special + characters + list(pieces)
    tokenizer = Tokenizer(Unigram([(piece, -5.0) for piece in vocabulary], unk_id=3))
    tokenizer.add_special_tokens(special)
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))

    shapes = {
        "embeddings.word_embeddings": [(len(vocabulary), DIM)],
        "embeddings.position_embeddings": [(LENGTH, DIM)],
        "embeddings.token_type_embeddings": [(2, DIM)],
        "embeddings.LayerNorm": [(DIM,), (DIM,)],
        "pooler.dense": [(DIM, DIM), (DIM,)],
    }
    for n in range(layers):
        shapes |= {
            f"encoder.layer.{n}.attention.self.query": [(DIM, DIM), (DIM,)],
            f"encoder.layer.{n}.attention.self.key": [(DIM, DIM), (DIM,)],
            f"encoder.layer.{n}.attention.self.value": [(DIM, DIM), (DIM,)],
            f"encoder.layer.{n}.attention.output.dense": [(DIM, DIM), (DIM,)],
            f"encoder.layer.{n}.attention.output.LayerNorm": [(DIM,), (DIM,)],
            f"encoder.layer.{n}.intermediate.dense": [(WIDE, DIM), (WIDE,)],
            f"encoder.layer.{n}.output.dense": [(DIM, WIDE), (DIM,)],
            f"encoder.layer.{n}.output.LayerNorm": [(DIM,), (DIM,)],
        }
    random = torch.Generator().manual_seed(1)
    tensors = {
        f"{name}.{part}": torch.randn(shape, generator=random)
        for name, both in shapes.items()
        for part, shape in zip(("weight", "bias"), both, strict=False)
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    module = "sentence_transformers.models"
    modules = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    for name, content in {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": len(vocabulary),
            "hidden_size": DIM,
            "num_hidden_layers": layers,
            "num_attention_heads": 2,
            "intermediate_size": WIDE,
            "hidden_act": "gelu",
            "max_position_embeddings": LENGTH,
            "type_vocab_size": 2,
            "layer_norm_eps": 1e-12,
            "pad_token_id": 1,
            "dtype": "bfloat16",  # wrong on purpose: what is exported says otherwise
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": LENGTH,
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "modules.json": [
            {"idx": n, "name": name, "path": path, "type": f"{module}.{kind}"}
            for n, (name, path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": LENGTH, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
        "1_Pooling/config.json": {"word_embedding_dimension": DIM, "pooling_mode_mean_tokens": True},
    }.items():
        (folder / name).write_text(json.dumps(content))
    return folder
