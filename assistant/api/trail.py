"""Record requests in the audit log before they are answered."""

import logging
import re
from typing import Any

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.addresses import caller_address, trusted_proxies
from assistant.api.errors import error_response
from assistant.audit.actions import Rule, rule_for
from assistant.audit.entry import ANONYMOUS, Entry, Outcome, Value, is_id
from assistant.audit.keys import KeyedHash
from assistant.audit.log import AuditLog
from assistant.observe.context import begin, current, end
from assistant.observe.route import NO_ROUTE, route_template
from kb.errors import FengqiaoError
from kb.settings import Settings

log = logging.getLogger("fengqiao.audit")

_DENIED = (401, 403)
#: No id of ours is made of so many digits and no letter.
_NUMBER = re.compile(r"[\d._-]{6,}[Xx]?")


class AuditTrail:
    """Writes an entry for each request that `actions` names, before the first byte of the answer goes out.

    Where the entry can't be written, the answer is withheld (503): what isn't on record isn't shown. A
    change that the route has made by then stays made; the failure is in the service's log.

    Args:
        app: the next application.
        settings: say where the log is; it is opened with the first request that is recorded.
        audit: a log already open.
    """

    def __init__(self, app: ASGIApp, settings: Settings, audit: AuditLog | None = None) -> None:
        self.app = app
        self.settings = settings
        self.audit = audit
        self.trusted = trusted_proxies(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = begin(scope)
        answered = withheld = False

        async def record_then_send(message: Message) -> None:
            nonlocal answered, withheld
            if message["type"] == "http.response.start" and not answered:
                answered = True
                withheld = not await self._record(scope, int(message["status"]))
                if withheld:
                    await _refusal(scope, receive, send)
            if not withheld:
                await send(message)

        try:
            await self.app(scope, receive, record_then_send)
        except Exception:
            if not answered:
                await self._record(scope, 500)
            raise
        finally:
            end(token)

    async def _record(self, scope: Scope, status: int) -> bool:
        """Return whether what must be on record is."""
        template = route_template(scope)
        rule = rule_for(scope["method"], "" if template == NO_ROUTE else template)
        if rule is None:
            return True
        try:
            await run_in_threadpool(self._append, scope, rule, template, status)
        except (SQLAlchemyError, FengqiaoError, OSError):
            log.exception("an entry of the audit log could not be written")
            return False
        return True

    def _append(self, scope: Scope, rule: Rule, template: str, status: int) -> None:
        if self.audit is None:
            self.audit = AuditLog.open(self.settings)
        caller = caller_address(scope, self.trusted)
        address = self.audit.hashes.address(str(caller) if caller else "")
        self.audit.append(_entry(self.audit.hashes, scope, rule, template, status, address))


def _entry(hashes: KeyedHash, scope: Scope, rule: Rule, template: str, status: int, address: str) -> Entry:
    info = current()
    noted: dict[str, Any] = dict(info.audit) if info else {}
    details: dict[str, Value] = {"status": status, **noted.get("details", {})}
    if rule.kind == "route":
        details["route"] = template
    for name, text in noted.get("texts", {}).items():
        details |= {f"{name}_hash": hashes.text(text), f"{name}_chars": len(text)}
    object_id = noted.get("object_id") or str(scope.get("path_params", {}).get(rule.id_param, ""))
    # what somebody typed may be a name or a telephone
    if not is_id(object_id) or _NUMBER.fullmatch(object_id):
        details["object_hash"] = hashes.text(object_id)
        object_id = ""
    return Entry(
        action=noted.get("action", rule.action),
        outcome=noted.get("outcome") or _outcome(status),
        who=(info.who if info else "") or ANONYMOUS,
        kind=noted.get("kind", rule.kind),
        object_id=object_id,
        place=noted.get("place", ""),
        address=address,
        request_id=scope.get("fengqiao.request_id", ""),
        details=details,
    )


def _outcome(status: int) -> Outcome:
    if status in _DENIED:
        return "denied"
    return "allowed" if status < 400 else "failed"


async def _refusal(scope: Scope, receive: Receive, send: Send) -> None:
    answer = error_response(
        Request(scope),
        503,
        "audit_unavailable",
        "审计日志写不进去，这次请求的结果不能给出",
        "请告诉管理员检查数据库和磁盘空间，恢复后再试；若刚才是修改，它可能已经保存，请先查看再重做",
        headers={"Retry-After": "5"},
    )
    await answer(scope, receive, send)
