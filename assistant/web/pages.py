"""The pages: thin shells whose scripts call the API, and texts that are read, rendered here."""

from datetime import date
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.api.guard import Who, permits
from assistant.api.visible import visible_case
from assistant.publicity.types import DRAFT_STATUS_LABELS, FORMAT_LABELS
from assistant.web.reader import choose_version, law_path, read
from assistant.web.render import STATIC, page
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest, NotFound
from kb.model import DISPUTE_TYPES

router = APIRouter(include_in_schema=False)
PAGE_SIZE = 50


def _kb(request: Request) -> KnowledgeBase:
    kb: KnowledgeBase = request.app.state.backend.knowledge()
    return kb


def _day(on: str = "") -> date:
    """Return the day of a form's date field; an empty field means today.

    Raises:
        BadRequest: when it isn't a date.
    """
    if not on:
        return today()
    try:
        return date.fromisoformat(on)
    except ValueError as error:
        raise BadRequest(f"日期“{on[:20]}”写法不对", "日期写法应为 2026-11-21") from error


Kb = Annotated[KnowledgeBase, Depends(_kb)]
Day = Annotated[date, Depends(_day)]


@router.get("/")
@permits("public")
def home(request: Request, kb: Kb) -> Response:
    """Show the search box, the desks and what is on the shelves."""
    return page(request, "home.html", counts=kb.catalog.counts())


@router.get("/search")
@permits("public")
def search(request: Request, kb: Kb) -> Response:
    """Show the search page; its script reads the query from the address."""
    return page(request, "search.html", villages=kb.catalog.villages())


@router.get("/cite")
@permits("public")
def cite(kb: Kb, on: Day, text: Annotated[str, Query(max_length=500)] = "") -> Response:
    """Lead any way of writing a citation to the reader, or to the search where it can't be resolved."""
    found = kb.resolve(text, on) if text.strip() else None
    provision = found.provision if found else None
    day = None if on == today() else on
    if found is None or provision is None:
        law = kb.names.canonical(text)
        if kb.names.known(law):
            return RedirectResponse(law_path(law, on=day), 302)
        return RedirectResponse("/search" + _query(q=text, on=day), 302)
    fragment = f"p{found.paragraph}" if found.paragraph else ""
    fragment += f"-i{found.item}" if found.paragraph and found.item else ""
    if found.item and not found.paragraph:
        fragment = f"p1-i{found.item}"
    number = f"{provision.number}-{provision.suffix}" if provision.suffix else str(provision.number)
    if not provision.in_force(on):
        day = provision.effective_from
    return RedirectResponse(law_path(provision.law, number, day, fragment or f"a{number}"), 302)


def _query(**values: Any) -> str:
    given = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items() if v}
    return f"?{urlencode(given)}" if given else ""


@router.get("/laws")
@permits("public")
def laws(
    request: Request,
    kb: Kb,
    on: Day,
    q: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """List laws with their versions."""
    written = kb.names.canonical(q.strip())
    wanted = written if q.strip() and kb.names.known(written) else q.strip()
    found = kb.catalog.laws(wanted, offset, 2 * PAGE_SIZE + 1)
    groups = [(law, list(versions)) for law, versions in groupby(found[: 2 * PAGE_SIZE], lambda v: v.law)]
    more = offset + 2 * PAGE_SIZE if len(found) > 2 * PAGE_SIZE else None
    return page(request, "laws.html", groups=groups, q=q, on=on, offset=offset, more=more, step=2 * PAGE_SIZE)


@router.get("/law/{law}")
@permits("public")
def law(
    request: Request,
    law: str,
    kb: Kb,
    on: Day,
    article: Annotated[str, Query(max_length=40)] = "",
    chapter: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    version: str = "",
) -> Response:
    """Show a law as it stands on a day, with chapter tree, versions and anchors to the 款 and 项."""
    name = kb.names.canonical(law)
    chosen = choose_version(kb.catalog, name, on, _day(version) if version else None)
    if chosen is None:
        near = kb.names.suggestions(name)
        hint = f"是不是：{'、'.join(f'《{n}》' for n in near)}？" if near else "可到法律目录里找。"
        raise NotFound(f"库里没有《{name[:60]}》", hint)
    reading = read(kb.catalog, chosen, on, article, chapter)
    return page(request, "law.html", r=reading, wanted=article, in_force=chosen.in_force(on))


@router.get("/cases")
@permits("public")
def cases(
    request: Request,
    kb: Kb,
    caller: Who,
    dispute_type: str = "",
    village: str = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """List the mediation cases that the visitor may see."""
    chosen = dispute_type if dispute_type in DISPUTE_TYPES else ""
    found = kb.catalog.cases(chosen, village, offset, PAGE_SIZE + 1, scopes=caller.scopes)
    shown = found[:PAGE_SIZE]
    more = offset + PAGE_SIZE if len(found) > PAGE_SIZE else None
    names = {v.id: v.name for v in kb.catalog.villages()}
    return page(
        request, "cases.html", cases=shown, names=names, dispute_type=chosen, village=village,
        offset=offset, more=more, step=PAGE_SIZE,
    )  # fmt: skip


@router.get("/case/{case_id}")
@permits("public")
def case(request: Request, case_id: str, kb: Kb, caller: Who) -> Response:
    """Show one mediation case. One that may not be seen isn't told apart from one that isn't there."""
    found = visible_case(kb, caller.scopes, case_id)
    if found is None:
        raise NotFound("没有这个案例", "可能已被撤下，可到案例目录里找。")
    village = kb.catalog.village(found.village) if found.village else None
    day = found.closed or found.opened or today()
    written = found.cited_addresses or [r.address for c in found.cited for r in kb.cite(c, day) if r.address]
    return page(
        request, "case.html", case=found, village=village, addresses=list(dict.fromkeys(written)), day=day
    )


@router.get("/villages")
@permits("public")
def villages(request: Request, kb: Kb) -> Response:
    """List villages by province."""
    rows = [(v, len(kb.catalog.rules(v.id))) for v in kb.catalog.villages()]
    rows.sort(key=lambda row: row[0].place)
    groups = [(place, list(g)) for place, g in groupby(rows, lambda row: (row[0].place or ["其他"])[0])]
    return page(request, "villages.html", groups=groups)


@router.get("/village/{village_id}")
@permits("public")
def village(request: Request, village_id: str, kb: Kb) -> Response:
    """Show a village's rules."""
    found = kb.catalog.village(village_id)
    if found is None:
        raise NotFound("没有这个村", "可到村目录里找。")
    chapters = [
        (title, list(clauses))
        for title, clauses in groupby(kb.catalog.rules(village_id), lambda clause: clause.chapter)
    ]
    return page(request, "village.html", village=found, chapters=chapters)


@router.get("/qa/{qa_id}")
@permits("public")
def qa(request: Request, qa_id: str, kb: Kb) -> Response:
    """Show one reviewed question and answer."""
    found = kb.catalog.qa(qa_id)
    if found is None:
        raise NotFound("没有这条普法问答", "可能已被撤下，可到检索里找。")
    return page(request, "qa.html", qa=found)


@router.get("/mediate")
@permits("public")
def mediate(request: Request, kb: Kb) -> Response:
    """Show the mediator's desk."""
    return page(request, "mediate.html", villages=kb.catalog.villages())


@router.get("/rules")
@permits("public")
def rules(request: Request, kb: Kb) -> Response:
    """Show the village-rule check."""
    return page(request, "rules.html", villages=kb.catalog.villages())


@router.get("/chat")
@permits("public")
def chat(request: Request, kb: Kb, caller: Who) -> Response:
    """Show the chat. Who works for one village hands over to that one unless another is chosen."""
    villages = kb.catalog.villages()
    places = {m.place_id for m in caller.person.memberships} if caller.person else set()
    own = [v.id for v in villages if v.id in places]
    return page(request, "chat.html", villages=villages, own_village=own[0] if len(own) == 1 else "")


@router.get("/publicity")
@permits("drafts.read")
def publicity(request: Request) -> Response:
    """Show the publicity desk."""
    return page(request, "publicity.html", formats=FORMAT_LABELS, states=DRAFT_STATUS_LABELS)


@router.get("/favicon.ico")
@permits("public")
def favicon() -> Response:
    """Answer browsers that ask without reading the page."""
    return FileResponse(STATIC / "icons" / "mark.svg", media_type="image/svg+xml")


def error_page(request: Request, status: int, body: dict[str, Any]) -> Response:
    """Return an error as a page; `body` is the API's error body."""
    headers = {"Retry-After": "5"} if status == 503 else {}
    return page(
        request,
        "error.html",
        status,
        headers,
        error=body["error"],
        request_id=body.get("request_id", ""),
        code=status,
        path=request.url.path,
    )


class _Static(StaticFiles):
    """Static files that browsers ask about before reuse, so that a new version shows at once."""

    def file_response(
        self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the scripts, styles and icons, and let errors outside the API be shown as pages."""
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.state.error_page = error_page
