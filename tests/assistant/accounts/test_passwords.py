"""Which passwords are refused."""

import pytest

from assistant.accounts.passwords import fits, hash_password, outdated, require_good
from kb.errors import BadRequest


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "1234567890", "20261121001122", "admin12345", "Admin@2026!!", "password123", "P@ssw0rd2026",
        "fengqiao2026", "Fengqiao@123", "qwertyuiop", "aaaaaaaaaaaa", "adminadmin", "wangfang-2026", "x" * 201,
    ],
)  # fmt: skip
def test_default_short_and_guessable_ones(password: str) -> None:
    with pytest.raises(BadRequest) as caught:
        require_good(password, "wangfang")
    assert caught.value.hint
    assert not password or password not in caught.value.message


@pytest.mark.parametrize("password", ["香樟搭桥晒谷坪四十二里", "correct horse battery", "mT4!kd-Lw9q2"])
def test_good_ones(password: str) -> None:
    require_good(password, "wangfang")


def test_a_hash_fits_its_password_only() -> None:
    made = hash_password("香樟搭桥晒谷坪四十二里")
    assert made.startswith("$argon2id$")
    assert fits(made, "香樟搭桥晒谷坪四十二里")
    assert not fits(made, "香樟搭桥晒谷坪四十三里")
    assert not fits("", "an account that isn't there")
    assert not fits("plain text", "plain text")
    assert not outdated(made)
    assert outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")
