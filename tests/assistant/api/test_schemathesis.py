"""The service keeps to its own description: requests made from the OpenAPI document, as everybody who may call.

Whatever is sent, no answer is a 500, and status, content type, headers and body are among those described.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks as conformance

from assistant.accounts.permissions import KEY_SCOPES, ROLES
from assistant.accounts.types import Membership
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.api.real_service import OWN, OWN_CASE, Service, real_service
from tests.conftest import copy_home

BASE = "https://testserver"
UNLIMITED = dict.fromkeys(
    (
        "rate_expensive_person",
        "rate_expensive_address",
        "rate_cheap_person",
        "rate_cheap_address",
    ),
    "",
)
CHECKS = [
    not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
]
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass
class Callers:
    """The running service, its description, and the headers of everybody who calls it."""

    service: Service
    schema: Any
    key: str
    #: Values of path parameters for which there is something.
    known: dict[str, str]

    def headers(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Return who calls and what proves it, fresh: a session may have ended itself."""
        for who in ("visitor", *ROLES):
            yield who, self.service.headers(who)
        yield "key", {"Authorization": f"Bearer {self.key}"}


@pytest.fixture(scope="module")
def callers(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    home = copy_home(base_home, tmp_path_factory.mktemp("schemathesis") / "home")
    with (
        KnowledgeBase.open(Settings(home=home)) as kb,
        real_service(kb, kb.settings.model_copy(update=UNLIMITED)) as service,
    ):
        yield prepare(service)


def prepare(service: Service) -> Callers:
    """Put a draft, an answer, a hand-over and somebody to change on record; give a machine a key that may do all a key may."""
    load_all_checks()
    accounts = service.accounts
    machine = accounts.people.add(
        "machine",
        "县网站",
        [Membership(role=r, place_id=OWN) for r in ("mediator", "editor", "administrator")],
    )
    _, secret = accounts.keys.make(machine.id, "县政府网站", KEY_SCOPES, 9)
    target = accounts.people.add("target", "某人", [Membership(role="volunteer", place_id=OWN)])
    body = {"topic": "高空抛物", "count": 1}
    made = service.client.post("/api/v1/drafts", json=body, headers=service.headers("editor"))
    draft = made.json()["drafts"][0]["id"]
    asked = {"question": "邻居家的狗咬了我，医药费谁出？"}
    own = service.headers("volunteer")
    told = service.client.post("/api/v1/ask", json=asked, headers=own).json()
    rated = {"turn_id": told["turn_id"], "rating": "good"}
    feedback = service.client.post("/api/v1/feedback", json=rated, headers=own).json()["id"]
    matter = {"village": OWN, "narrative": "两家争水渠。"}
    intake = service.client.post("/api/v1/intakes", json=matter, headers=own).json()["id"]
    known = {"law": "人民调解法", "address": "民法典第二百八十八条", "case_id": OWN_CASE, "village_id": OWN,
             "qa_id": draft, "draft_id": draft, "person_id": target.id, "chat_id": told["conversation_id"],
             "turn_id": told["turn_id"], "feedback_id": feedback, "intake_id": intake}  # fmt: skip
    document = service.client.get("/api/v1/openapi.json").json()
    return Callers(service, schemathesis.openapi.from_dict(document), secret, known)


def operations() -> list[str]:
    """Every operation described, known before any test runs, so that each is a test of its own."""
    from assistant.api.app import create_app

    def nothing() -> KnowledgeBase:
        raise AssertionError("only described")

    paths = create_app(nothing, settings=Settings(home=Path("none"))).openapi()["paths"]
    return sorted(f"{m.upper()} {path}" for path, item in paths.items() for m in item if m in METHODS)


def cases(callers: Callers, operation: Any) -> st.SearchStrategy[Case]:
    """Requests as described and requests that aren't, half of them about things that are there."""
    names = {p.name for p in operation.path_parameters}
    known = {name: value for name, value in callers.known.items() if name in names}
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    made = [operation.as_strategy(generation_mode=mode) for mode in modes]
    if known:
        made += [operation.as_strategy(generation_mode=mode, path_parameters=known) for mode in modes]
    return st.one_of(made)


def check(callers: Callers, case: Case) -> None:
    """Send one request as everybody, and compare each answer with the description."""
    for who, headers in callers.headers():
        sent = requests.Request(**_wire(case.as_transport_kwargs(base_url=BASE, headers=headers))).prepare()
        answer = callers.service.client.request(
            sent.method or "", sent.url or "", content=_bytes(sent.body),
            headers=[(_latin(k), _latin(v)) for k, v in sent.headers.items()], follow_redirects=False,
        )  # fmt: skip
        try:
            case.validate_response(answer, checks=CHECKS)
        except Exception as failure:
            failure.add_note(f"as {who}")
            raise


def _wire(kwargs: dict[str, Any]) -> dict[str, Any]:
    taken = ("method", "url", "headers", "params", "cookies", "data", "json", "files")
    return {name: kwargs[name] for name in taken if name in kwargs}


def _latin(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""


def run(callers: Callers, label: str, examples: int) -> None:
    method, path = label.split(" ", 1)
    operation = callers.schema[path][method]

    @seed(20261122)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(callers, operation))
    def keeps_to_it(case: Case) -> None:
        check(callers, case)

    one: Callable[[], None] = keeps_to_it
    one()


@pytest.mark.parametrize("operation", operations())
def test_as_everybody(callers: Callers, operation: str) -> None:
    run(callers, operation, 4)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("operation", operations())
def test_as_everybody_at_length(callers: Callers, operation: str) -> None:
    run(callers, operation, 300)
