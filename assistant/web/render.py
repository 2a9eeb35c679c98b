"""The template environment: filters in Chinese, icons, and the context every page gets."""

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from assistant.api.caller import caller_of
from assistant.web.reader import law_path
from kb.clock import today
from kb.model import DISPUTE_TYPES, FAR_FUTURE, KIND_LABELS, STATUS_LABELS
from kb.text.day import printed

HERE = Path(__file__).parent
STATIC = HERE / "static"
#: Navigation: path, name, icon. Five fit across a phone.
NAV = (
    ("/search", "检索", "search"),
    ("/mediate", "调解", "mediate"),
    ("/chat", "问答", "chat"),
    ("/publicity", "普法", "publicity"),
    ("/rules", "规约", "rules"),
)
#: Which entry a page without its own belongs to.
_UNDER = {"law": "/search", "laws": "/search", "case": "/search", "cases": "/search", "qa": "/search",
          "village": "/rules", "villages": "/rules", "feedback": "/publicity", "intakes": "/records"}  # fmt: skip
_ICON = Markup(
    '<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/icons/icons.svg#{}"/></svg>'
)


def cn_span(start: date, until: date | None) -> str:
    """Return from when to when a text is law, in Chinese."""
    if until is None or until == FAR_FUTURE:
        return f"{printed(start)}起施行"
    return f"{printed(start)}至{printed(until)}"


def yuan(amount: float | None) -> str:
    """Return an amount as people read it.

    >>> yuan(18600), yuan(0.5), yuan(None)
    ('18,600 元', '0.5 元', '')
    """
    return "" if amount is None else f"{amount:,.2f}".rstrip("0").rstrip(".") + " 元"


def icon(name: str) -> Markup:
    """Return the markup of one icon of the sprite; purely decorative, hidden from screen readers."""
    return _ICON.format(name)


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(cn_date=printed, yuan=yuan, query=urlencode)
    env.globals.update(icon=icon, cn_span=cn_span, law_path=law_path, status_labels=STATUS_LABELS)
    return env


_ENV = _environment()


def page(
    request: Request, template: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    """Return a page.

    Args:
        request: what was asked.
        template: file name under templates/.
        status: HTTP status.
        headers: extra headers.
        context: what the template needs besides the frame.
    """
    first = request.url.path.split("/")[1]
    caller = caller_of(request)
    # what somebody saw who was logged in must not come back out of the browser's store after they left
    keep = "no-store" if caller.person else "no-cache"
    html = _ENV.get_template(template).render(
        nav=NAV,
        caller=caller,
        current=_UNDER.get(first, f"/{first}"),
        today=today(),
        dispute_types=DISPUTE_TYPES,
        kind_labels=KIND_LABELS,
        **context,
    )
    return HTMLResponse(html, status, headers={"Cache-Control": keep, **(headers or {})})
