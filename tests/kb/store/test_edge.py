import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb.errors import Conflict, NotReady
from kb.settings import Settings
from kb.store import Filter, IndexHeld, VectorStore, current_holder, open_store
from kb.store.edge import EdgeStore
from kb.store.identity import Identity
from tests.kb.store.conformance import DIM, SHELF, Conformance, Terms, everything, names, point

M4 = Identity("m4", DIM)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    with EdgeStore(tmp_path / "index", M4) as opened:
        yield opened


class TestEdge(Conformance):
    pass


def _run(code: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_reopening_keeps_everything(tmp_path: Path) -> None:
    with EdgeStore(tmp_path / "index", M4) as store:
        store.upsert(SHELF)
        before = store.search_both(np.array([1, 0, 0, 0], np.float32), Terms([1], [1.0]), None, 50)
    with EdgeStore(tmp_path / "index", M4) as store:
        assert set(everything(store)) == {p.payload["name"] for p in SHELF}
        assert names(store.search_dense(np.array([1, 0, 0, 0], np.float32), None, 50)) == names(before[0])
        assert store.count(Filter(law="民法典")) == 2
        store.upsert([point("later", [0, 1, 0, 0])])
    with EdgeStore(tmp_path / "index", M4) as store:
        assert store.count() == len(SHELF) + 1


WRITER = """
import sys
from pathlib import Path
from kb.store.edge import EdgeStore
from kb.store.identity import Identity
from tests.kb.store.conformance import point
store = EdgeStore(Path(sys.argv[1]), Identity("m4", 4), "http://127.0.0.1:8765")
i = store.count()
print("open", flush=True)
while True:
    store.upsert([point(i + j, [1, 0, 0, j], {j: 1.0}) for j in range(200)])
    i += 200
    print(i, flush=True)
"""


def test_kill_9_in_mid_upsert_loses_nothing_acknowledged(tmp_path: Path) -> None:
    index = tmp_path / "index"
    acknowledged = 0
    for wait in (0.05, 0.2):
        writer = _run(WRITER, index)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        lines = writer.communicate()[0].split("\n")
        acknowledged = int(lines[-2]) if len(lines) > 1 else acknowledged
        # The dead owner's word is still there; the lock isn't.
        assert current_holder(index) is None
        with EdgeStore(index, M4) as store:
            stored = {int(name) for name in everything(store, page=1000)}
            assert set(range(acknowledged)) <= stored
            assert len(stored) - acknowledged in (0, 200)
            acknowledged = len(stored)
    assert acknowledged > 0


CONTENDER = """
import sys
from pathlib import Path
from kb.store import IndexHeld, current_holder
from kb.store.edge import EdgeStore
from kb.store.identity import Identity
print(current_holder(Path(sys.argv[1])).url)
try:
    EdgeStore(Path(sys.argv[1]), Identity("m4", 4))
except IndexHeld as error:
    print(error.holder.pid, error.holder.url)
    print(error.message, error.hint)
"""


def test_a_second_process_is_refused_and_the_owner_goes_on(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with EdgeStore(index, M4, "http://127.0.0.1:8123") as owner:
        owner.upsert(SHELF)
        out, err = _run(CONTENDER, index).communicate(timeout=60)
        assert out.splitlines()[:2] == ["http://127.0.0.1:8123", f"{os.getpid()} http://127.0.0.1:8123"], err
        assert f"进程号 {os.getpid()}" in out and "正在 http://127.0.0.1:8123 运行" in out
        owner.upsert([point("more", [1, 0, 0, 0])])
        owner.flush()
        assert owner.count() == len(SHELF) + 1
        holder = current_holder(index)
        assert holder is not None and holder.pid == os.getpid()
        with pytest.raises(IndexHeld):
            EdgeStore(index, M4)
        assert owner.count() == len(SHELF) + 1
    assert current_holder(index) is None
    with EdgeStore(index, M4) as again:
        assert again.count() == len(SHELF) + 1


def test_a_holder_that_left_no_word_is_still_respected(tmp_path: Path) -> None:
    with EdgeStore(tmp_path / "index", M4):
        (tmp_path / "index.owner.json").write_text("{broken", "utf-8")
        with pytest.raises(IndexHeld, match="另一个程序") as caught:
            EdgeStore(tmp_path / "index", M4)
        assert caught.value.holder is None


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Identity("m4", 5), "4 维"),
        (Identity("other", DIM), "other"),
        (Identity("m4", DIM, schema=99), "格式版本"),
    ],
)
def test_an_index_built_otherwise_is_refused_and_unharmed(
    tmp_path: Path, wanted: Identity, words: str
) -> None:
    with EdgeStore(tmp_path / "index", M4) as store:
        store.upsert(SHELF)
    with pytest.raises(Conflict, match=words) as caught:
        EdgeStore(tmp_path / "index", wanted)
    assert "重新入库" in caught.value.hint
    with EdgeStore(tmp_path / "index", M4) as store:
        assert store.count() == len(SHELF)


def test_a_damaged_index_is_named_and_its_lock_released(tmp_path: Path) -> None:
    EdgeStore(tmp_path / "index", M4).close()
    (tmp_path / "index" / "shard" / "edge_config.json").write_text("no", "utf-8")
    with pytest.raises(NotReady, match="打不开") as caught:
        EdgeStore(tmp_path / "index", M4)
    assert "备份" in caught.value.hint
    assert current_holder(tmp_path / "index") is None


def test_a_creation_cut_short_starts_over(tmp_path: Path) -> None:
    half = tmp_path / "index" / "shard.new"
    half.mkdir(parents=True)
    (half / "junk").write_text("x", "utf-8")
    with EdgeStore(tmp_path / "index", M4) as store:
        store.upsert(SHELF)
    meta = json.loads((tmp_path / "index" / "meta.json").read_text("utf-8"))
    assert meta == {"model": "m4", "dim": DIM, "schema": 1}


def test_a_forked_child_is_refused_instead_of_hanging(store: VectorStore) -> None:
    child = os.fork()
    if child == 0:
        try:
            store.count()
        except NotReady:
            os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.count() == 0


def test_settings_choose_the_folder(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_store(settings, model_key="m4", dim=DIM, url="http://127.0.0.1:9") as store:
        assert store.info()["location"] == str(settings.index_dir.resolve())
        holder = current_holder(settings.index_dir)
        assert holder is not None and holder.url == "http://127.0.0.1:9"


def test_an_unwritable_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(NotReady) as caught:
        EdgeStore(tmp_path / "file" / "index", M4)
    assert "权限" in caught.value.hint
