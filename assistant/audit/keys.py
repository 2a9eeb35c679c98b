"""Keyed hashes: what may be compared and recognised, but not read back."""

import hashlib
import hmac
import ipaddress
from pathlib import Path

from assistant.db.keyfile import read_key

KEY_FILE = "audit.key"
_HEX = 32


class KeyedHash:
    """HMAC-SHA-256 under a key of this installation, cut to 128 bits.

    Without the key nobody can try out the few telephone numbers or addresses there are. With it the
    administrator can ask whether a given address or query occurs.

    Args:
        key: 32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def text(self, text: str) -> str:
        """Return the hash of a text, surrounding and doubled blanks aside: 32 hex digits."""
        return self._hash("text", " ".join(text.split()))

    def address(self, host: str) -> str:
        """Return the hash of a network address, or "" where none is known.

        One address has one hash, also where IPv4 is written in IPv6.
        """
        if not host:
            return ""
        try:
            parsed = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return self._hash("address", host)
        mapped = getattr(parsed, "ipv4_mapped", None)
        return self._hash("address", str(mapped or parsed))

    def _hash(self, purpose: str, text: str) -> str:
        data = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, data, hashlib.sha256).hexdigest()[:_HEX]


def load_key(home: Path) -> KeyedHash:
    """Return the hash under the key in the home folder, making the key where there is none.

    Raises:
        NotReady: the key can't be read or written, or is no key.
    """
    return KeyedHash(read_key(home, KEY_FILE, "审计日志"))
