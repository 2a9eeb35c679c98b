"""What a route adds to its entry in the audit log."""

from assistant.audit.entry import Action, Outcome, Value
from assistant.observe.context import current


def note(
    *,
    action: Action | None = None,
    outcome: Outcome | None = None,
    kind: str | None = None,
    object_id: str | None = None,
    place: str | None = None,
    **details: Value,
) -> None:
    """Say more about the request being answered than its route does; does nothing outside of one.

    Args:
        action: in place of the route's, where the body decides.
        outcome: in place of what the status says: `denied` where a 404 hides what may not be seen.
        kind: kind of thing.
        object_id: id of the thing, where it isn't in the path.
        place: id of the place the thing belongs to.
        details: codes and small numbers.
    """
    info = current()
    if info is None:
        return
    given = {"action": action, "outcome": outcome, "kind": kind, "object_id": object_id, "place": place}
    info.audit.update({k: v for k, v in given.items() if v is not None})
    info.audit.setdefault("details", {}).update(details)


def note_text(text: str, name: str = "query") -> None:
    """Note a text that somebody sent: only its keyed hash and its length are recorded, as `name`_hash and `name`_chars."""
    info = current()
    if info is not None:
        info.audit.setdefault("texts", {})[name] = text
