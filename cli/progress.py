"""Progress bars with rate and time left, on the terminal; a line now and then where there is none."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Task as RichTask
from rich.text import Text


class _Rate(TextColumn):
    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: RichTask) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f} 条/秒" if speed else "", style="dim")


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """Yield progress(phase, done, total); one bar a phase."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def step(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = progress.add_task(phase, total=total)
            progress.update(tasks[phase], completed=done, total=total)

        yield step


def _plain() -> Callable[[str, int, int], None]:
    started: dict[str, float] = {}
    last: dict[str, float] = {}

    def step(phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        started.setdefault(phase, now)
        if done < total and now - last.get(phase, 0.0) < 5:
            return
        last[phase] = now
        rate = done / max(now - started[phase], 1e-3)
        left = f"，约剩 {(total - done) / rate:.0f} 秒" if rate and done < total else ""
        sys.stderr.write(f"{phase} {done}/{total}{left}\n")

    return step
