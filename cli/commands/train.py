"""`fengqiao train`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.progress import bars
from kb.settings import get_settings


def train(
    data: Annotated[
        Path, typer.Option(help="BEIR 格式的文件夹：corpus.jsonl[.xz]、queries.NAME.jsonl、qrels/NAME.tsv")
    ],
    qrels: Annotated[str, typer.Option(help="用哪一组问题（NAME）")] = "train",
    out: Annotated[Path | None, typer.Option(help="结果放在哪里；不写为运行数据目录下的 training")] = None,
    config: Annotated[Path | None, typer.Option(help="训练配置；不写为 eval/training/config.toml")] = None,
    cross_validation: Annotated[
        bool, typer.Option(help="同时做交叉验证并训练排序模型（用时为只训练模型的数倍）")
    ] = True,
) -> None:
    """训练检索模型：从数据到向量模型、排序模型和成绩表；中断后再运行，从已完成的阶段接着做。"""
    from eval.training.config import DEFAULT, load_config
    from eval.training.run import run_training

    settings = get_settings()
    target = out or settings.home / "training"
    console = Console(stderr=True)
    try:
        with bars() as step:
            outcome = run_training(
                data,
                qrels,
                load_config(config or DEFAULT),
                settings,
                target,
                cross=cross_validation,
                progress=lambda name, done, total, _loss: step(f"训练 {name}", done, total),
                note=lambda text: console.print(text, highlight=False),
            )
    except KeyboardInterrupt:
        console.print("已中断。再运行同一条命令，从已完成的阶段接着做。")
        raise typer.Exit(130) from None
    typer.echo(f"向量模型：{outcome.model}")
    if outcome.ranker:
        typer.echo(f"排序模型：{outcome.ranker}")
    typer.echo(f"成绩表：{target / 'results.md'}")
