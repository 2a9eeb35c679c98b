"""The lower half of the shipped encoder: what it makes of each piece of a text.

Small networks read it that look at words in their context: names in redaction, and whether a question can be answered.
The upper half, trained to tell what a text is about, forgets much of that. Whatever model searches, this one is read.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from kb.embedding.shipped_model import shipped_model

if TYPE_CHECKING:
    from kb.embedding.bert import Bert

#: Layers read. For names the lowest three were worse on a hand held out, three and six together no better.
DEPTH = 6


@lru_cache
def lower_half() -> "Bert":
    """Return it, loaded once for the process.

    Raises:
        NotReady: the shipped model is absent or damaged.
    """
    import torch

    from kb.embedding.bert import Bert

    fast = torch.ops.mkldnn._is_mkldnn_bf16_supported()  # elsewhere bf16 is emulated
    return Bert(shipped_model(), "bf16" if fast else "fp32", depth=DEPTH)
