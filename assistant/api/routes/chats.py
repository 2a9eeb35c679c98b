"""People's own conversations, and the opinion that one turn of them can be written out as."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import Response

from assistant.api.deps import Service
from assistant.api.guard import Who, permits, person_of
from assistant.api.pagination import Page, Paging, counted_page
from assistant.api.routes.ask import keeper
from assistant.api.routes.drafts import MEDIA_TYPES
from assistant.api.state import Backend
from assistant.audit.notes import note_text
from assistant.chat.conversation import CONVERSATIONS, Told
from assistant.chat.export import TITLE, to_docx
from assistant.chat.hidden import hide
from assistant.chat.past_types import Chat, ChatEntry
from assistant.records.types import Erased
from kb.errors import NotFound

router = APIRouter(tags=["chats"])
ChatId = Annotated[str, Path(max_length=64)]


def turn_of(service: Backend, turn_id: str, person_id: str) -> Told:
    """Return a turn that whoever has its id may use.

    Raises:
        NotFound: it was forgotten, or there is none.
    """
    # the id lets one see the turn, so the log gets its hash only
    note_text(turn_id, "turn")
    found = service.chats().told(turn_id, person_id) if person_id else CONVERSATIONS.told(turn_id)
    if found is None:
        raise NotFound("这次问答已经找不到了", "没有登录的问答只在内存里留一会儿；请把问题再问一次，马上再点")
    return found


@router.get("/chats", summary="我的问答记录")
@permits("account")
def chats(service: Service, caller: Who, paging: Paging) -> Page[ChatEntry]:
    """List one's own conversations, the latest first."""
    entries, total = service.chats().page(person_of(caller).id, paging.offset, paging.limit)
    return counted_page(entries, paging, total)


@router.get("/chats/{chat_id}", summary="我的一次问答")
@permits("account")
def chat(chat_id: ChatId, service: Service, caller: Who) -> Chat:
    """Return one of one's own conversations with all turns, without personal data."""
    return service.chats().get(chat_id, person_of(caller).id)


@router.delete("/chats/{chat_id}", summary="删除我的一次问答")
@permits("account")
def delete_chat(chat_id: ChatId, service: Service, caller: Who) -> Erased:
    """Delete one of one's own conversations for good."""
    service.chats().delete(chat_id, person_of(caller).id)
    return Erased(id=chat_id)


@router.get(
    "/turns/{turn_id}/opinion",
    summary="导出法律咨询意见书",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["docx"]: {}}, "description": "the file"}},
)
@permits("public")
def opinion(turn_id: Annotated[str, Path(max_length=64)], service: Service, caller: Who) -> Response:
    """Return a turn as a Word file, its quotations compared anew; it is stored nowhere."""
    kb = service.knowledge()
    told = turn_of(service, turn_id, keeper(caller))
    hidden = hide(kb, told.question, told.response)
    data = to_docx(kb, hidden.question, hidden.response, told.turn_id)
    headers = {
        "Content-Disposition": f"attachment; filename=\"opinion.docx\"; filename*=UTF-8''{quote(TITLE)}.docx",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=MEDIA_TYPES["docx"], headers=headers)
