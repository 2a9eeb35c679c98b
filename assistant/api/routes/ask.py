"""Legal questions and answers."""

from typing import Annotated

from fastapi import APIRouter, Body

from assistant.api import examples
from assistant.api.deps import Knowledge, Limits
from assistant.api.guard import Who, permits
from assistant.api.limits import require_text, require_village
from assistant.audit.notes import note_text
from assistant.chat.answer import ask as answer
from assistant.chat.types import AskRequest, AskResponse
from assistant.observe.context import count

router = APIRouter(tags=["desks"])


@router.post("/ask", summary="法律问答：每句有出处，答不了就说明去哪里问")
@permits("public")
def ask(
    request: Annotated[AskRequest, Body(openapi_examples=examples.ASK)],
    kb: Knowledge,
    limits: Limits,
    caller: Who,
) -> AskResponse:
    """Answer a question in everyday words from verbatim sources, or refuse and say where to go."""
    note_text(request.question, "question")
    require_text(request.question, limits.max_query_chars, "问题")
    require_village(kb, request.village or "")
    answered = answer(kb, request, caller.scopes)
    if answered.refused:
        count("refusals")
    return answered
