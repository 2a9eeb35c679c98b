"""Read a file that a stranger sent, in a process of its own: whatever it is, it ends in time and in memory.

The readers refuse what is known to blow up. What isn't known yet is stopped here: the limits are the
operating system's, and a library that crashes takes no service down with it.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import ingest
from ingest.readers.base import MAX_BYTES
from ingest.readers.read import read_bytes
from kb.errors import FengqiaoError, NotReady, UnreadableFile

log = logging.getLogger("fengqiao.ingest")

#: So many files are read at a time; the others wait.
AT_ONCE = 2
_ROOT = str(Path(ingest.__file__).parents[1])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.readers.guard import child; child()"
#: Nothing else of the service's environment, where passwords may lie. One thread: numbers are not the work.
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_turn = threading.BoundedSemaphore(AT_ONCE)


def read_guarded(name: str, data: bytes, *, seconds: int, memory_mb: int, max_bytes: int = MAX_BYTES) -> str:
    """Return the text of an upload.

    Args:
        name: its file name.
        data: its bytes.
        seconds: how long reading may take; also how long to wait for a turn.
        memory_mb: how much memory reading may take, in MiB; held on Unix only.
        max_bytes: refuse more than this.

    Raises:
        UnreadableFile: it can't be read, or not within the limits.
        NotReady: too many others are being read.
    """
    head = json.dumps({"name": name, "seconds": seconds, "memory_mb": memory_mb, "max_bytes": max_bytes})
    if not _turn.acquire(timeout=seconds):
        raise NotReady("正在读别人上传的文件，还没轮到这一份", "请过一会儿再传")
    try:
        env = {key: os.environ[key] for key in _KEPT if key in os.environ} | dict.fromkeys(_THREADS, "1")
        done = subprocess.run(  # noqa: S603 (our own interpreter, our own code)
            [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT],
            input=head.encode() + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=env,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        log.warning("reading an upload took more than %s s", seconds)
        raise _too_slow(seconds) from error
    finally:
        _turn.release()
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        log.warning("the process that read an upload ended with %s", done.returncode)
        if done.returncode == -_signal("SIGXCPU"):
            raise _too_slow(seconds) from error
        raise UnreadableFile(
            "这个文件读到一半就出错了，可能已损坏，或者内容异常庞大。", "请另存一份，或拆成几个文件再传。"
        ) from error
    if "message" in answer:
        raise UnreadableFile(answer["message"], answer["hint"])
    return str(answer["text"])


def _too_slow(seconds: int) -> UnreadableFile:
    return UnreadableFile(
        f"读这个文件超过了 {seconds} 秒，没有读完。", "请拆成几个文件，或把文字复制到新的 Word 文档再传。"
    )


def _signal(name: str) -> int:
    import signal

    return int(getattr(signal, name, 0))


def child() -> None:
    """Read what the parent sent on standard input, and answer on standard output. Runs in the process apart."""
    head = json.loads(sys.stdin.buffer.readline())
    _limit(head["seconds"], head["memory_mb"])
    try:
        document = read_bytes(head["name"], sys.stdin.buffer.read(), max_bytes=head["max_bytes"])
        answer = {"text": document.text}
    except FengqiaoError as error:
        answer = {"message": error.message, "hint": error.hint}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _limit(seconds: int, memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # no Unix: the parent's clock remains
        return
    memory = memory_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # readers write nothing
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
