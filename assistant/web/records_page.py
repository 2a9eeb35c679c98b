"""The page of case records: a shell; its script calls the API."""

from typing import get_args

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.api.guard import Who, permits
from assistant.web.render import page
from kb.model.case import Kept, Outcome

router = APIRouter(include_in_schema=False)


@router.get("/records")
@permits("cases.read")
def records(request: Request, caller: Who) -> Response:
    """Show the case records of one's own villages."""
    allowed = caller.powers.places("cases.write")
    places = request.app.state.backend.accounts().places.all()
    own = [p for p in places if p.kind == "village" and (allowed is None or p.id in allowed)]
    return page(request, "records.html", villages=own, outcomes=get_args(Outcome), kept=get_args(Kept))
