"""What the rest of the system knows of an embedding model."""

import sys
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
Notify = Callable[[str], None]


class Embedder(Protocol):
    """A model that turns texts into L2-normalised vectors.

    Attributes:
        name: the model's name, for people.
        key: fingerprint of weights, tokenizer and prefixes; the same at every precision. Vectors with
            different keys must not be mixed.
        dim: length of a vector.
        precision: what it computes in (fp32, bf16, int8).
    """

    name: str
    key: str
    dim: int
    precision: str

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) unit vectors of questions."""
        ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return (n, dim) unit vectors of passages; `progress` gets the number done after each batch."""
        ...


def tell(message: str) -> None:
    """Show a one-off notice to whoever started the program, whatever the logging set-up."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()
