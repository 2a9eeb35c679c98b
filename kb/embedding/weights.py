"""Trained networks in a safetensors file: several of one kind, numbered, with what is to be known of them."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from kb.errors import NotReady

Network = TypeVar("Network", bound=nn.Module)
Held = TypeVar("Held")


def about(path: Path, what: str) -> dict[str, Any]:
    """Return what the file says of its networks; raises as `stored`."""
    try:
        with safe_open(path, framework="pt") as file:
            said: dict[str, Any] = json.loads((file.metadata() or {})["about"])
            return said
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise unreadable(path, what) from error


def stored(path: Path, what: str, build: Callable[[dict[str, Any]], Network]) -> list[Network]:
    """Return the networks of a file, ready to be asked.

    Args:
        path: the file.
        what: what to call it in a message.
        build: makes one, untrained, from what the file says of them.

    Raises:
        NotReady: the file is damaged or doesn't fit this program.
    """
    said = about(path, what)
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        found = []
        for n in range(said["count"]):
            network, head = build(said), f"{n}."
            network.load_state_dict(
                {k.removeprefix(head): v for k, v in tensors.items() if k.startswith(head)}
            )
            found.append(network.eval())
        return found
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise unreadable(path, what) from error


def loaded(
    path: Path,
    what: str,
    build: Callable[[dict[str, Any]], Network],
    hold: Callable[[list[Network], dict[str, Any]], Held],
) -> Held | None:
    """Return what holds the networks of a file, None where there is no file.

    Args:
        path: the file.
        what: what to call it in a message.
        build: makes one network, untrained, from what the file says of them.
        hold: makes the holder of the networks and of what the file says of them.

    Raises:
        NotReady: the file is damaged or doesn't fit this program.
    """
    if not path.is_file():
        return None
    networks, said = stored(path, what, build), about(path, what)
    try:
        return hold(networks, said)
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(path, what) from error


def store(networks: Sequence[nn.Module], path: Path, **said: Any) -> None:
    """Write networks of one kind, in halves, and what is to be known of them."""
    weights = {
        f"{n}.{name}": value.half().contiguous()
        for n, network in enumerate(networks)
        for name, value in network.state_dict().items()
    }
    save_file(weights, path, {"about": json.dumps({"count": len(networks), **said})})


def unreadable(path: Path, what: str) -> NotReady:
    """Return the error that says which file to restore."""
    return NotReady(f"{what}读不出来：{path.name}", f"请恢复随软件提供的 corpora/{path.parent.name} 文件夹。")
