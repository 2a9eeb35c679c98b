"""Passwords: which are good enough, and their Argon2 hashes."""

import re
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.errors import BadRequest

MIN_CHARS = 10
#: Work is refused to nobody, but memory is short: one hash takes 64 MiB for a moment.
_AT_ONCE = threading.BoundedSemaphore(2)
_HASHER = PasswordHasher()
#: What default and careless passwords are made of once digits and marks around it are gone.
_CORES = frozenset(
    (
        "password",
        "passw",
        "passwd",
        "admin",
        "administrator",
        "fengqiao",
        "qwerty",
        "qwertyuiop",
        "asdfgh",
        "asdfghjkl",
        "letmein",
        "welcome",
        "changeme",
        "iloveyou",
        "root",
        "test",
        "demo",
        "default",
        "guest",
        "user",
        "abc",
        "abcd",
        "woaini",
        "mima",
        "guanliyuan",
        "tiaojie",
    )
)
MAX_CHARS = 200


def require_good(password: str, login: str) -> None:
    """Refuse a password that is short, a well-known default, or made of the login name.

    Raises:
        BadRequest: with what a good one looks like.
    """
    hint = f"密码至少 {MIN_CHARS} 个字符，可用几个不相干的词连起来；不要用默认密码、纯数字或登录名"
    if not password.isascii() and any("\ud800" <= char <= "\udfff" for char in password):
        raise BadRequest("密码里有读不出来的字", "请用 UTF-8 编码")
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise BadRequest(f"密码要有 {MIN_CHARS} 到 {MAX_CHARS} 个字符", hint)
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.lower())
    cores = {core, core.translate(str.maketrans("@$0134", "asoiea"))}
    halves = {core[: len(core) // 2] for core in cores if core[: len(core) // 2] * 2 == core}
    if (cores | halves) & (_CORES | {""}) or len(set(password)) < 5:
        raise BadRequest("这个密码太常见，很容易被猜到", hint)
    if login and login.lower() in password.lower():
        raise BadRequest("密码里不要带登录名", hint)


def hash_password(password: str) -> str:
    """Return the Argon2id hash, parameters and salt included."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Return whether the password fits. An empty hash fits none, and takes as long to say so."""
    try:
        with _AT_ONCE:
            _HASHER.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):  # the last: half a character, from JSON
        return False
    return bool(password_hash)


def outdated(password_hash: str) -> bool:
    """Return whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


@lru_cache
def _nobodys() -> str:
    return _HASHER.hash("an account that isn't there")
