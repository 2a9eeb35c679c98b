"""The first start: whoever can read the server's files makes the first administrator."""

import os
import threading
from pathlib import Path

from assistant.accounts.accounts import Accounts
from assistant.accounts.tokens import new_token, same
from assistant.accounts.types import Membership, Person
from kb.errors import Conflict, Forbidden
from kb.settings import Settings

FILE = "setup-code"
#: Two requests at once must not both find that nobody is there yet.
_TURN = threading.Lock()


def needed(accounts: Accounts) -> bool:
    """Return whether there is nobody to administer everything yet. The demo makes its own accounts."""
    return not accounts.demo and not accounts.people.has_administrator()


def code_file(settings: Settings) -> Path:
    """Return where the one-time code lies, readable for the service's user only."""
    return settings.home / FILE


def setup_code(settings: Settings) -> str:
    """Return the one-time code, making it at the first call.

    Without it, whoever reached the port of a new installation first would own it.
    """
    path = code_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_token()[:16])
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def first_administrator(
    accounts: Accounts, settings: Settings, code: str, login: str, name: str, password: str
) -> Person:
    """Make the first administrator and use up the code.

    Raises:
        Conflict: there is one already, or this is the demo.
        Forbidden: the code is wrong.
        BadRequest: login, name or password can't be used.
    """
    with _TURN:
        if not needed(accounts):
            raise Conflict("已经有管理员了", "请直接登录；新的账号由管理员添加")
        expected = setup_code(settings)
        if not expected or not same(code.strip(), expected):
            raise Forbidden("设置码不对", f"设置码在服务器数据目录的 {FILE} 文件里，启动时也会显示")
        person = accounts.people.add(login, name, [Membership(role="administrator")], password)
        code_file(settings).unlink(missing_ok=True)
        return person
