"""Reviewed questions and answers."""

from typing import Annotated

from fastapi import APIRouter, Path

from assistant.api.deps import Knowledge
from assistant.api.guard import permits
from kb.errors import NotFound
from kb.model import ReviewedQA

router = APIRouter(tags=["qa"])


@router.get("/qa/{qa_id}", summary="一则普法问答")
@permits("public")
def qa(qa_id: Annotated[str, Path(max_length=64)], kb: Knowledge) -> ReviewedQA:
    """Return one reviewed Q&A with the addresses its quotations come from."""
    found = kb.catalog.qa(qa_id)
    if found is None:
        raise NotFound(f"没有编号为“{qa_id}”的普法问答", "可用 POST /api/v1/search 检索，kinds 填 qa")
    return found
