"""The tree of places: counties, their townships, their villages."""

from collections.abc import Iterable, Sequence
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from assistant.accounts.types import ABOVE, PLACE_LABELS, Place
from assistant.db.accounts import PlaceRow
from kb.errors import BadRequest, Conflict, NotFound
from kb.model import Village


class Places:
    """Reads and writes the tree.

    Args:
        sessions: of the records.
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def get(self, place_id: str) -> Place:
        """Return one place.

        Raises:
            NotFound: there is none of this id.
        """
        with self.sessions() as session:
            return _place(require_place(session, place_id))

    def known(self, place_id: str) -> bool:
        """Return whether there is a place of this id."""
        with self.sessions() as session:
            return session.get(PlaceRow, place_id) is not None

    def all(self) -> list[Place]:
        """Return every place, by id."""
        with self.sessions() as session:
            return [_place(row) for row in session.scalars(select(PlaceRow).order_by(PlaceRow.id))]

    def below(self, place_ids: Iterable[str]) -> frozenset[str]:
        """Return the ids of these places and of all places below them; unknown ids give nothing."""
        wanted = list(place_ids)
        if not wanted:
            return frozenset()
        tree = select(PlaceRow.id).where(PlaceRow.id.in_(wanted)).cte("tree", recursive=True)
        tree = tree.union(select(PlaceRow.id).where(PlaceRow.parent_id == tree.c.id))
        with self.sessions() as session:
            return frozenset(session.scalars(select(tree.c.id)))

    def above(self, place_id: str) -> frozenset[str]:
        """Return the ids of a place and of all places that it lies in; an unknown id gives nothing."""
        parents = {place.id: place.parent_id for place in self.all()}
        found: set[str] = set()
        at: str | None = place_id
        while at in parents and at not in found:
            found.add(at)
            at = parents[at]
        return frozenset(found)

    def villages_of(self, place_ids: Iterable[str]) -> list[str]:
        """Return the ids of the villages at or below these places, sorted."""
        with self.sessions() as session:
            query = select(PlaceRow.id).where(
                PlaceRow.kind == "village", PlaceRow.id.in_(self.below(place_ids))
            )
            return sorted(session.scalars(query))

    def add(self, place: Place) -> Place:
        """Store a new place.

        Raises:
            BadRequest: it lies in a place of the wrong kind.
            Conflict: the id is taken.
            NotFound: it lies in a place that isn't there.
        """
        above = ABOVE[place.kind]
        parent = self.get(place.parent_id) if place.parent_id else None
        if (parent.kind if parent else None) != above:
            where = (
                f"{PLACE_LABELS[place.kind]}要放在{PLACE_LABELS[above]}之下" if above else "县不放在别处之下"
            )
            raise BadRequest("上级地方不对", where)
        with self.sessions.begin() as session:
            if session.get(PlaceRow, place.id) is not None:
                raise Conflict(f"编号“{place.id}”已经用了", "请换一个编号")
            session.add(PlaceRow(**place.model_dump()))
        return place

    def take_over(self, villages: Sequence[Village]) -> None:
        """Add the catalog's villages, with their townships and counties, where they aren't in the tree yet."""
        known = {place.id for place in self.all()}
        for village in villages:
            if village.id in known or len(village.place) < 2:
                continue
            chain = [
                Place(id=_id_of(village.place[:-1]), kind="county", name="".join(village.place[:-1])),
                Place(id=_id_of(village.place), kind="township", name=village.place[-1]),
                Place(id=village.id, kind="village", name=village.name),
            ]
            parent = None
            for place in chain:
                if place.id not in known:
                    self.add(place.model_copy(update={"parent_id": parent}))
                    known.add(place.id)
                parent = place.id


def require_place(session: Session, place_id: str) -> PlaceRow:
    """Return a place's row.

    Raises:
        NotFound: there is none of this id.
    """
    row = session.get(PlaceRow, place_id)
    if row is None:
        raise NotFound("没有这个地方", "可到地方列表里选")
    return row


def _place(row: PlaceRow) -> Place:
    return Place(id=row.id, kind=row.kind, name=row.name, parent_id=row.parent_id)


def _id_of(names: Sequence[str]) -> str:
    """The same place gets the same id in every database."""
    return uuid5(NAMESPACE_URL, f"place:{'/'.join(names)}").hex
