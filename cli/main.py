"""Entry point of the `fengqiao` command."""

import sys
from typing import NoReturn

import typer
from rich.console import Console

from cli.commands import (
    advise,
    ask,
    audit,
    backup,
    bench,
    check,
    cite,
    doctor,
    draft,
    evaluate,
    ingest,
    mcp,
    records,
    rules,
    run,
    search,
    sources,
    train,
)
from kb.errors import FengqiaoError

app = typer.Typer(
    name="fengqiao",
    help="枫桥：国家法律、村规民约、调解案例的知识库与助手。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("ingest")(ingest.ingest)
app.command("search")(search.search)
app.command("cite")(cite.cite)
app.command("ask")(ask.ask)
app.command("advise")(advise.advise)
app.command("check")(check.check)
app.add_typer(rules.app, name="rules")
app.command("draft")(draft.draft)
app.command("sources")(sources.sources)
app.add_typer(evaluate.app, name="eval")
app.add_typer(audit.app, name="audit")
app.add_typer(records.app, name="records")
app.command("bench")(bench.bench)
app.command("train")(train.train)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("mcp")(mcp.mcp)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command line; an error meant for people is printed in two lines and ends with status 1."""
    try:
        app()
    except FengqiaoError as error:
        _fail(error)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        from kb.storage_errors import storage_problem  # the database's library takes long to load

        problem = storage_problem(error)
        if problem is None:
            raise
        _fail(problem)


def _fail(error: FengqiaoError) -> NoReturn:
    console = Console(stderr=True)
    console.print(f"[bold red]出错：[/]{error.message}", highlight=False)
    if error.hint:
        console.print(f"[dim]怎么办：[/]{error.hint}", highlight=False)
    sys.exit(1)


if __name__ == "__main__":
    main()
