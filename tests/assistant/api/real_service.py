"""A service outside the demo: a county with an own and a foreign village, a case of each that only it may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from assistant.accounts.accounts import Accounts
from assistant.accounts.permissions import ROLES, village_scope
from assistant.accounts.types import Membership, Person, Role
from assistant.api.app import create_app
from cli.compose import read_upload
from kb.base import KnowledgeBase
from kb.catalog import tables as t
from kb.index.units import Unit
from kb.model import MediationCase
from kb.passages.cases import case_passages
from kb.settings import Settings
from tests.assistant.api.conftest import logged_in

OWN, FOREIGN = "zj-fengshuwan", "jx-shanglongkou"
#: Words that stand in no other text, so that their appearance tells where they come from.
OWN_WORD, FOREIGN_WORD = "雉鸡坞", "云杉坳"
OWN_CASE, FOREIGN_CASE = "case-own", "case-foreign"


@dataclass
class Service:
    """The running service and those who use it."""

    client: TestClient
    accounts: Accounts
    kb: KnowledgeBase
    people: dict[Role, Person] = field(default_factory=dict)
    foreigner: Person | None = None

    def headers(self, who: str) -> dict[str, str]:
        """Headers of a role's page, fresh each time; none for a visitor."""
        return {} if who == "visitor" else logged_in(self.accounts, self.people[who].id)  # type: ignore[index]


def put_case(kb: KnowledgeBase, case_id: str, village: str, word: str, facts: str = "") -> None:
    """Put a case that only its village may see on the shelf and into the index."""
    case = MediationCase(
        id=case_id, name=f"{word}水渠纠纷", keywords=[word], dispute_type="邻里", village=village,
        facts=facts or f"{word}的两户人家为一条水渠的走向争执，{word}的水渠年久失修。",
        result=f"{word}水渠由两户合修。", scope=village_scope(village), source=f"case:{case_id}",
    )  # fmt: skip
    with kb.catalog.engine.begin() as connection:
        source = connection.execute(select(t.sources.c.id).limit(1)).scalar_one()
        connection.execute(
            insert(t.cases).values(
                id=case.id, source_id=source, dispute_type=case.dispute_type, village=village,
                scope=case.scope, body=case.model_dump(mode="json"),
            )
        )  # fmt: skip
    kb.indexer.add(Unit(case.id, case_passages(case)))


@contextmanager
def real_service(kb: KnowledgeBase, settings: Settings) -> Iterator[Service]:
    """Run the service over a knowledge base that may be changed, with one person for each role.

    Everybody belongs to the own village, the administrator to its county.
    """
    put_case(kb, OWN_CASE, OWN, OWN_WORD)
    put_case(kb, FOREIGN_CASE, FOREIGN, FOREIGN_WORD)
    app = create_app(kb, settings=settings, read_upload=read_upload)
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as client:
        accounts = app.state.backend.accounts()
        accounts.places.take_over(kb.catalog.villages())
        service = Service(client, accounts, kb)
        township = accounts.places.get(accounts.places.get(OWN).parent_id)
        for role in ROLES:
            place = township.parent_id if role == "administrator" else OWN
            service.people[role] = accounts.people.add(
                f"p-{role}", f"某{role}", [Membership(role=role, place_id=place)]
            )
        accounts.people.add("boss", "全域管理员", [Membership(role="administrator")])
        service.foreigner = accounts.people.add(
            "far", "远方调解员", [Membership(role="mediator", place_id=FOREIGN)]
        )
        yield service
