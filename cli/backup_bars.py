"""Progress of a backup on the terminal: megabytes, but passages while the index is built."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Amount(TextColumn):
    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        done, total = int(task.completed), int(task.total or 0)
        if task.description == "建立索引":
            return Text(f"{done}/{total} 段")
        return Text(f"{done / 2**20:.1f}/{total / 2**20:.1f} MB")


@contextmanager
def backup_bars() -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield progress(phase, done, total); None where there is no terminal: a timer's mail stays short."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), _Amount(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def step(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = progress.add_task(phase, total=total)
            progress.update(tasks[phase], completed=done, total=total)

        yield step
