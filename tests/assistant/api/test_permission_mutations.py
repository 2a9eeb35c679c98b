"""The tests of permissions notice when a rule is widened, a route is opened, or the search forgets its scope.

Each mutant is made in the running service, and the very functions of `test_permissions` are called on it: one
of them must fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from assistant.accounts.permissions import ROLES, TABLE, Rule
from assistant.api.guard import action_of
from kb.base import KnowledgeBase
from kb.settings import Settings
from kb.store import filters
from tests.assistant.api import test_permissions as tests
from tests.assistant.api.real_service import Service, real_service
from tests.conftest import copy_home

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]
MARK = "__fengqiao_action__"


@pytest.fixture(scope="module")
def service(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = copy_home(base_home, tmp_path_factory.mktemp("mutations") / "home")
    unlimited = {"rate_expensive_address": "", "rate_cheap_address": ""}
    with (
        KnowledgeBase.open(Settings(home=home)) as kb,
        real_service(kb, kb.settings.model_copy(update=unlimited)) as opened,
    ):
        yield opened


def widened() -> Iterator[tuple[str, str, Rule]]:
    """Every rule, wider in each way in which it can be."""
    for action, rule in TABLE.items():
        if rule.who == "anyone":
            continue
        yield action, "public", Rule("anyone")
        if rule.placed:
            yield action, "not placed", replace(rule, placed=False)
        if rule.whole:
            yield action, "not whole", replace(rule, whole=False)
        if isinstance(rule.who, str):
            continue
        for role in ROLES:
            if role not in rule.who:
                yield action, f"+{role}", replace(rule, who=rule.who | {role})


def fails(check: Callable[..., Any], *arguments: Any) -> bool:
    try:
        check(*arguments)
    except AssertionError:
        return True
    return False


def routes_of(action: str) -> list[tuple[str, str]]:
    return [key for key, found in tests.ROUTES.items() if found == action]


def entered(service: Service, action: str) -> list[tuple[str, str]]:
    """Return the routes of an action where the test of all roles fails."""
    return [key for key in routes_of(action) if fails(tests.test_every_route_as_every_role, service, *key)]


def test_nothing_fails_unmutated(service: Service) -> None:
    assert not fails(tests.test_the_written_table_is_the_table)
    assert not fails(tests.test_every_route_declares_what_the_document_says, service)
    assert not [key for action in TABLE for key in entered(service, action)]
    assert not fails(tests.test_cases_of_a_village_reach_its_own_people_only, service, "visitor")


@pytest.mark.parametrize(
    ("action", "how", "rule"), [pytest.param(*m, id=f"{m[0]} {m[1]}") for m in widened()]
)
def test_a_wider_rule_is_noticed(
    service: Service, monkeypatch: pytest.MonkeyPatch, action: Any, how: str, rule: Rule
) -> None:
    monkeypatch.setitem(TABLE, action, rule)  # type: ignore[arg-type]
    assert fails(tests.test_the_written_table_is_the_table)
    if action == "account" and how == "public":
        return  # what is one's own asks again who one is: the second line holds
    if how == "not placed":
        return  # routes ask for the places themselves, see `Powers.places`
    if action == "cases.read":  # has no routes of its own: whoever may read cases finds them
        # a role that has no place of its own reaches nothing, a stranger has no role
        if how.startswith("+"):
            assert fails(tests.test_cases_of_a_village_reach_its_own_people_only, service, how[1:])
        return
    if rule.whole and how.startswith("+"):
        return  # but for administrators nobody has a role everywhere
    assert entered(service, action), "only the table was compared; nobody tried the routes"


@pytest.mark.parametrize(
    ("method", "path"),
    [key for key, action in sorted(tests.ROUTES.items()) if action != "public"],
    ids=lambda part: part,
)
def test_an_opened_route_is_noticed(
    service: Service, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    app: FastAPI = service.client.app  # type: ignore[assignment]
    endpoint = tests.routes_of(app)[method, path].endpoint
    own = action_of(endpoint) == "account"
    monkeypatch.setattr(endpoint, MARK, "public")
    assert fails(tests.test_every_route_declares_what_the_document_says, service)
    # routes about oneself ask again who one is: there the second line holds
    assert own or fails(tests.test_every_route_as_every_role, service, method, path)


def test_a_search_without_its_scope_is_noticed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    real = filters.to_edge
    monkeypatch.setattr(filters, "to_edge", lambda given: real(filters.any_scope(given)))
    for who in tests.WHO:
        assert fails(tests.test_cases_of_a_village_reach_its_own_people_only, service, who), who
