"""The archive file: what goes in comes out; what isn't as it was written is refused, and by its name."""

import gzip
import io
import os
import random
import tarfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from kb.backup.archive import read_manifest, unpack, write_archive
from kb.backup.crypt import CHUNK, MAGIC
from kb.backup.manifest import FORMAT, IndexPrint, Manifest, Member
from kb.errors import BadRequest, Conflict, FengqiaoError, UnreadableFile
from tests.kb.backup.conftest import PASSPHRASE

#: Sizes around the encryption's chunks; the noise doesn't compress.
NOISE = random.Random(1).randbytes(2 * CHUNK + 17)
CONTENT = {"records.db": NOISE, "cache/embeddings.db": b"", "files/来文/函 一.txt": "请予协助。".encode()}


def manifest_of(content: dict[str, bytes], **fields: object) -> Manifest:
    members = [Member(name=n, bytes=len(c), sha256=sha256(c).hexdigest()) for n, c in content.items()]
    created = datetime.fromisoformat("2026-11-22T03:30:00+08:00")
    return Manifest(
        **{
            "program": "0", "created": created, "database": "sqlite", "index": IndexPrint(), "tables": {},
            "members": members, **fields,
        }
    )  # fmt: skip


def staged(folder: Path, content: dict[str, bytes]) -> Path:
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(params=[None, PASSPHRASE], ids=["plain", "encrypted"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str | None]:
    archive = tmp_path / "out" / "a.tar.gz"
    write_archive(archive, manifest_of(CONTENT), staged(tmp_path / "staged", CONTENT), request.param)
    return archive, request.param


def test_what_goes_in_comes_out(written: tuple[Path, str | None], tmp_path: Path) -> None:
    archive, passphrase = written
    manifest = unpack(archive, tmp_path / "back", passphrase)
    assert manifest == manifest_of(CONTENT)
    back = {
        p.relative_to(tmp_path / "back").as_posix(): p.read_bytes()
        for p in (tmp_path / "back").rglob("*")
        if p.is_file()
    }
    assert back == CONTENT
    assert read_manifest(archive, passphrase) == manifest
    assert all((tmp_path / "back" / name).stat().st_mode & 0o777 == 0o600 for name in CONTENT)


def test_only_its_owner_reads_it_and_nothing_else_is_left(written: tuple[Path, str | None]) -> None:
    archive, passphrase = written
    assert archive.stat().st_mode & 0o777 == 0o600
    assert list(archive.parent.iterdir()) == [archive]
    assert (archive.read_bytes()[: len(MAGIC)] == MAGIC) == bool(passphrase)
    if passphrase:
        assert NOISE[:1000] not in archive.read_bytes()
    else:
        with tarfile.open(archive) as tar:
            assert tar.getnames() == ["manifest.json", *CONTENT]


def test_a_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_text("old")
    with pytest.raises(Conflict, match="已经有这个文件"):
        write_archive(tmp_path / "a.tar.gz", manifest_of(CONTENT), staged(tmp_path / "s", CONTENT))
    assert (tmp_path / "a.tar.gz").read_text() == "old"
    assert not list(tmp_path.glob(".a*"))


def test_damage_is_found_wherever_it_is(written: tuple[Path, str | None]) -> None:
    archive, passphrase = written
    good = archive.read_bytes()
    chance = random.Random(2)
    # The ten bytes of a gzip header hold flags and a date that mean nothing to us.
    places = [20, len(good) - 1, *(chance.randrange(20, len(good)) for _ in range(20))]
    for at in places[:4] if passphrase else places:  # to derive a key takes most of a second
        archive.write_bytes(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :])
        with pytest.raises((UnreadableFile, BadRequest), match=r"损坏|不是枫桥"):
            unpack(archive, None, passphrase)


def test_an_archive_cut_off_anywhere_is_refused(written: tuple[Path, str | None]) -> None:
    archive, passphrase = written
    good = archive.read_bytes()
    cuts = [0, 1, 10, 40, CHUNK, len(good) // 2, len(good) - 8, len(good) - 1]
    chunk_ends = [len(MAGIC) + 23 + count * (CHUNK + 16) for count in (0, 1, 2)]
    for cut in [len(good) - 1, *chunk_ends] if passphrase else cuts:
        archive.write_bytes(good[:cut])
        with pytest.raises((UnreadableFile, BadRequest)):
            unpack(archive, None, passphrase)


def test_the_damaged_member_is_named(written: tuple[Path, str | None]) -> None:
    archive, passphrase = written
    good = bytearray(archive.read_bytes())
    good[len(good) // 2] ^= 1  # the records are nearly all of it
    archive.write_bytes(good)
    with pytest.raises(UnreadableFile, match=r"坏在 records\.db"):
        unpack(archive, None, passphrase)


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2, 1], [0, 2], [0, 1], [0, 1, 2, 2]])
def test_chunks_out_of_order_are_refused(tmp_path: Path, order: list[int]) -> None:
    archive = tmp_path / "a.enc"
    write_archive(archive, manifest_of(CONTENT), staged(tmp_path / "s", CONTENT), PASSPHRASE)
    whole, head, size = archive.read_bytes(), len(MAGIC) + 23, CHUNK + 16
    chunks = [whole[at : at + size] for at in range(head, len(whole), size)]
    assert len(chunks) == 3
    archive.write_bytes(whole[:head] + b"".join(chunks[n] for n in order))
    with pytest.raises((UnreadableFile, BadRequest)):
        unpack(archive, None, PASSPHRASE)


def test_an_encrypted_archive_needs_its_passphrase(tmp_path: Path) -> None:
    archive = tmp_path / "a.enc"
    write_archive(archive, manifest_of(CONTENT), staged(tmp_path / "s", CONTENT), PASSPHRASE)
    with pytest.raises(BadRequest, match="加了密"):
        unpack(archive, None)
    with pytest.raises(BadRequest, match="口令不对"):
        unpack(archive, tmp_path / "back", PASSPHRASE + "!")
    assert not (tmp_path / "back").exists()


def test_a_newer_format_is_refused_before_anything_else_is_read(tmp_path: Path) -> None:
    newer = manifest_of(CONTENT).model_dump_json().replace(f'"format":{FORMAT}', f'"format":{FORMAT + 1}')
    archive = hostile(tmp_path, [("manifest.json", newer.replace('"members"', '"parts"').encode())])
    with pytest.raises(Conflict, match="格式版本"):
        unpack(archive, tmp_path / "back")


def hostile(folder: Path, entries: list[tuple[str | tarfile.TarInfo, bytes]]) -> Path:
    """An archive that our writer would never make."""
    path = folder / "hostile.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for entry, data in entries:
            info = entry if isinstance(entry, tarfile.TarInfo) else tarfile.TarInfo(entry)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def listing(*names: str, data: bytes = b"x") -> tuple[str, bytes]:
    return "manifest.json", manifest_of(dict.fromkeys(names, data)).model_dump_json().encode()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "files/../../evil",
        "/evil",
        "files//evil",
        "./evil",
        "files/..",
        "C:/evil",
        "files\\..\\evil",
        "",
    ],
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    archive = hostile(tmp_path, [listing(name), (name, b"x")])
    with pytest.raises(UnreadableFile):
        unpack(archive, tmp_path / "in" / "back")
    archive = hostile(tmp_path, [listing("records.db"), (name, b"x")])
    with pytest.raises(UnreadableFile):
        unpack(archive, tmp_path / "in" / "back")
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p != archive]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
)
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    (tmp_path / "secret").write_text("x")
    entry = link("files/a", str(tmp_path / "secret"), kind)
    archive = hostile(tmp_path, [listing("files/a", data=b""), (entry, b"")])
    with pytest.raises(UnreadableFile, match="链接或特殊文件"):
        unpack(archive, tmp_path / "back")
    assert not os.path.lexists(tmp_path / "back" / "files" / "a")


def test_members_must_be_those_listed(tmp_path: Path) -> None:
    one, two = ("files/a", b"x"), ("files/b", b"x")
    for listed, entries, reason in [
        (("files/a",), [one, two], "多出成员"),
        (("files/a", "files/b"), [one], r"缺少 files/b"),
        (("files/a", "files/b"), [two, one], "应是 files/a"),
        (("files/a",), [("files/a", b"y")], r"坏在 files/a"),
        (("files/a",), [("files/a", b"xx")], r"坏在 files/a"),
    ]:
        archive = hostile(tmp_path, [listing(*listed), *entries])
        with pytest.raises(UnreadableFile, match=reason):
            unpack(archive, None)
    twice = hostile(tmp_path, [listing("files/a"), one, one])
    with pytest.raises(UnreadableFile):
        unpack(twice, None)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not ours", gzip.compress(b"not a tar", mtime=0)])
def test_other_files_are_told_apart(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FengqiaoError, match=r"不是枫桥的备份文件|损坏"):
        unpack(tmp_path / "a", None)
    with pytest.raises(UnreadableFile, match="不是枫桥"):
        unpack(hostile(tmp_path, [("readme.txt", b"x")]), None)
