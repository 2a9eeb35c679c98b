"""The command line: in this process, where the model is loaded once, or in one of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

import corpora
from cli.main import main
from ingest.pipeline import Pipeline
from kb.settings import get_settings
from tests.conftest import copy_home
from tests.ingest.tree import new_kb, statute_markdown
from tests.law_catalog import parsed_laws


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def run_here(home: Path, *arguments: str, stdin: str = "") -> Ran:
    """Run `fengqiao` through its entry point in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("FENGQIAO_HOME", str(home))
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "argv", ["fengqiao", *arguments])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        get_settings.cache_clear()
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        finally:
            get_settings.cache_clear()
    return Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


def start_process(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start `fengqiao` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FENGQIAO_HOME": str(home), "COLUMNS": "200"},
    )


@pytest.fixture(scope="session")
def cli_home(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(base_home, tmp_path_factory.mktemp("cli") / "home")


@pytest.fixture(scope="session")
def small_cli_home(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Civil Code and one village: opens in a moment, for what doesn't need more."""
    folder = tmp_path_factory.mktemp("small")
    code = next(law for law in parsed_laws().laws if law.title.endswith("民法典"))
    (folder / "code.md").write_text(statute_markdown(code), encoding="utf-8")
    with new_kb(base_home, folder / "home") as kb:
        report = Pipeline(kb).run([folder / "code.md", corpora.path("village_rules", "yn-damafang.md")])
        assert not report.failures
    return folder / "home"


@pytest.fixture
def quick(small_cli_home: Path) -> Run:
    """Run a command on the small index."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        return run_here(small_cli_home, *arguments, stdin=stdin)

    return run


@pytest.fixture
def fengqiao(cli_home: Path) -> Iterator[Run]:
    """Run a command on a copy of the index that the commands share."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        return run_here(cli_home, *arguments, stdin=stdin)

    yield run
