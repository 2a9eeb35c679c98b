"""Legal questions and answers."""

from typing import Annotated

from fastapi import APIRouter, Body

from assistant.api import examples
from assistant.api.deps import Knowledge, Limits
from assistant.api.limits import require_text, require_village
from assistant.desks.chat import ask as answer
from assistant.desks.types import AskRequest, AskResponse

router = APIRouter(tags=["desks"])


@router.post("/ask", summary="法律问答：每句有出处，答不了就说明去哪里问")
def ask(
    request: Annotated[AskRequest, Body(openapi_examples=examples.ASK)], kb: Knowledge, limits: Limits
) -> AskResponse:
    """Answer a question in everyday words from verbatim sources, or refuse and say where to go."""
    require_text(request.question, limits.max_query_chars, "问题")
    require_village(kb, request.village or "")
    return answer(kb, request)
