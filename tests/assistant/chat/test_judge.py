"""The networks that judge whether the library answers a question, and what goes wrong with their file."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from assistant.chat.confidence import NAMES
from assistant.chat.judge import FILE, Judge, panel, question_states
from kb.embedding.lower import lower_half
from kb.errors import NotReady


def test_the_shipped_networks_fit_the_program() -> None:
    judges = panel()
    assert judges is not None and judges.features == list(NAMES)
    assert len(judges.mean) == len(judges.scale) == len(NAMES)
    assert all(judge.state.in_features == lower_half().dim for judge in judges.judges)


def test_words_alone_move_the_chance() -> None:
    """The same numbers, of an average question: what is asked decides."""
    judges = panel()
    assert judges is not None
    law, none = (judges.chance(q, judges.mean) for q in ("楼上漏水泡坏我家墙谁赔", "红烧肉怎么炖才烂"))
    assert 0 <= none < 0.5 < law <= 1


def test_what_the_search_found_moves_the_chance() -> None:
    judges = panel()
    assert judges is not None
    question = "这件事能不能办"
    low, high = (judges.chance(question, judges.mean + way * judges.scale) for way in (-1.0, 1.0))
    assert low < high


def test_padding_changes_nothing() -> None:
    judge = Judge(lower_half().dim, 2).eval()
    states = torch.from_numpy(question_states("借钱不还怎么办"))
    wide = torch.cat([states, torch.zeros(5, states.shape[1])])
    numbers, lengths = torch.zeros(1, 2), torch.tensor([len(states)])
    with torch.inference_mode():
        assert torch.allclose(
            judge(states[None], lengths, numbers), judge(wide[None], lengths, numbers), atol=1e-5
        )


def test_no_file_is_no_network(tmp_path: Path) -> None:
    assert panel(tmp_path / FILE) is None


@pytest.mark.parametrize("about", [None, {"count": 1}, {"count": 1, "dim": 4, "features": ["a"]}])
def test_a_damaged_file_is_named(tmp_path: Path, about: dict[str, object] | None) -> None:
    file = tmp_path / FILE
    if about is None:
        file.write_bytes(b"nothing")
    else:
        save_file({"0.state.weight": torch.zeros(1)}, file, {"about": json.dumps(about)})
    with pytest.raises(NotReady, match="answering"):
        panel(file)


def test_a_chance_is_finite_for_any_question() -> None:
    judges = panel()
    assert judges is not None
    for question in ("？", "a" * 600, "\u200b", "的" * 3):
        assert np.isfinite(judges.chance(question, judges.mean))
