"""The model card of the shipped model: README.md of its folder, in the form that model hubs read."""

from collections.abc import Mapping
from string import Template
from typing import Any

from kb.errors import BadRequest

#: What the card is told, as Markdown; `license` is an SPDX name in small letters.
PARTS = ("license", "data", "method", "figures", "limits", "reproduce")

_CARD = Template("""\
---
language: zh
license: $license
library_name: sentence-transformers
pipeline_tag: sentence-similarity
base_model: intfloat/multilingual-e5-small
tags: [sentence-transformers, feature-extraction, legal, chinese]
---

# $name

## What it is

A sentence embedding model that finds provisions of Chinese law for questions in everyday words. It is
multilingual-e5-small, fine-tuned, its vocabulary cut to what Chinese legal texts and everyday Chinese need:
$parameters M parameters, $vocabulary pieces, $layers layers, vectors of $dim numbers, texts of up to $tokens
tokens. Weights are stored in half precision and computed in single.

A question is prefixed with `$query`, a passage with `$passage`:

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("$name")  # the path of this folder
questions = model.encode(["邻居家树枝伸到我家院子怎么办？"], prompt_name="query")
passages = model.encode(["相邻关系", "彩礼返还"], prompt_name="passage")
print(questions @ passages.T)
```

`sha256sum -c SHA256SUMS` checks the files.

## Data and licences

$data

## Method

$method

## Figures

$figures

## Limits

$limits

## How to reproduce

$reproduce
""")


def render(name: str, config: Mapping[str, Any], prompts: Mapping[str, str], parts: Mapping[str, str]) -> str:
    """Return the card.

    Args:
        name: the model's name.
        config: of the network, as in config.json, with `parameters`, their number.
        prompts: what goes before a `query` and before a `passage`.
        parts: the texts of `PARTS`.

    Raises:
        BadRequest: a part is missing, empty or unknown.
    """
    wrong = [n for n in PARTS if not str(parts.get(n, "")).strip()] + sorted(set(parts) - set(PARTS))
    if wrong:
        raise BadRequest(
            f"模型说明的内容不对：{'、'.join(wrong)}", f"需要且只需要这些部分：{'、'.join(PARTS)}。"
        )
    return _CARD.substitute(
        {part: text.strip() for part, text in parts.items()},
        name=name,
        parameters=f"{config['parameters'] / 1e6:.1f}",
        vocabulary=f"{config['vocab_size']:,}",
        layers=config["num_hidden_layers"],
        dim=config["hidden_size"],
        tokens=config["max_position_embeddings"],
        query=prompts["query"],
        passage=prompts["passage"],
    )
