"""Reading an upload in a process apart: text and errors come through, and its limits hold."""

import os

import pytest

from ingest.readers import guard
from ingest.readers.guard import read_guarded
from kb.errors import NotReady, UnreadableFile
from tests.ingest.readers.test_office import simple_docx


def test_text_comes_through() -> None:
    text = "第一条 爱护公物。\n\U0001f600"
    assert (
        read_guarded("a.docx", simple_docx("第一条 爱护公物。"), seconds=30, memory_mb=1024)
        == "第一条 爱护公物。"
    )
    assert read_guarded("甲\n乙.txt", text.encode(), seconds=30, memory_mb=1024) == text


def test_errors_come_through() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_guarded("a.pdf", b"%PDF-1.4 broken", seconds=30, memory_mb=1024)
    assert "PDF" in refused.value.message and refused.value.hint
    with pytest.raises(UnreadableFile, match="上限"):
        read_guarded("a.txt", "甲".encode() * 1_000_000, seconds=30, memory_mb=1024, max_bytes=1 << 20)


def in_the_child(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the process apart do something else than read, after it has taken its limits."""
    start = (
        "import sys, json, os, time; sys.path.insert(0, sys.argv[1]); from ingest.readers import guard; "
        "head = json.loads(sys.stdin.buffer.readline()); guard._limit(head['seconds'], head['memory_mb']); "
    )
    monkeypatch.setattr(guard, "_START", start + code)


def test_a_reader_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("time.sleep(60)", "exec('while True: pass')"):
        in_the_child(monkeypatch, code)
        with pytest.raises(UnreadableFile, match="超过了 2 秒"):
            read_guarded("a.txt", b"a", seconds=2, memory_mb=512)


@pytest.mark.skipif(os.name != "posix", reason="memory is limited on Unix only")
def test_a_reader_that_wants_all_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_child(monkeypatch, "x = bytearray(4 << 30); print('{}')")
    with pytest.raises(UnreadableFile, match="出错"):
        read_guarded("a.txt", b"a", seconds=20, memory_mb=512)


@pytest.mark.skipif(os.name != "posix", reason="limits are those of Unix")
def test_a_reader_writes_no_file_and_knows_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: "os.PathLike[str]"
) -> None:
    monkeypatch.setenv("FENGQIAO_QDRANT_API_KEY", "geheim")
    told = "print(json.dumps({'text': os.environ.get('FENGQIAO_QDRANT_API_KEY', 'nothing')}))"
    in_the_child(monkeypatch, told)
    assert read_guarded("a.txt", b"a", seconds=20, memory_mb=512) == "nothing"
    in_the_child(monkeypatch, f"open({str(tmp_path) + '/x'!r}, 'w').write('x' * 100000)")
    with pytest.raises(UnreadableFile, match="出错"):
        read_guarded("a.txt", b"a", seconds=20, memory_mb=512)


def test_a_crash_takes_nothing_down(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_child(monkeypatch, "os.abort()")
    with pytest.raises(UnreadableFile, match="出错"):
        read_guarded("a.txt", b"a", seconds=20, memory_mb=512)


def test_only_so_many_at_a_time() -> None:
    for _ in range(guard.AT_ONCE):
        guard._turn.acquire()
    try:
        with pytest.raises(NotReady, match="还没轮到"):
            read_guarded("a.txt", b"a", seconds=1, memory_mb=512)
    finally:
        for _ in range(guard.AT_ONCE):
            guard._turn.release()
    assert read_guarded("a.txt", "甲".encode(), seconds=20, memory_mb=512) == "甲"
