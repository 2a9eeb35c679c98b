"""Sealing: exact, bound to the record, useless without the key, honest about what is wrong."""

from pathlib import Path

import pytest

from assistant.records.seal import KEY_FILE, Sealer, open_sealer
from kb.errors import NotReady

CONTENT = {"texts": {"facts": "王建国，电话13900001234\n\ud800"}, "also": ["塔拉木错"]}
KEY = bytes(range(32))


def test_what_was_sealed_comes_back_exactly_and_says_nothing_meanwhile() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal("r1", CONTENT)
    assert sealer.open("r1", sealed) == CONTENT
    assert "王建国".encode() not in sealed
    assert b"texts" not in sealed
    assert sealer.seal("r1", CONTENT) != sealed, "a nonce must never be used twice"


@pytest.mark.parametrize("at", [0, 1, 20, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray(Sealer(KEY).seal("r1", CONTENT))
    sealed[at] ^= 1
    with pytest.raises(NotReady, match="打不开"):
        Sealer(KEY).open("r1", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 20])
def test_what_is_too_short_is_refused(sealed: bytes) -> None:
    with pytest.raises(NotReady, match="打不开"):
        Sealer(KEY).open("r1", sealed)


def test_another_record_and_another_key_open_nothing() -> None:
    sealed = Sealer(KEY).seal("r1", CONTENT)
    for sealer, record in ((Sealer(KEY), "r2"), (Sealer(bytes(32)), "r1")):
        with pytest.raises(NotReady, match="打不开"):
            sealer.open(record, sealed)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    sealed = open_sealer(tmp_path, lambda: False).seal("r1", CONTENT)
    key = tmp_path / KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32
    assert open_sealer(tmp_path, lambda: True).open("r1", sealed) == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == [KEY_FILE]


def test_a_lost_key_is_not_replaced_where_something_was_sealed(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="不见了") as caught:
        open_sealer(tmp_path, lambda: True)
    assert "备份" in caught.value.hint
    assert not (tmp_path / KEY_FILE).exists()


def test_a_cut_off_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(NotReady, match="已损坏"):
        open_sealer(tmp_path, lambda: True)


def test_an_unreadable_key_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(NotReady, match="读写不了"):
        open_sealer(tmp_path, lambda: True)
