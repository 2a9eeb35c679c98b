"""`kill -9` while drafts and audit entries are written: what was acknowledged is there, nothing is half there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.audit.log import AuditLog
from assistant.audit.verify import verify
from assistant.db.session import open_records
from assistant.publicity.records import DraftRecords
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.kb.backup.conftest import draft
from tests.kb.backup.test_serving import check_records

#: Writes a draft, changes it, records both, and says so when all of it was acknowledged.
WRITER = """
import sys
from pathlib import Path
from assistant.audit.entry import Entry
from assistant.audit.log import AuditLog
from assistant.db.session import open_records
from assistant.publicity.records import DraftRecords, Step
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.kb.backup.conftest import draft
settings = Settings(home=Path(sys.argv[1]))
records, audit = DraftRecords(open_records(get_engine(settings))), AuditLog.open(settings)
print("ready", flush=True)
while True:
    key = records.add(draft(1), "writer")
    records.change(key, 1, Step("edited", "writer", {"answer": "edited"}, revision=True))
    print(key, audit.append(Entry("change", kind="draft", object_id=key)).seq, flush=True)
"""


def write_and_kill(home: Path, seconds: float) -> list[str]:
    """Return what the writer said before it was killed in its work."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=60)
    return [line for line in said.splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(3, id="three"),
        pytest.param(25, id="many", marks=[pytest.mark.long, pytest.mark.timeout(1800)]),
    ],
)
def test_what_was_acknowledged_is_there_and_nothing_is_half_there(tmp_path: Path, times: int) -> None:
    chance = random.Random(20261122)
    acknowledged: list[str] = []
    for _ in range(times):
        acknowledged += write_and_kill(tmp_path, 0.3 + chance.random())
        engine = get_engine(Settings(home=tmp_path))
        engine.dispose()
        there = check_records(tmp_path / "fengqiao.db")
        assert there >= len(acknowledged) > 0
        found = verify(engine)
        assert found.ok, found
        last = int(acknowledged[-1].split()[1])
        assert AuditLog.open(Settings(home=tmp_path)).head().seq >= last
    records = DraftRecords(open_records(engine))
    for line in acknowledged:
        assert records.row(line.split()[0]).version == 2
    assert records.add(draft(2), "王芳")  # and on it goes
    engine.dispose()
