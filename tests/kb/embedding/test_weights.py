"""Trained networks in a file."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from kb.embedding.weights import about, loaded, store, stored
from kb.errors import NotReady


def test_networks_come_back_as_they_were_stored(tmp_path: Path) -> None:
    file = tmp_path / "two.safetensors"
    networks = [nn.Linear(3, 2), nn.Linear(3, 2)]
    store(networks, file, dim=3, names=["a", "b"])
    assert about(file, "模型") == {"count": 2, "dim": 3, "names": ["a", "b"]}
    again = stored(file, "模型", lambda said: nn.Linear(said["dim"], 2).train())
    assert len(again) == 2 and not any(network.training for network in again)
    for was, now in zip(networks, again, strict=True):
        assert torch.allclose(was.weight, now.weight, atol=1e-3)
    assert not torch.allclose(again[0].weight, again[1].weight)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"count": 1},
        {"count": 2, "dim": 3},  # only one is there
        {"count": 1, "dim": 4},  # of another size
        {"count": "many", "dim": 3},
    ],
)
def test_a_file_that_does_not_fit_is_named(tmp_path: Path, said: dict[str, object] | None) -> None:
    file = tmp_path / "damaged.safetensors"
    if said is None:
        file.write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00nonsense")
    else:
        tensors = {f"0.{k}": v.contiguous() for k, v in nn.Linear(3, 2).state_dict().items()}
        save_file(tensors, file, {"about": json.dumps(said)})
    with pytest.raises(NotReady, match="damaged"):
        stored(file, "模型", lambda said: nn.Linear(said["dim"], 2))
    with pytest.raises(NotReady):
        stored(tmp_path / "missing.safetensors", "模型", lambda said: nn.Linear(3, 2))


def test_what_holds_them_is_made_of_networks_and_what_is_said(tmp_path: Path) -> None:
    file = tmp_path / "held.safetensors"
    store([nn.Linear(3, 2)], file, dim=3)

    def held(key: str) -> tuple[int, int] | None:
        return loaded(
            file, "模型", lambda said: nn.Linear(said["dim"], 2), lambda all_, said: (len(all_), said[key])
        )

    assert held("dim") == (1, 3)
    with pytest.raises(NotReady, match="held"):
        held("nothing of the kind")
    file.unlink()
    assert held("dim") is None
