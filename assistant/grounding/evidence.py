"""What speaks for and against provisions bearing out a sentence that says it in other words: numbers, which support.py weighs.

Words shared; meaning (the search's own vectors, clause by clause); whether the search finds the provision cited or
another one for the sentence; numbers, modality and negation; what networks say that read both side by side
(entailment.py), of the provision, of others, of the articles around it and of what stands beside it in its article.
The length of a sentence is left out on purpose: in what was written for training it gives the label away, in life it doesn't.
"""

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.grounding import compare as rules
from assistant.grounding.beside import parts
from assistant.grounding.entailment import LABELS, Entailment, entailment
from assistant.grounding.numbers import missing, quantities
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.search.types import SearchRequest

#: What is said of the text cited, of other articles, of the other 款 and 项 of the article cited, and of the articles around it.
NAMES = (
    "shared", "shared back", "conflicts", "shared with another", "modality", "negation", "new modality", "negated",
    "provision negated", "numbers wrong", "numbers right", "numbers elsewhere", "meaning", "meaning alike", "least clause",
    "mean clause", "best clause", "nearer than another", "found", "another found", "rank", "entailed", "another entailed",
    "another more entailed", *(f"read as {label}" for label in LABELS), "parts", "part more entailed", "part shares more",
    "part nearer", "part has number", "neighbour more entailed", "neighbour shares more", "neighbour nearer",
)  # fmt: skip
_SENTENCE = re.compile(r"[^。；\n]+")
_FOUND, _OTHERS, _FAR = 30, 3, 8.0
#: Whoever mistakes an article often names one close by: of those so near, so many that share most words are read.
_RADIUS, _NEIGHBOURS = 3, 2
#: What the comparison with other parts, or articles around, is where there are none: as if they were far from it.
_NONE = {
    "parts": 0.0,
    "part more entailed": -3.0,
    "part shares more": -0.3,
    "part nearer": -0.05,
    "part has number": 0.0,
    "neighbour more entailed": -3.0,
    "neighbour shares more": -0.3,
    "neighbour nearer": -0.05,
}
Floats = NDArray[np.float64]
Values = dict[str, float]


class _Texts(NamedTuple):
    """What is read: exactly what is cited, the articles that it stands in, other parts of these, others found, those around."""

    cited: str
    articles: str
    parts: list[str]
    others: list[str]
    around: list[str]


def evidence(
    kb: KnowledgeBase,
    statement: str,
    cited: Sequence[Resolution],
    on: date,
    networks: Entailment | None = None,
) -> Floats:
    """Return (len(NAMES),) numbers that speak for or against support.

    Args:
        kb: the knowledge base, with a ranker.
        statement: the claim's own words, without citations and quotations.
        cited: provisions with a text, at least one.
        on: the day whose law counts.
        networks: that read both; the shipped ones by default.

    Raises:
        ValueError: there are no networks.
    """
    networks = networks or entailment()
    if networks is None:
        raise ValueError("no entailment networks")
    searched, others = _searched(kb, statement, cited, on)
    texts = _texts(cited, others, _around(kb, statement, cited))
    words, meaning = _words(statement, texts), _meaning(kb, statement, texts)
    values = _NONE | searched | words | meaning | _entailed(networks, statement, texts)
    return np.array([values[name] for name in NAMES])


def _around(kb: KnowledgeBase, statement: str, cited: Sequence[Resolution]) -> list[str]:
    """Return the texts of articles near those cited that share most words with the statement."""
    own = {r.provision.id for r in cited if r.provision}
    near = {
        p.id: p.text for r in cited if r.provision for p in kb.catalog.neighbours(r.provision, radius=_RADIUS)
    }
    texts = [text for id_, text in near.items() if id_ not in own]
    return sorted(texts, key=lambda text: rules.coverage(statement, text), reverse=True)[:_NEIGHBOURS]


def _texts(cited: Sequence[Resolution], others: list[str], around: list[str]) -> _Texts:
    read: list[str] = []
    beside: dict[str, str] = {}
    for found in cited:
        inside = parts(found)
        read.append(inside.get(found.address, found.text))
        beside |= inside
    for found in cited:
        beside.pop(found.address, None)
    return _Texts(
        "\n".join(dict.fromkeys(read)),
        "\n".join(dict.fromkeys(found.article_text for found in cited)),
        list(beside.values()),
        others,
        around,
    )


def _words(statement: str, texts: _Texts) -> Values:
    """What words, modality, negations and numbers say, by rule."""
    against = rules.compare(statement, texts.articles)
    numbers, unknown = quantities(statement), missing(statement, texts.articles)
    elsewhere = len(missing(statement, texts.cited))
    values = {
        "shared": against.coverage,
        "shared back": rules.coverage(texts.cited, statement),
        "conflicts": len(against.conflicts),
        "shared with another": max((rules.coverage(statement, text) for text in texts.others), default=0.0),
        "new modality": float(bool(rules.modes(statement) - rules.modes(texts.cited))),
        "negated": float(bool(rules.negations(statement))),
        "provision negated": float(bool(rules.negations(texts.cited))),
        "numbers wrong": len(unknown),
        "numbers right": len(numbers) - len(unknown),
        "numbers elsewhere": elsewhere,
    }
    if texts.parts:
        shared = max(rules.coverage(statement, text) for text in texts.parts)
        still = min(len(missing(statement, f"{texts.cited}\n{text}")) for text in texts.parts)
        values["parts"] = 1.0
        values["part shares more"] = max(shared - rules.coverage(statement, texts.cited), -0.5)
        values["part has number"] = elsewhere - still
    if texts.around:
        shared = max(rules.coverage(statement, text) for text in texts.around)
        values["neighbour shares more"] = max(shared - rules.coverage(statement, texts.articles), -0.5)
    return values


def _meaning(kb: KnowledgeBase, statement: str, texts: _Texts) -> Values:
    """What the search's vectors say, whole and clause by clause."""
    theirs = [s for s in _SENTENCE.findall(texts.cited) if len(s) > 3] + (
        _clauses(texts.cited) or [texts.cited]
    )
    mine = _clauses(statement) or [statement]
    asked = kb.embedder.embed_queries([statement])[0]
    read = ([statement, texts.cited, texts.articles], theirs, mine, texts.others, texts.parts, texts.around)
    vectors = kb.embedder.embed_passages([text for some in read for text in some])
    (said, whole, articles), law, own, others, beside, around = _split(vectors, read)
    likeness = own @ law.T
    best = likeness.max(axis=1)
    modality, negation = _polarity(mine, [theirs[int(n)] for n in likeness.argmax(axis=1)], best)
    values = {
        "meaning": float(asked @ whole),
        "meaning alike": float(said @ whole),
        "least clause": float(best.min()),
        "mean clause": float(best.mean()),
        "best clause": float(likeness.max()),
        "nearer than another": float(asked @ articles - (others @ asked).max()) if texts.others else 0.0,
        "modality": modality,
        "negation": negation,
    }
    if texts.parts:
        values["part nearer"] = float((beside @ asked).max() - asked @ whole)
    if texts.around:
        values["neighbour nearer"] = float((around @ asked).max() - asked @ articles)
    return values


def _polarity(mine: Sequence[str], theirs: Sequence[str], weight: NDArray[np.float32]) -> tuple[float, float]:
    """Return how much of the statement differs in modality, and in negation, from its nearest clauses."""
    modality = negation = 0.0
    for own, other, share in zip(mine, theirs, weight.tolist(), strict=True):
        said, written = rules.modes(own), rules.modes(other)
        modality += share * bool(said and written and not said & written)
        negation += share * ((rules.negations(own) - rules.negations(other)) % 2)
    return modality, negation


def _searched(
    kb: KnowledgeBase, statement: str, cited: Sequence[Resolution], on: date
) -> tuple[Values, list[str]]:
    """What the search says that finds provisions for the statement; and the first other articles' texts."""
    request = SearchRequest(query=statement, kinds=["provision"], on=on, limit=_FOUND)
    hits = kb.search(request).hits
    own = {r.provision.address for r in cited if r.provision}
    there = [hit.address in own for hit in hits]

    def best(ours: bool) -> float:
        return max((h.probability or 0.0 for h, o in zip(hits, there, strict=True) if o is ours), default=0.0)

    values = {
        "found": _log_odds(best(True)),
        "another found": _log_odds(best(False)),
        "rank": math.log1p(there.index(True) if True in there else _FOUND),
    }
    return values, [h.text for h in hits[: _OTHERS + 2] if h.address not in own][:_OTHERS]


def _entailed(networks: Entailment, statement: str, texts: _Texts) -> Values:
    """What the networks say of the text cited and of other articles: log odds, none beyond _FAR; and as what they read it."""
    there = ([texts.cited], texts.others, texts.parts, texts.around)
    read = networks.read(statement, [text for some in there for text in some])
    (own,), others, beside, around = map(list, _split(np.clip(read.odds, -_FAR, _FAR), there))
    another = max(others, default=-_FAR)
    values = {
        "entailed": own,
        "another entailed": another,
        "another more entailed": min(max(another - own, 0.0), _FAR),
        **{f"read as {label}": share for label, share in zip(LABELS, read.shares[0].tolist(), strict=True)},
    }
    if beside:
        values["part more entailed"] = _between(max(beside) - own)
    if around:
        values["neighbour more entailed"] = _between(max(around) - own)
    return values


def _split(made: NDArray[Any], of: Sequence[Sequence[str]]) -> list[NDArray[Any]]:
    """Return what was made of the texts of each group."""
    return np.split(made, np.cumsum([len(texts) for texts in of])[:-1])


def _clauses(text: str) -> list[str]:
    return [c for c in rules.clauses(text) if len(c) >= 3]


def _between(difference: float, most: float = 6.0) -> float:
    return min(max(difference, -most), most)


def _log_odds(p: float) -> float:
    return math.log((p + 1e-3) / (1 - p + 1e-3))
