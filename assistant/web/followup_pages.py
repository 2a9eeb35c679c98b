"""Pages of what follows from the chat: judgements of its answers, and disputes handed over by it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.api.guard import Who, permits
from assistant.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/feedback")
@permits("feedback.read")
def feedback(request: Request) -> Response:
    """Show what readers said of answers, to those who write and review texts for the public."""
    return page(request, "feedback.html")


@router.get("/intakes")
@permits("intakes.read")
def intakes(request: Request, caller: Who) -> Response:
    """Show the disputes handed over to the villages of the caller."""
    return page(request, "intakes.html", may_reveal=caller.powers.may("intakes.reveal"))
