"""The plan: what to do, in which order, with which papers, and by when."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.desks.causes import CauseMatch
from assistant.desks.quoting import resolve_ok
from assistant.desks.types import PlanStep
from assistant.risk.types import Risk
from kb.base import KnowledgeBase


@dataclass(frozen=True)
class Mediable:
    """Whether mediation may go on, why not, and the provisions that say so."""

    yes: bool
    reason: str
    basis: tuple[str, ...]


@lru_cache
def load_plans() -> dict[str, Any]:
    """Return the shipped plans, as written in plans.toml."""
    return tomllib.loads(files("assistant.desks").joinpath("plans.toml").read_text("utf-8"))


def type_plan(label: str) -> dict[str, Any]:
    """Return what the plan adds for a dispute type; 其他 for an unknown one."""
    plans = {entry["label"]: entry for entry in load_plans()["type"]}
    found: dict[str, Any] = plans.get(label, plans["其他"])
    return found


def lift(narrative: str, risks: Sequence[Risk]) -> tuple[list[Risk], str, list[str]]:
    """Return the risks with those made mediable that an authority handed over, the reason and its basis."""
    for entry in load_plans()["lift"]:
        if any(r.kind == entry["kind"] for r in risks) and re.search(entry["pattern"], narrative):
            lifted = [
                r.model_copy(update={"mediable": True}) if r.kind == entry["kind"] else r for r in risks
            ]
            return lifted, entry["reason"], list(entry["basis"])
    return list(risks), "", []


def mediable(narrative: str, risks: Sequence[Risk]) -> Mediable:
    """Return whether the matter may be mediated: no risk that forbids it, and nothing else in the way."""
    barred = [r for r in risks if not r.mediable]
    if barred:
        names = "、".join(r.label for r in barred)
        basis = dict.fromkeys(address for r in barred for address in r.basis)
        return Mediable(False, f"发现“{names}”，先处置、先报告，现在不能调解。", tuple(basis))
    for bar in load_plans()["bar"]:
        unless = bar.get("unless")
        if unless and re.search(unless, narrative):
            continue
        if any(re.search(p, narrative) for p in bar["patterns"]):
            return Mediable(False, bar["reason"], tuple(bar["basis"]))
    return Mediable(True, "", ())


def make_plan(
    kb: KnowledgeBase,
    on: date,
    label: str,
    causes: Sequence[CauseMatch],
    risks: Sequence[Risk],
    may: Mediable,
) -> list[PlanStep]:
    """Return the steps; where mediation is barred, what to do instead."""
    steps: list[PlanStep] = []

    def add(
        title: str, text: str, papers: Sequence[str] = (), deadline: str = "", basis: Sequence[str] = ()
    ) -> None:
        known = [address for address in basis if resolve_ok(kb, address, on)]
        steps.append(
            PlanStep(
                index=len(steps) + 1,
                title=title,
                text=text,
                papers=list(papers),
                deadline=deadline,
                basis=known,
            )
        )

    for risk in risks:
        calls = "、".join(f"{n}（{risk.phone_labels.get(n, '')}）" for n in risk.phones)
        title = f"先处置：{risk.label}" if risk.level == "urgent" else f"先问清：{risk.label}"
        add(title, f"{risk.advice}电话：{calls}。", basis=risk.basis)
    extra = type_plan(label)
    # those of the cause say the same more closely than those of its type
    papers = list(causes[0].cause.papers if causes and causes[0].cause.papers else extra["papers"])
    if not may.yes:
        add("现在不调解", may.reason, basis=may.basis)
        if any(not r.mediable for r in risks):
            after = load_plans()["after_risk"]
            add("处置完以后", after["text"], basis=after["basis"])
        else:
            add(
                "告诉当事人可以去哪里",
                extra["where"],
                deadline=extra.get("deadline", ""),
                basis=extra.get("basis", ()),
            )
        add(
            "留好材料，登记备查",
            "把听到的、看到的记下来，材料复印存档。不扩散，保护隐私。",
            papers,
            basis=["人民调解法第二十七条"],
        )
        return steps
    for step in load_plans()["step"]:
        if step["key"] == "type":
            add(step["title"], extra["text"], basis=extra.get("basis", ()))
        elif step["key"] == "facts":
            add(step["title"], step["text"], papers, basis=step["basis"])
        elif step["key"] == "fail":
            add(
                step["title"],
                step["text"] + extra["where"],
                deadline=extra.get("deadline", ""),
                basis=step["basis"],
            )
        else:
            add(step["title"], step["text"], step.get("papers", ()), step.get("deadline", ""), step["basis"])
    return steps
