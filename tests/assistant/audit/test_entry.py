"""What an entry takes, and that its seal covers every field."""

import hashlib
import json

import pytest

from assistant.audit.entry import GENESIS, SEALED, Entry, columns, digest
from assistant.audit.keys import KEY_FILE, KeyedHash, load_key
from kb.errors import NotReady

FULL = Entry(
    "export", "denied", who="person:6c1f", kind="draft", object_id="d-1", place="zj", address="ab12",
    request_id="r1", details={"status": 403, "format": "docx"},
)  # fmt: skip


def test_the_seal_is_sha256_over_a_json_list_of_all_fields() -> None:
    row = columns(FULL, 7, "2026-11-21T01:02:03.000004Z", "f" * 64)
    written = (
        '["fengqiao-audit-1",7,"2026-11-21T01:02:03.000004Z","person:6c1f","ab12","export","draft","d-1","zj",'
        '"denied","r1","{\\"format\\":\\"docx\\",\\"status\\":403}","' + "f" * 64 + '"]'
    )
    assert row["hash"] == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize("name", SEALED)
def test_every_field_is_under_the_seal(name: str) -> None:
    row = columns(FULL, 7, "2026-11-21T01:02:03.000004Z", GENESIS)
    assert digest({**row, name: "x"}) != row["hash"]


def test_moving_a_character_to_the_next_field_breaks_the_seal() -> None:
    row = columns(FULL, 7, "2026-11-21T01:02:03.000004Z", GENESIS)
    assert digest({**row, "kind": "draf", "object_id": "td-1"}) != row["hash"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"who": "王芳"}, {"who": "person:王芳"}, {"object_id": "张三"}, {"place": "枫树湾村"}, {"outcome": "ok"},
        {"action": "read"}, {"kind": "调解"}, {"request_id": "a b"}, {"details": {"query": "我被打了"}},
        {"details": {"phone": 13812345678}}, {"details": {"nested": {"a": 1}}}, {"details": {"姓名": "x"}},
    ],
)  # fmt: skip
def test_names_queries_and_numbers_of_people_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="codes and ids only"):
        Entry(**{"action": "view", **wrong})


def test_one_address_has_one_hash_and_another_key_another() -> None:
    here, there = KeyedHash(b"a" * 32), KeyedHash(b"b" * 32)
    assert here.address("192.0.2.7") == here.address("::ffff:192.0.2.7") != here.address("192.0.2.8")
    assert here.address("fe80::1%eth0") == here.address("fe80::1")
    assert here.address("192.0.2.7") != there.address("192.0.2.7") != here.text("192.0.2.7")
    assert here.text("  邻居  树枝 ") == here.text("邻居 树枝")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path) -> None:
    first = load_key(tmp_path / "home").text("x")
    assert load_key(tmp_path / "home").text("x") == first
    assert load_key(tmp_path / "other").text("x") != first
    assert (tmp_path / "home" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [p.name for p in (tmp_path / "home").iterdir()] == [KEY_FILE]


def test_a_damaged_key_is_said_and_not_replaced(tmp_path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(NotReady, match="已损坏"):
        load_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


def test_details_are_stored_with_sorted_keys() -> None:
    row = columns(Entry("view", details={"b": 1, "a": True}), 1, "t", GENESIS)
    assert json.loads(row["details"]) == {"a": True, "b": 1}
    assert row["details"] == '{"a":true,"b":1}'
