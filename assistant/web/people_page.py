"""The administrator's page over people and places."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.accounts.passwords import MIN_CHARS
from assistant.accounts.types import PLACE_LABELS, ROLE_LABELS, Place, PlaceKind
from assistant.api.guard import Who, permits
from assistant.api.reach import may_change, reachable, sees
from assistant.api.state import Backend
from assistant.web.render import page

router = APIRouter(prefix="/admin", include_in_schema=False)


class Choice(NamedTuple):
    """A place to choose, with the names of what it lies in before its own."""

    id: str
    kind: PlaceKind
    path: str


@router.get("/people")
@permits("people.read")
def show(request: Request, caller: Who) -> Response:
    """Show the people and places that are the caller's to administer."""
    backend: Backend = request.app.state.backend
    accounts = backend.accounts()
    tree = {place.id: place for place in accounts.places.all()}
    people = [person for person in accounts.people.all() if sees(caller, person)]
    choices = [Choice(i, tree[i].kind, _path(tree, i)) for i in reachable(caller, "people.manage", tree)]
    return page(
        request, "people.html", people=people, places=sorted(choices, key=lambda c: c.path),
        changeable={p.id for p in people if may_change(caller, p)},
        names={place.id: place.name for place in tree.values()}, roles=ROLE_LABELS, kinds=PLACE_LABELS,
        everywhere=caller.powers.places("people.manage") is None, least=MIN_CHARS,
    )  # fmt: skip


def _path(tree: dict[str, Place], place_id: str) -> str:
    """Return the names from the county down."""
    names: list[str] = []
    at: str | None = place_id
    while at is not None and at in tree:
        names.insert(0, tree[at].name)
        at = tree[at].parent_id
    return " ".join(names)
