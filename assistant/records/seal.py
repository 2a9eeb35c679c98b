"""Seal the originals of case records and intakes: AES-256-GCM under a key of this installation."""

import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select, table
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.sql.expression import column

from assistant.db.keyfile import read_key
from kb.errors import NotReady

KEY_FILE = "records.key"
#: First byte of what is sealed; another one if the layout ever changes.
_SCHEME = b"\x01"
#: Drawn anew for each sealing, as the mode demands; 96 bits suffice for some billions of them.
_NONCE = 12
#: What a sealed text belongs to, beside its id: an intake's opens as no case record's.
RECORD, INTAKE = b"fengqiao-case-record", b"fengqiao-intake"
#: Tables with a column `sealed`; empty where nothing is sealed any more.
_TABLES = ("case_records", "intakes")


class Sealer:
    """Seals and opens. What was sealed for one record opens for no other.

    Sealed: one byte of scheme, 12 bytes of nonce, then ciphertext and tag. Scheme, kind and record id are
    associated data.

    Args:
        key: 32 random bytes.
        kind: what is sealed, `RECORD` or `INTAKE`.
    """

    def __init__(self, key: bytes, kind: bytes = RECORD) -> None:
        self._cipher = AESGCM(key)
        self._kind = kind

    def seal(self, record_id: str, content: Mapping[str, Any]) -> bytes:
        """Return what may be stored."""
        nonce = secrets.token_bytes(_NONCE)
        plain = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return _SCHEME + nonce + self._cipher.encrypt(nonce, plain, self._bound(record_id))

    def open(self, record_id: str, sealed: bytes) -> dict[str, Any]:
        """Return what was sealed for this record.

        Raises:
            NotReady: it was changed, belongs to another record, or was sealed with another key.
        """
        nonce, cipher = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if sealed[:1] != _SCHEME:
                raise InvalidTag
            content: dict[str, Any] = json.loads(self._cipher.decrypt(nonce, cipher, self._bound(record_id)))
        except (InvalidTag, ValueError) as error:
            raise NotReady(
                "这份记录的原文打不开：封存的内容被改动过，或者不是用现在这把密钥封的",
                f"请从同一份备份恢复数据库和 {KEY_FILE}；隐去后的文字不受影响。",
            ) from error
        return content

    def _bound(self, record_id: str) -> bytes:
        return _SCHEME + self._kind + b"\0" + record_id.encode()


def open_sealer(home: Path, anything_sealed: Callable[[], bool], kind: bytes = RECORD) -> Sealer:
    """Return the sealer of a home folder; its key is made at first use.

    Args:
        home: the home folder.
        anything_sealed: whether anything was sealed already: then a new key would only hide the loss.
        kind: what is sealed, `RECORD` or `INTAKE`.

    Raises:
        NotReady: the key is missing though records are sealed with it, unreadable, or no key.
    """
    make = (home / KEY_FILE).exists() or not anything_sealed()
    return Sealer(read_key(home, KEY_FILE, "案件记录", make=make), kind)


def anything_sealed(sessions: sessionmaker[Session]) -> bool:
    """Return whether a record or an intake of a database is sealed."""
    with sessions() as session:
        for name in _TABLES:
            sealed = table(name, column("sealed"))
            query = select(sealed.c.sealed).where(func.length(sealed.c.sealed) > 0).limit(1)
            if session.execute(query).first() is not None:
                return True
    return False
