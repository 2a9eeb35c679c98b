"""Secret keys of an installation: files in the home folder that only their owner can read."""

import os
import secrets
from pathlib import Path

from kb.errors import NotReady

KEY_BYTES = 32


def read_key(home: Path, name: str, what: str, make: bool = True) -> bytes:
    """Return the 32 random bytes of a key file.

    Args:
        home: the home folder.
        name: of the file.
        what: what the key is for, in Chinese, for messages.
        make: whether to make the key where there is none; not where something was sealed with it.

    Raises:
        NotReady: the key can't be read or written, is no key, or is missing and must not be made.
    """
    path = home / name
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            if not make:
                raise NotReady(
                    f"{what}的密钥 {name} 不见了",
                    "请从备份恢复这个文件；没有它，用它封存的内容谁也打不开。",
                )
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise NotReady(
            f"{what}的密钥 {name} 读写不了：{error.strerror or error}", "请检查数据目录的权限和磁盘空间。"
        ) from error
    if len(key) != KEY_BYTES:
        raise NotReady(f"{what}的密钥 {name} 已损坏", "请从备份恢复这个文件，不要删除它。")
    return key


def _make(path: Path) -> None:
    # Whole or not at all, and the first of two processes wins: link fails where the name is taken.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
