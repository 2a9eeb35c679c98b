"""Sentences in everyday words, each beside provisions that it is true of, or is not: what the check learns from.

Those written for training (sets/sentences.jsonl) stand beside their own provision, and the true ones among them beside
others: what a search finds, the articles around, other 款 of the same article. Those for development
(eval/sets/claims-dev.jsonl) are by other writers and nearer to life; those held out are not read here.
"""

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

from assistant.grounding.beside import parts
from assistant.grounding.cited import Context, cited_in
from assistant.grounding.claims import split_claims
from assistant.grounding.entailment import LABELS
from assistant.grounding.quotes import quotations
from assistant.grounding.statement import statement
from eval.claims import DEVELOPMENT, load_pairs
from eval.claims import Pair as Claim
from kb.base import KnowledgeBase
from kb.citation.resolver import article_of
from kb.clock import today
from kb.model import Provision
from kb.search.types import SearchRequest

SENTENCES = Path(__file__).with_name("sets") / "sentences.jsonl"
#: Provisions found that each true sentence is read beside, of the first so many.
OTHERS, FOUND, SEED = 1, 6, 0
#: Articles around its own, of those at most so far away.
AROUND, RADIUS = 1, 3
WRONG = "wrong_article"
#: What the labels of pairs for development are called here; others keep their names.
_NAMES = {"flipped_modality": "flipped", "altered_number": "number", "repealed": WRONG, "invented_law": WRONG}
_T = TypeVar("_T")


class Pair(NamedTuple):
    """A sentence beside the text of provisions, and what it is to it (one of LABELS).

    Attributes:
        addresses: of the text.
        about: the article of which the sentence was written; for pairs of development the first that it cites.
        on: the day whose law counts.
    """

    statement: str
    text: str
    label: str
    addresses: tuple[str, ...]
    about: str
    on: date


def written(kb: KnowledgeBase) -> list[Pair]:
    """Return the sentences beside their provisions, the true ones beside wrong ones too; those about one article stand together.

    Raises:
        ValueError: a sentence's provision isn't on the shelves.
    """
    chance, found = random.Random(SEED), []  # noqa: S311 -- texts, not secrets
    for row in _rows():
        own = kb.resolve(row["address"], today())
        if not own.text or own.provision is None:
            raise ValueError(f"{row['address']}: {own.message}")
        beside = [(row["label"], own.address, own.text)]
        if row["label"] == LABELS[0]:
            wrong = [*_found(kb, row["claim"], own.provision, chance), *_around(kb, own.provision, chance)]
            wrong += [(a, text) for a, text in parts(own).items() if a != own.address]
            beside += [(WRONG, *one) for one in dict.fromkeys(wrong)]
        about = article_of(own.address)
        found += [Pair(row["claim"], text, label, (at,), about, today()) for label, at, text in beside]
    return sorted(found, key=lambda pair: pair.about)


def development(kb: KnowledgeBase) -> list[tuple[Claim, Pair]]:
    """Return the pairs for development that neither a quotation nor the citation itself decides, and what is read of them."""
    read = ((claim, _read(kb, claim)) for claim in load_pairs(kb, DEVELOPMENT))
    return [(claim, pair) for claim, pair in read if pair]


def _read(kb: KnowledgeBase, claim: Claim) -> Pair | None:
    context, said, cited = Context(), [], []
    for span in split_claims(claim.claim):
        citations = cited_in(kb, span, context).citations
        found = [kb.resolver.resolve(c, claim.on) for c in citations]
        spans = [(c.start, c.end) for c in citations if c.start >= 0]
        quoted = quotations(span.text, spans)
        if not found or any(not r.ok for r in found) or any(q.marked for q in quoted):
            return None
        said.append(statement(span.text, spans, quoted))
        cited += found
    if not cited:
        return None
    texts, label = dict.fromkeys(r.text for r in cited), _NAMES.get(claim.label, claim.label)
    addresses = tuple(dict.fromkeys(r.address for r in cited))
    return Pair("，".join(said), "\n".join(texts), label, addresses, article_of(addresses[0]), claim.on)


def _found(kb: KnowledgeBase, claim: str, own: Provision, chance: random.Random) -> list[tuple[str, str]]:
    """Return addresses and texts that a search finds in a provision's place."""
    request = SearchRequest(query=claim, kinds=["provision"], on=today(), limit=FOUND + 2)
    hits = [hit.address for hit in kb.search(request).hits if hit.address != own.address]
    others = [kb.resolve(address, today()) for address in _some(hits[:FOUND], OTHERS, chance)]
    return [(other.address, other.text) for other in others if other.ok and other.text]


def _around(kb: KnowledgeBase, own: Provision, chance: random.Random) -> list[tuple[str, str]]:
    return [(p.address, p.text) for p in _some(kb.catalog.neighbours(own, RADIUS), AROUND, chance)]


def _some(of: list[_T], most: int, chance: random.Random) -> list[_T]:
    return chance.sample(of, min(most, len(of)))


def _rows() -> Iterator[dict[str, str]]:
    return map(json.loads, SENTENCES.read_text("utf-8").splitlines())
