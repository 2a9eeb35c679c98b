"""Valid files changed inside their containers: the parts are broken, not the zip, so that the parsers meet them."""

import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.readers.test_fuzz import SEEDS, survives
from tests.ingest.readers.test_office import repacked

#: What XML, PDF and numbers in them don't expect.
PIECES = [
    b"<", b">", b"&", b"&#0;", b"&#xFFFFFFFF;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>",
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"-1", b"0", b"999999999999999999999", b"1e999", b"NaN", b'"', b"'",
    b'="', b"/>", b"w:p", b"xmlns", b"stream", b"endstream", b"obj", b"<<", b">>", b"[", b"]", b"/Length", b"R",
]  # fmt: skip
OFFICE = ["a.docx", "a.xlsx"]


def changed(part: bytes, rng: random.Random) -> bytes:
    out = bytearray(part)
    for _ in range(rng.choice((1, 2, 8))):
        at = rng.randrange(len(out) + 1)
        until = at + rng.choice((0, 0, 1, 5, 60))
        out[at:until] = rng.choice(PIECES) * rng.choice((1, 1, 1, 30))
    return bytes(out)


def mutate_part(name: str, rng: random.Random) -> None:
    seed = SEEDS[name]()
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if archive.read(n)}
    part = rng.choice(sorted(parts))
    survives(name, repacked(seed, {part: changed(parts[part], rng)}))


@pytest.mark.parametrize("name", OFFICE)
def test_broken_parts(name: str) -> None:
    rng = random.Random(name)
    for _ in range(25):
        mutate_part(name, rng)


@pytest.mark.parametrize("name", [n for n in SEEDS if n not in OFFICE])
def test_pieces_put_into_plain_files(name: str) -> None:
    rng = random.Random(name)
    for _ in range(25):
        survives(name, changed(SEEDS[name](), rng))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SEEDS)), st.text(max_size=60))
def test_any_name(name: str, other: str) -> None:
    survives(other, SEEDS[name]()[:400])


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDS)
def test_thousands_of_mutations(name: str) -> None:
    for number in range(1500):
        rng = random.Random(f"{name} {number}")
        if name in OFFICE and number % 2:
            mutate_part(name, rng)
        else:
            survives(name, changed(SEEDS[name](), rng))
