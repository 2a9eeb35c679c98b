"""What an answer cites, with state and dates: the chat and the check name provisions, the route of provisions dates them."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter

from cli.client import ServiceError

Send = Callable[[str, dict[str, Any]], dict[str, Any]]


class Source(BaseModel):
    """A provision that an answer cites; dates are null where it isn't a provision of the library."""

    address: str
    law: str = ""
    quote: str = Field("", description="the words cited, or the provision's own")
    in_force: bool | None = Field(None, description="on the day asked")
    state_label: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    verified: bool | None = Field(None, description="the quotation was compared with the text in force")
    note: str = Field("", description="what to heed, in Chinese")


SOURCES_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        k: v
        for k, v in TypeAdapter(list[Source]).json_schema()["$defs"]["Source"].items()
        if k != "description"
    },
    "description": "所引的每一条：地址、引文、效力状态、施行和失效日期",
}


def sources_of(answer: dict[str, Any], send: Send) -> list[dict[str, Any]]:
    """Return each provision that an answer of the chat or of the check cites, once, in order.

    Args:
        answer: of /ask or /check, as JSON.
        send: asks a route: its path below /api/v1 and the body.
    """
    found: dict[str, Source] = {}
    for cited in _cited(answer):
        if cited.address and cited.address not in found:
            found[cited.address] = _dated(cited, answer["on"], send)
    return [source.model_dump(mode="json") for source in found.values()]


def _cited(answer: dict[str, Any]) -> Iterator[Source]:
    holders = [answer, *answer.get("blocks", []), *answer.get("claims", [])]
    for citation in (c for holder in holders for c in holder.get("citations", [])):
        exact = citation.get("verified", citation.get("quote_matches"))
        yield Source(
            address=citation["address"],
            quote=citation.get("quote") or citation.get("text") or "",
            in_force=citation.get("in_force"),
            state_label=citation.get("state_label", ""),
            verified=exact,
            note=citation.get("note", ""),
        )


def _dated(cited: Source, on: str, send: Send) -> Source:
    try:
        found = send("/provisions", {"text": cited.address, "on": on})
    except ServiceError as missing:
        if missing.status != 404:
            raise
        # repealed, not in the library, or a village's own rule: the answer's word on it stands
        return cited.model_copy(update={"note": cited.note or missing.message})
    update = {name: found[name] for name in ("law", "in_force", "state_label")}
    update |= {
        name: date.fromisoformat(found[name]) if found[name] else None
        for name in ("effective_from", "effective_until")
    }
    return cited.model_copy(update=update | {"note": cited.note or found["message"]})
