"""What is stored of a passage: its vectors and its payload."""

import numpy as np

from kb.embedding.base import Vectors
from kb.lexical.encoder import LexicalEncoder, SparseVector
from kb.model import Passage
from kb.ranking.causes import Causes
from kb.store.base import Point
from kb.store.schema import payload_of


def lexical_vector(lexical: LexicalEncoder, passage: Passage) -> SparseVector:
    """Return the BM25 vector of text, address, title, and of what laypeople ask (Nogueira et al. 2019)."""
    text = f"{passage.text}\n{passage.asked}" if passage.asked else passage.text
    return lexical.encode_passage(text, f"{passage.address} {passage.title}")


def point(lexical: LexicalEncoder, passage: Passage, dense: Vectors, causes: Causes | None = None) -> Point:
    """Return the point of a passage whose vector (dim,) is known; a case's with the causes it could be of."""
    payload = payload_of(passage)
    if causes is not None and passage.kind == "case":
        payload["causes"] = causes.profile(np.asarray(dense, np.float32))
    return Point(passage.id, dense, lexical_vector(lexical, passage), payload)
