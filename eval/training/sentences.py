"""Sentences in everyday words written for training (sets/sentences.jsonl), beside provisions that they are true of, or are not.

Those for development (eval/sets/claims-dev.jsonl) are by another writer; those held out are not read here.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assistant.grounding.beside import parts
from assistant.grounding.entailment import LABELS
from kb.base import KnowledgeBase
from kb.clock import today
from kb.search.types import SearchRequest

SENTENCES = Path(__file__).with_name("sets") / "sentences.jsonl"
#: Other provisions that each true sentence is read beside, of the first so many that a search finds.
OTHERS, FOUND, SEED = 2, 6, 0
WRONG = "wrong_article"


class Pair(NamedTuple):
    """A sentence beside a provision's text, and what it is to it (one of LABELS).

    Attributes:
        address: of the text.
        about: the address of which the sentence was written.
    """

    statement: str
    text: str
    label: str
    address: str = ""
    about: str = ""


def pairs(kb: KnowledgeBase) -> list[Pair]:
    """Return the sentences beside their provisions, the true ones beside others too.

    Raises:
        ValueError: a sentence's provision isn't on the shelves.
    """
    chance, on, found = random.Random(SEED), today(), []  # noqa: S311 -- texts, not secrets
    for row in _written():
        own = kb.resolve(row["address"], on)
        if not own.text or own.provision is None:
            raise ValueError(f"{row['address']}: {own.message}")
        found.append(Pair(row["claim"], own.text, row["label"], row["address"], row["address"]))
        if row["label"] != LABELS[0]:
            continue
        request = SearchRequest(query=row["claim"], kinds=["provision"], on=on, limit=FOUND + 2)
        hits = [h.address for h in kb.search(request).hits if h.address != own.provision.address][:FOUND]
        for address in chance.sample(hits, min(OTHERS, len(hits))):
            other = kb.resolve(address, on)
            if other.ok and other.text:
                found.append(Pair(row["claim"], other.text, WRONG, address, row["address"]))
    return found


def wrong_parts(kb: KnowledgeBase) -> list[Pair]:
    """Return the true sentences beside each other 款 of the article whose 款 they were written of."""
    found = []
    for row in _written():
        if row["label"] != LABELS[0]:
            continue
        own = kb.resolve(row["address"], today())
        found += [
            Pair(row["claim"], text, WRONG, address, row["address"])
            for address, text in parts(own).items()
            if address != own.address
        ]
    return found


def _written() -> Iterator[dict[str, str]]:
    return map(json.loads, SENTENCES.read_text("utf-8").splitlines())
