"""`fengqiao train`: what it says of itself and of mistakes, and that an interrupted run goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.settings import get_settings
from tests.cli.conftest import run_here
from tests.eval.training.beir_folder import write_beir, write_config


def test_help_names_every_option(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "train", "--help")
    assert ran.code == 0
    for option in ("--data", "--qrels", "--out", "--config", "--cross-validation", "--no-cross-validation"):
        assert option in ran.out
    assert "从已完成的阶段接着做" in ran.out


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "train", "--data", str(tmp_path / "none"))
    assert ran.code == 1 and ran.out == ""
    assert "没有 corpus.jsonl" in ran.err and "--data" in ran.err and "Traceback" not in ran.err


def test_a_configuration_with_a_mistake(tmp_path: Path) -> None:
    path = write_config(tmp_path / "own.toml")
    path.write_text(path.read_text("utf-8").replace("folds = 2", "folds = 1"), "utf-8")
    ran = run_here(tmp_path, "train", "--data", str(tmp_path), "--config", str(path))
    assert ran.code == 1
    assert "own.toml 不对：folds 不能是 1" in ran.err and "怎么办" in ran.err


def test_another_base_is_refused(tmp_path: Path) -> None:
    path = write_config(tmp_path / "own.toml")
    path.write_text(path.read_text("utf-8").replace('"multilingual-e5-small"', '"another"'), "utf-8")
    data = write_beir(tmp_path / "data")
    ran = run_here(tmp_path, "train", "--data", str(data), "--qrels", "dev", "--config", str(path))
    assert ran.code == 1 and "不能从 another 开始训练" in ran.err


@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    data, out = write_beir(tmp_path / "data"), tmp_path / "out"
    config = write_config(tmp_path / "own.toml", last_epochs=20)
    home = get_settings().home.resolve()
    arguments = ["train", "--data", str(data), "--qrels", "dev", "--config", str(config), "--out", str(out)]
    arguments.append("--no-cross-validation")
    # Where the tests run in the background, an interrupt is ignored unless asked for.
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", program + "from cli.main import main; main()", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FENGQIAO_HOME": str(home), "FENGQIAO_EMBEDDING_PRECISION": "fp32"},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("训练 consultations"):
            process.send_signal(signal.SIGINT)
            break
    last = process.stderr.read()
    assert process.wait() == 130
    assert "已中断" in last and "接着做" in last and "Traceback" not in last
    assert (out / "checkpoints" / "questions").is_dir() and not (out / "tiny").exists()

    ran = run_here(home, *arguments)
    assert ran.code == 0, ran.err
    assert "训练 consultations" in ran.err and "训练 questions" not in ran.err
    assert f"向量模型：{out / 'tiny'}" in ran.out and f"成绩表：{out / 'results.md'}" in ran.out
    assert (out / "tiny" / "model.safetensors").is_file() and "排序模型" not in ran.out
