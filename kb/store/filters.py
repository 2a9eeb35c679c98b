"""`Filter` → conditions → each engine's own filter. What a filter means is decided in `conditions` alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kb.store.base import Filter
from kb.store.schema import checked_id, day

if TYPE_CHECKING:
    from qdrant_client import models as client_models

ID = "id"


@dataclass(frozen=True, slots=True)
class Condition:
    """One key with either the values it may have or bounds it must keep (both inclusive)."""

    key: str
    any_of: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


def conditions(filter: Filter | None) -> list[Condition]:
    """Return the conditions of a filter, the most selective kinds first; all must hold."""
    if filter is None:
        return []
    found: list[Condition] = []
    if filter.ids:
        found.append(Condition(ID, tuple(checked_id(id) for id in filter.ids)))
    for key, value in (("parent_id", filter.parent_id), ("source", filter.source), ("law", filter.law)):
        if value:
            found.append(Condition(key, (value,)))
    if filter.parent_ids:
        found.append(Condition("parent_id", filter.parent_ids))
    if filter.kinds:
        found.append(Condition("kind", filter.kinds))
    # National law and reviewed Q&A belong to no village, and hold in all of them.
    for key, value in (("village", filter.village), ("dispute_type", filter.dispute_type)):
        if value:
            found.append(Condition(key, ("", value)))
    if filter.scopes:
        found.append(Condition("scope", filter.scopes))
    if filter.on:
        found.append(Condition("effective_from", at_most=day(filter.on)))
        found.append(Condition("effective_until", at_least=day(filter.on)))
    return found


def any_scope(filter: Filter) -> Filter:
    """Return the filter without its scopes: for maintenance, never for a reader."""
    return replace(filter, scopes=())


def to_edge(filter: Filter | None) -> Any:
    """Return a `qdrant_edge.Filter`, or None when nothing is asked."""
    import qdrant_edge as qe

    must: list[Any] = []
    for condition in conditions(filter):
        if condition.key == ID:
            must.append(qe.HasIdCondition(set(condition.any_of)))
        elif len(condition.any_of) == 1:
            must.append(qe.FieldCondition(condition.key, match=qe.MatchValue(condition.any_of[0])))
        elif condition.any_of:
            must.append(qe.FieldCondition(condition.key, match=qe.MatchAny(list(condition.any_of))))
        else:
            bounds = qe.RangeFloat(gte=condition.at_least, lte=condition.at_most)
            must.append(qe.FieldCondition(condition.key, range=bounds))
    return qe.Filter(must=must) if must else None


def to_client(filter: Filter | None) -> client_models.Filter | None:
    """Return a `qdrant_client.models.Filter`, or None when nothing is asked."""
    from qdrant_client import models

    must: list[client_models.Condition] = []
    for condition in conditions(filter):
        key = condition.key
        if key == ID:
            must.append(models.HasIdCondition(has_id=list(condition.any_of)))
        elif condition.any_of:
            match = models.MatchAny(any=list(condition.any_of))
            must.append(models.FieldCondition(key=key, match=match))
        else:
            bounds = models.Range(gte=condition.at_least, lte=condition.at_most)
            must.append(models.FieldCondition(key=key, range=bounds))
    return models.Filter(must=must) if must else None
