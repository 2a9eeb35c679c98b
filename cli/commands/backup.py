"""`fengqiao backup`, `fengqiao restore`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.backup_bars import backup_bars
from kb.errors import BadRequest
from kb.settings import get_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kb.backup.manifest import Member
    from kb.backup.restore import Restored

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", help="口令文件（一行，至少 12 个字符）：做备份时用它加密，恢复时用它打开"
    ),
]


def backup(
    out: Annotated[Path | None, typer.Option("--out", help="备份写成这个文件")] = None,
    folder: Annotated[Path, typer.Option("--dir", help="备份放进这个目录，文件名带日期时间")] = Path(),
    keep: Annotated[
        bool, typer.Option("--keep", help="做完后清理 --dir：留最近 7 日、4 周、12 个月各一份，其余删去")
    ] = False,
    check: Annotated[
        Path | None, typer.Option("--verify", help="不做备份，而把这份备份恢复到临时目录并逐项比较")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """把资料、记录、向量和文件备份成一个文件；服务不用停。"""
    from kb.backup.create import archive_name, back_up
    from kb.backup.crypt import read_passphrase
    from kb.backup.retention import prune

    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    console = Console()
    if check is not None:
        _verify(check, passphrase, console)
        return
    if out is not None and (keep or folder != Path()):
        raise BadRequest(
            "--out 不能和 --dir、--keep 一起用", "指定文件名用 --out；定期备份用 --dir 和 --keep。"
        )
    settings = get_settings()
    if passphrase_file and passphrase_file.resolve().is_relative_to(settings.home.resolve()):
        raise BadRequest("口令文件不能放在数据目录里", "它会和数据一起丢失；请另外保管。")
    target = out or folder / archive_name(datetime.now(), encrypted=bool(passphrase))
    with backup_bars() as progress:
        made = back_up(settings, target, passphrase, progress)
    rows = sum(t.rows for t in made.manifest.tables.values())
    console.print(
        f"已备份到 {made.path}（{made.bytes / 2**20:.1f} MB）：记录 {rows} 行，索引 {made.manifest.index.points} 段，"
        f"其他文件 {_other_files(made.manifest.members)} 个；已读回核对",
        highlight=False,
        soft_wrap=True,
    )
    if made.links:
        console.print(f"[yellow]没有备份（是链接，请另行备份）：{'、'.join(made.links)}[/]", highlight=False)
    if keep:
        for gone in prune(folder):
            console.print(f"已删去过期的备份 {gone.name}", highlight=False)


def restore(
    archive: Annotated[Path, typer.Argument(help="备份文件")],
    home: Annotated[
        Path | None, typer.Option("--home", help="恢复到这个目录；不写为设置里的数据目录")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="目录不空也恢复：原有内容移到其中的子目录，不删除")
    ] = False,
    database: Annotated[
        str,
        typer.Option("--database", help="记录恢复到这个空的 PostgreSQL 数据库；不写为目录里的 SQLite 文件"),
    ] = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    """从备份恢复到一个空目录，重建索引，并与备份逐项比较。"""
    from kb.backup.crypt import read_passphrase
    from kb.backup.restore import restore as restore_archive

    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    settings = get_settings()
    target = home or settings.home
    console = Console()
    _require_file(archive)
    with backup_bars() as progress:
        restored = restore_archive(
            archive,
            target,
            settings,
            passphrase,
            force=force,
            database=database,
            prepare=[_records_tables],
            progress=progress,
        )
    if restored.aside:
        console.print(f"原有内容在 {restored.aside}，确认不需要后可自行删除", highlight=False, soft_wrap=True)
    _tell(console, f"已恢复到 {target.resolve()}", restored)
    if settings.database_url and settings.database_url != database:
        console.print(
            "[yellow]注意：设置 FENGQIAO_DATABASE_URL 指向另一个数据库，服务启动后用的是那一个[/]",
            highlight=False,
        )


def _verify(archive: Path, passphrase: str | None, console: Console) -> None:
    from kb.backup.restore import verify

    _require_file(archive)
    with backup_bars() as progress:
        restored = verify(archive, get_settings(), passphrase, progress)
    _tell(console, f"备份 {archive} 完好，已试恢复并逐项比较", restored)


def _tell(console: Console, what: str, restored: "Restored") -> None:
    manifest = restored.manifest
    rows = sum(t.rows for t in manifest.tables.values())
    console.print(
        f"{what}：{manifest.created:%Y-%m-%d %H:%M} 的备份，记录 {len(manifest.tables)} 表 {rows} 行，"
        f"索引 {restored.index.points} 段，其他文件 {_other_files(manifest.members)} 个，全部一致",
        highlight=False,
        soft_wrap=True,
    )
    if restored.index.other_model:
        console.print("[yellow]现在的向量模型与备份时的不同，向量已重新计算[/]")


def _other_files(members: "list[Member]") -> int:
    from kb.backup.manifest import FILES

    return sum(m.name.startswith(FILES) for m in members)


def _require_file(archive: Path) -> None:
    if not archive.is_file():
        raise BadRequest(f"找不到备份文件 {archive}", "请检查路径是否写对。")


def _records_tables(engine: "Engine") -> None:
    """Make the tables of the assistant's records, which the knowledge base knows nothing of."""
    from assistant.db.session import open_records

    open_records(engine)
