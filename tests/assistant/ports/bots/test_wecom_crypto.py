"""Against the platform's published example, and against a second implementation of its algorithm."""

import base64
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from assistant.ports.bots.bots import Bots
from assistant.ports.bots.wecom_crypto import WecomCrypto
from kb.errors import BadRequest, Forbidden
from kb.settings import Settings
from tests.assistant.ports.bots import platform
from tests.assistant.ports.bots.platform import CORP, KEY, TOKEN, Wecom

OURS = WecomCrypto(TOKEN, KEY, CORP)


def test_the_published_example() -> None:
    sample = WecomCrypto(platform.SAMPLE_TOKEN, platform.SAMPLE_KEY, platform.SAMPLE_CORP)
    signature, timestamp, nonce = platform.SAMPLE_SIGNED
    sample.require_signature(signature, timestamp, nonce, platform.SAMPLE_ECHO)
    assert sample.decrypt(platform.SAMPLE_ECHO) == platform.SAMPLE_PLAIN


@pytest.mark.parametrize("length", [0, 1, 15, 31, 32, 33, 2048])
def test_both_ways_with_the_other_implementation(length: int) -> None:
    message = ("枫" * length).encode()[:length]
    assert OURS.decrypt(Wecom().seal(message)) == message
    assert Wecom().open(OURS.encrypt(message)) == message
    assert OURS.encrypt(message) != OURS.encrypt(message)


def test_each_part_is_under_the_signature() -> None:
    parts = ["1700000000", "nonce", "sealed"]
    good = OURS.sign(*parts)
    OURS.require_signature(good, *parts)
    for i in range(3):
        changed = [*parts[:i], parts[i] + "x", *parts[i + 1 :]]
        with pytest.raises(Forbidden, match="签名"):
            OURS.require_signature(good, *changed)
    for wrong in ("", good[:-1], good.upper(), "é" * 40):
        with pytest.raises(Forbidden, match="签名"):
            OURS.require_signature(wrong, *parts)


def test_another_corporations_message_is_refused() -> None:
    with pytest.raises(Forbidden, match="本单位"):
        OURS.decrypt(Wecom(corp="ww0000000000000000").seal(b"x"))


def raw(plain: bytes) -> str:
    key = base64.b64decode(KEY + "=")
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "sealed",
    [
        "", "not base64!", "AAAA", base64.b64encode(b"x" * 15).decode(), base64.b64encode(b"").decode(),
        raw(b"\x00" * 32), raw(b"\x21" * 64), raw(b"\x20" * 32), raw(b"x" * 31 + b"\x02"),
        raw(b"sixteen octets.." + struct.pack("!I", 1 << 31) + b"x" * 11 + b"\x01"),
        raw(b"sixteen octets.." + struct.pack("!I", 5) + b"hello" + CORP[:6].encode() + b"\x01"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_alike(sealed: str) -> None:
    with pytest.raises(Forbidden):
        OURS.decrypt(sealed)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "=", KEY[:-1] + "中"])
def test_a_key_that_cannot_be_one_is_said_at_the_start_without_showing_it(key: str) -> None:
    with pytest.raises(BadRequest) as refused:
        WecomCrypto(TOKEN, key, CORP)
    assert not key or key not in refused.value.message + refused.value.hint


def test_settings_in_part_are_refused_by_name() -> None:
    with pytest.raises(BadRequest, match="wecom_token、wecom_corp_id"):
        Bots(Settings(wecom_aes_key=KEY))
    assert Bots(Settings()).wecom is None
    assert Bots(Settings(wecom_aes_key=KEY), listening=False).wecom is None
