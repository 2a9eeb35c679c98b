"""The figures of docs/evaluation-rulecheck.md must not get worse unnoticed."""

import pytest

from eval.rulecheck import evaluate, main


@pytest.mark.parametrize("name", ["a", "b"])
def test_labelled_samples(name: str) -> None:
    report = evaluate(name)
    assert report.misplaced == 0
    assert report.overstep.precision >= 0.95
    assert report.overstep.recall >= 0.95
    assert report.flagged.precision >= 0.95
    assert report.flagged.recall >= 0.95


def test_command_prints_both_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", "a"]) == 0
    assert "overstep vs rest" in capsys.readouterr().out
