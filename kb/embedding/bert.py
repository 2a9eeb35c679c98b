"""BERT with mean pooling, straight from a sentence-transformers folder.

Importing sentence-transformers and transformers costs 4 to 8 s, torch alone 1 to 2 s, and a person is
waiting for the first answer. This reads the same folder, computes the same vectors (a test holds the two
to 1e-5 of each other) and maps the vocabulary from the file instead of loading it. Folders of any other
architecture go through sentence-transformers: see load.py.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

from kb.embedding.base import Vectors

# int8 is for the linear layers after attention; what lies between them is computed in bf16.
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.bfloat16}


class Linear:
    """A frozen linear layer."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight, self.bias = weight, bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return x W^T + b for x of shape (..., in)."""
        return F.linear(x.to(self.weight.dtype), self.weight, self.bias).to(x.dtype)


class Int8Linear(Linear):
    """A linear layer in 8-bit integers: one scale for each output channel and for each token.

    torch's own dynamic quantisation has one scale for a whole batch and is being removed; its cosine to fp32
    here was .966, below our bar.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
        super().__init__((weight / scale).round().to(torch.int8).t().contiguous(), bias.clone())
        self.scale = scale.t().contiguous()

    def __call__(self, x: Tensor) -> Tensor:
        """Return x W^T + b for x of shape (..., in)."""
        flat = x.reshape(-1, x.shape[-1])
        scale = flat.abs().amax(1, keepdim=True).float().clamp_min(1e-12) / 127
        product = torch._int_mm((flat / scale).round().to(torch.int8), self.weight).float()
        out = torch.addcmul(self.bias, product.mul_(scale), self.scale).to(x.dtype)
        return out.view(*x.shape[:-1], -1)


class Bert:
    """A frozen BERT encoder with mean pooling and normalisation.

    Args:
        folder: a sentence-transformers folder that `folder.plain_bert` accepts.
        precision: fp32, bf16 or int8 (weights and activations of three linear layers in four).
        like: another precision of the same folder, to share its tokenizer with (for 250,000 pieces 300 MB and a second).
        depth: read only so many of the first layers, for `states`; all if None.
    """

    def __init__(
        self, folder: Path, precision: str = "fp32", like: "Bert | None" = None, depth: int | None = None
    ) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.dim: int = config["hidden_size"]
        self.heads: int = config["num_attention_heads"]
        self.eps: float = config["layer_norm_eps"]
        self.precision = precision
        self.dtype = _DTYPES[precision]
        limit = config["max_position_embeddings"]
        own = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))
        self.max_tokens: int = min(own.get("max_seq_length") or limit, limit)
        self.tokenizer: Tokenizer = like.tokenizer if like else _tokenizer(folder, self.max_tokens)
        with safe_open(folder / "model.safetensors", framework="pt") as file:
            self._load(file, depth or config["num_hidden_layers"])

    def _load(self, file: Any, layers: int) -> None:
        def get(name: str) -> Tensor:
            tensor: Tensor = file.get_tensor(name)
            return tensor.float()  # the shipped model's are halves

        def norm(name: str) -> tuple[Tensor, Tensor]:
            return get(f"{name}.weight").to(self.dtype), get(f"{name}.bias").to(self.dtype)

        # Mapped from the file, not read, and kept as stored: a question touches a dozen rows.
        self.words: Tensor = file.get_tensor("embeddings.word_embeddings.weight")
        self.positions = (
            get("embeddings.position_embeddings.weight") + get("embeddings.token_type_embeddings.weight")[0]
        )
        self.first_norm = get("embeddings.LayerNorm.weight").clone(), get("embeddings.LayerNorm.bias").clone()
        self.layers = []
        for n in range(layers):
            at = f"encoder.layer.{n}"
            qkv = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
            self.layers.append(
                (
                    self._linear(get, *qkv, exact=True),
                    self._linear(get, f"{at}.attention.output.dense"),
                    norm(f"{at}.attention.output.LayerNorm"),
                    self._linear(get, f"{at}.intermediate.dense"),
                    self._linear(get, f"{at}.output.dense"),
                    norm(f"{at}.output.LayerNorm"),
                )
            )

    def _linear(self, get: Callable[[str], Tensor], *names: str, exact: bool = False) -> "Linear":
        """Return one layer that computes the named ones together; an exact one is never in 8 bits.

        Queries and keys go into an exponential: 8 bits there cost more than in all other layers together.
        """
        weight = torch.cat([get(f"{name}.weight") for name in names])
        bias = torch.cat([get(f"{name}.bias") for name in names])
        if self.precision == "int8":
            # fp32, not bf16: the processors to which 8 bits matter most have no bf16.
            return Linear(weight, bias) if exact else Int8Linear(weight, bias)
        return Linear(weight.to(self.dtype), bias.to(self.dtype))

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return token ids, special tokens included, cut at the model's length."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    @torch.inference_mode()
    def encode(self, batch: Sequence[Sequence[int]]) -> Vectors:
        """Return (n, dim) unit vectors of tokenised texts. Similar lengths waste least."""
        rows, width = len(batch), max(map(len, batch))
        ids = torch.ones((rows, width), dtype=torch.long)
        lengths = torch.tensor([len(row) for row in batch])
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens)
        real = torch.arange(width)[None, :] < lengths[:, None]
        mask = None if bool(real.all()) else real[:, None, None, :]

        x = self._through(ids, mask)
        weights = real.to(torch.float32)[:, :, None]
        pooled = (x.float() * weights).sum(1) / weights.sum(1)
        out: Vectors = F.normalize(pooled, dim=1).numpy().astype(np.float32, copy=False)
        return out

    @torch.inference_mode()
    def states(self, tokens: Sequence[int]) -> Vectors:
        """Return (tokens, dim): what the last layer read makes of each token of one text."""
        out: Vectors = self._through(torch.tensor([list(tokens)]), None)[0].float().numpy()
        return out

    def _through(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """Return (n, width, dim) of the last layer for (n, width) token ids."""
        rows, width = ids.shape
        x = F.embedding(ids, self.words).float() + self.positions[:width]
        x = F.layer_norm(x, (self.dim,), *self.first_norm, self.eps).to(self.dtype)
        shape = (rows, width, 3, self.heads, self.dim // self.heads)
        for qkv, attention_out, norm_1, wide, narrow, norm_2 in self.layers:
            q, k, v = qkv(x).view(shape).permute(2, 0, 3, 1, 4)
            context = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            context = context.transpose(1, 2).reshape(rows, width, self.dim)
            x = F.layer_norm(x + attention_out(context), (self.dim,), *norm_1, self.eps)
            x = F.layer_norm(x + narrow(F.gelu(wide(x))), (self.dim,), *norm_2, self.eps)
        return x


def _tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    # Tokenizing is 3 % of the work; its own threads would only warn, or hang, where a caller forks.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer
