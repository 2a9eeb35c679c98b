"""Encryption of an archive with a passphrase: scrypt, then AES-256-GCM chunk by chunk.

Not Fernet: that holds the whole archive in memory. Chunks alone could be reordered, dropped or cut off at the
end, so each chunk's nonce holds its number and whether it is the last (the STREAM construction of Hoang et al. 2015).

Layout: MAGIC, 16 bytes of salt, 7 bytes of nonce prefix, then chunks of CHUNK plain bytes, 16 more each encrypted.
"""

import io
import os
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kb.errors import BadRequest

MAGIC = b"FQBAK1\r\n"
CHUNK = 1 << 20
SHORTEST = 12  # characters of a passphrase
_TAG = 16
_SALT, _PREFIX = 16, 7


class WrongKey(Exception):
    """The first chunk doesn't open: another passphrase, or damaged there."""


class Damaged(Exception):
    """A later chunk doesn't open, or the last one is missing."""


def read_passphrase(path: Path) -> str:
    """Return the passphrase in a file, without the line break at its end.

    Raises:
        BadRequest: the file can't be read, or its passphrase is shorter than SHORTEST.
    """
    try:
        text = path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"读不了口令文件 {path}", "请检查路径和权限；文件里只写一行口令。") from error
    if len(text) < SHORTEST:
        raise BadRequest(
            f"口令太短：至少 {SHORTEST} 个字符", "请换一个长口令，并另外保管好：丢了口令，备份就打不开了。"
        )
    return text


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    # 128 MiB and some tenths of a second a guess.
    return AESGCM(Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class EncryptingWriter:
    """Encrypts what is written to it into `out`. `finish` writes the last chunk; `out` stays open."""

    def __init__(self, out: IO[bytes], passphrase: str) -> None:
        self._out = out
        salt, self._prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._header = MAGIC + salt + self._prefix
        self._cipher = _cipher(passphrase, salt)
        self._pending = bytearray()
        self._number = 0
        out.write(self._header)

    def write(self, data: bytes, /) -> int:
        """Take bytes; whole chunks go out at once, but never the last."""
        self._pending += data
        while len(self._pending) > CHUNK:
            self._emit(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Do nothing: half a chunk can't be sealed."""

    def finish(self) -> None:
        """Write the last chunk. Without it the archive counts as cut off."""
        self._emit(bytes(self._pending), last=True)
        self._pending.clear()

    def _emit(self, plain: bytes, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last)
        self._out.write(self._cipher.encrypt(nonce, plain, self._header))
        self._number += 1


class DecryptingReader(io.RawIOBase):
    """The plain bytes of what EncryptingWriter wrote to `source`.

    Reading raises WrongKey or Damaged; nothing is handed out that wasn't authenticated.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self._source = source
        header = source.read(len(MAGIC) + _SALT + _PREFIX)
        if len(header) < len(MAGIC) + _SALT + _PREFIX:
            raise Damaged
        self._header, self._prefix = header, header[-_PREFIX:]
        self._cipher = _cipher(passphrase, header[len(MAGIC) : -_PREFIX])
        self._next = source.read(CHUNK + _TAG)
        self._plain = memoryview(b"")
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        """Fill the buffer as far as one chunk goes; 0 at the end."""
        while not self._plain and not self._ended:
            self._open_chunk()
        count = min(len(buffer), len(self._plain))
        buffer[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _open_chunk(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        last = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._prefix, self._number, last), sealed, self._header)
        except InvalidTag as error:
            raise (Damaged if self._number else WrongKey) from error
        self._plain, self._ended = memoryview(plain), last
        self._number += 1
