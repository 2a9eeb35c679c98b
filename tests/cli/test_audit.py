"""`fengqiao audit`: what it prints and how it ends."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.audit.entry import Entry
from assistant.audit.log import AuditLog
from cli.main import app
from kb.catalog.engine import get_engine
from kb.errors import NotFound
from kb.settings import Settings, get_settings

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    yield tmp_path / "home"
    get_engine(Settings(home=tmp_path / "home")).dispose()
    get_settings.cache_clear()


@pytest.fixture
def audit(home: Path) -> AuditLog:
    made = AuditLog.open(Settings(home=home))
    for _ in range(4):
        made.append(Entry("login"))
    return made


def damage(home: Path, statement: str) -> None:
    with sqlite3.connect(home / "fengqiao.db") as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)
        for _, sql in triggers:
            raw.execute(sql)
    raw.close()


def test_a_whole_log_ends_with_0(audit: AuditLog) -> None:
    done = runner.invoke(app, ["audit", "verify"])
    assert done.exit_code == 0
    assert "共 4 条" in done.output and "--anchor" in done.output


def test_the_printed_anchor_is_what_verify_takes(audit: AuditLog, home: Path) -> None:
    printed = runner.invoke(app, ["audit", "anchor"]).output.strip()
    assert printed == str(audit.head())
    assert runner.invoke(app, ["audit", "verify", "--anchor", printed]).exit_code == 0
    damage(home, "DELETE FROM audit_log WHERE seq = 4")
    assert runner.invoke(app, ["audit", "verify"]).exit_code == 0
    done = runner.invoke(app, ["audit", "verify", "--anchor", printed])
    assert done.exit_code == 1
    assert "第 4 条起被截去" in done.output


def test_a_changed_entry_ends_with_1(audit: AuditLog, home: Path) -> None:
    damage(home, "UPDATE audit_log SET who = 'person:x' WHERE seq = 2")
    assert runner.invoke(app, ["audit", "verify"]).exit_code == 1
    done = runner.invoke(app, ["audit", "verify", "--json"])
    found = json.loads(done.stdout)
    assert (done.exit_code, found["ok"], found["kind"], found["at"]) == (1, False, "changed", 2)


def test_looking_makes_no_database(home: Path) -> None:
    done = runner.invoke(app, ["audit", "verify"])
    assert isinstance(done.exception, NotFound)
    assert not home.exists()
