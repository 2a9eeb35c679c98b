"""Every address in the written data files exists, and in force on the day the data names or today."""

import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import pytest

from assistant.desks.causes import load_causes
from assistant.desks.plan import load_plans
from assistant.risk.rules import load_rules
from kb.base import KnowledgeBase
from kb.model import DISPUTE_TYPES

TODAY = date(2026, 11, 21)
#: Replaced by 生态环境法典 on 2026-08-15; kept for disputes before that day.
BEFORE = date(2026, 5, 1)


def addresses() -> Iterator[tuple[str, str]]:
    for cause in load_causes():
        for provision in cause.provisions:
            yield f"causes.toml {cause.id}", provision.address
    for rule in load_rules().rules:
        for address in rule.basis:
            yield f"risks.toml {rule.kind}", address
    plans = load_plans()
    for table in ("step", "type", "bar", "lift"):
        for entry in plans[table]:
            for address in entry.get("basis", ()):
                yield f"plans.toml {table} {entry.get('label', entry.get('key', ''))}", address
    for address in plans["after_risk"]["basis"]:
        yield "plans.toml after_risk", address


def test_every_address_resolves(kb: KnowledgeBase) -> None:
    wrong = []
    for where, address in addresses():
        found = kb.resolve(address, TODAY)
        if not found.ok and not kb.resolve(address, BEFORE).ok:
            wrong.append((where, address, found.status, found.message))
        assert found.address == address or not found.text, (where, address, found.address)
    assert wrong == []


def test_every_cause_has_law_in_force_today(kb: KnowledgeBase) -> None:
    bare = [c.id for c in load_causes() if not any(kb.resolve(p.address, TODAY).ok for p in c.provisions)]
    assert bare == []


def test_types_are_the_fifteen() -> None:
    assert {c.type for c in load_causes()} <= set(DISPUTE_TYPES)
    assert [t["label"] for t in load_plans()["type"]] == list(DISPUTE_TYPES)
    lexicon = tomllib.loads(files("assistant.desks").joinpath("types.toml").read_text("utf-8"))
    assert [t["label"] for t in lexicon["type"]] == list(DISPUTE_TYPES)


def test_judicial_confirmation_is_thirty_days_by_law(kb: KnowledgeBase) -> None:
    step = next(s for s in load_plans()["step"] if s["key"] == "confirm")
    assert "三十日内" in step["deadline"]
    assert "三十日内共同向人民法院申请司法确认" in kb.resolve(step["basis"][0], TODAY).text


@pytest.mark.parametrize("kind", [r.kind for r in load_rules().rules])
def test_every_risk_names_known_phones(kind: str) -> None:
    rules = load_rules()
    rule = next(r for r in rules.rules if r.kind == kind)
    assert rule.phones
    assert all(number in rules.phones for number in rule.phones)
