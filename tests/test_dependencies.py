"""Dependencies: one version of each, the same everywhere, and what CI makes of the advisory databases' answers."""

import os
import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LINES = (ROOT / "constraints.txt").read_text("utf-8").splitlines()[1:]
PINNED = {canonicalize_name(name): version for name, version in (line.split("==") for line in LINES)}
#: Of torch each machine takes its own build; see the Makefile.
OWN_BUILD = {"torch"}


def named() -> list[Requirement]:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    found = [Requirement(line) for group in groups for line in group]
    return [r for r in found if r.name != PROJECT["name"]]


def reached() -> set[str]:
    """Return what is installed because the project asks for it, directly or not."""
    found: set[str] = set()
    waiting = [(r, extra) for r in named() for extra in (*r.extras, "")]
    seen = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found.add(name)
        for line in package.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed, e) for e in (*needed.extras, "")]
    return found


def test_what_is_asked_for_is_what_is_pinned() -> None:
    for requirement in named():
        if requirement.specifier and requirement.name not in OWN_BUILD:
            assert str(requirement.specifier) == f"=={PINNED[canonicalize_name(requirement.name)]}"


def test_everything_installed_for_us_is_pinned() -> None:
    ours = reached() - OWN_BUILD - {"setuptools", "pip"}
    assert len(ours) > 100
    assert {name: PINNED.get(name) for name in ours} == {name: distribution(name).version for name in ours}


def test_pins_are_in_order_and_once_each() -> None:
    assert sorted(LINES, key=str.lower) == LINES
    assert len(PINNED) == len(LINES)
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in LINES)


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("Found 1 known vulnerability in 1 package", 1, 1),
        ("ERROR: HTTPSConnectionPool: Max retries exceeded", 1, 0),
        ("x: Dependency not found on PyPI and could not be audited", 1, 0),
        ("constraints.txt: invalid requirement", 1, 1),
    ],
)
def test_a_finding_fails_and_a_closed_network_warns(
    tmp_path: Path, said: str, code: int, expected: int
) -> None:
    audit = tmp_path / "audit"
    audit.write_text(f"#!/bin/sh\necho '{said}'\nexit {code}\n")
    audit.chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci" / "audit"], capture_output=True, text=True, env={**os.environ, "AUDIT": str(audit)}
    )
    assert done.returncode == expected
    assert ("WARNING" in done.stdout) == (code == 1 and expected == 0)
