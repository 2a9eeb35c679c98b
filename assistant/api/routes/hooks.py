"""Callbacks of chat programs. They prove themselves by signature, not by account; what isn't set up is closed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from assistant.api import examples
from assistant.api.deps import Service
from assistant.api.guard import permits
from assistant.api.limits import require_text
from assistant.audit.notes import note, note_text
from assistant.observe.context import count
from assistant.ports.bots import dingtalk, wecom
from assistant.ports.bots.answering import LATER, NOTHING, ONLY_TEXT
from assistant.ports.bots.bots import Bots
from assistant.ports.bots.brief import shortened
from assistant.ports.bots.message import MAX_BODY, BotMessage
from assistant.ports.bots.wecom_crypto import WecomCrypto
from assistant.ports.told import told
from kb.errors import BadRequest, FengqiaoError, Forbidden, NotFound

router = APIRouter(prefix="/hooks", tags=["hooks"])

_XML: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/xml": {"schema": {"type": "string"}, "examples": examples.WECOM}},
    }
}
_JSON: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": dingtalk.DingTalkMessage.model_json_schema(
                    ref_template="#/components/schemas/{model}"
                ),
                "examples": examples.DINGTALK,
            }
        },
    }
}


async def bots_of(request: Request) -> Bots:
    """Return the chat programs that are let in."""
    bots: Bots = request.app.state.bots
    return bots


async def small_body(request: Request) -> bytes:
    """Return the body.

    Raises:
        BadRequest: it is longer than any message.
    """
    body = await request.body()
    if len(body) > MAX_BODY:
        raise BadRequest("消息太长", f"一条消息不超过 {MAX_BODY >> 10} KB")
    return body


In = Annotated[Bots, Depends(bots_of)]
Body = Annotated[bytes, Depends(small_body)]
Signed = Annotated[str, Query(max_length=200)]


@router.get(
    "/wecom",
    summary="企业微信：验证回调地址",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
@permits("public")  # by signature
def verify_wecom(
    bots: In,
    msg_signature: Signed,
    timestamp: Signed,
    nonce: Signed,
    echostr: Annotated[str, Query(max_length=1000)],
) -> Response:
    """Return the opened `echostr`, which shows WeCom that token and key are the same on both sides."""
    crypto = _wecom(bots)
    _admit(bots, crypto, (msg_signature, timestamp, nonce), echostr)
    return Response(crypto.decrypt(echostr), media_type="text/plain")


@router.post(
    "/wecom",
    summary="企业微信：收一条消息，回一条",
    response_class=Response,
    responses={200: {"content": {"application/xml": {"schema": {"type": "string"}}}}},
    openapi_extra=_XML,
)
@permits("public")  # by signature
def wecom_message(
    bots: In, service: Service, body: Body, msg_signature: Signed, timestamp: Signed, nonce: Signed
) -> Response:
    """Answer a member's message with a sealed passive reply; events and talk that isn't ours with nothing."""
    crypto = _wecom(bots)
    encrypted = wecom.encrypted_of(body)
    _admit(bots, crypto, (msg_signature, timestamp, nonce), encrypted)
    plain = crypto.decrypt(encrypted)
    text = _answer(bots, service, "wecom", wecom.message_of(plain), wecom.MAX_REPLY)
    sent = wecom.sealed(crypto, wecom.reply_to(plain, text)) if text else b""
    return Response(sent, media_type="application/xml")


@router.post("/dingtalk", summary="钉钉：收一条消息，回一条", openapi_extra=_JSON)
@permits("public")  # by signature
def dingtalk_message(
    bots: In,
    service: Service,
    body: Body,
    timestamp: Annotated[str, Header(max_length=20)] = "",
    sign: Annotated[str, Header(max_length=100)] = "",
) -> dict[str, Any]:
    """Answer a message to the bot; in a group only where it was mentioned."""
    if not bots.dingtalk_secret:
        raise NotFound("这个接口没有开通", "请管理员设置 FENGQIAO_DINGTALK_SECRET")
    sent = dingtalk.require_signature(bots.dingtalk_secret, timestamp, sign)
    bots.once.admit(f"dingtalk:{sign}", sent)
    return dingtalk.reply(_answer(bots, service, "dingtalk", dingtalk.message_of(body), dingtalk.MAX_REPLY))


def _wecom(bots: Bots) -> WecomCrypto:
    if bots.wecom is None:
        raise NotFound("这个接口没有开通", "请管理员设置 FENGQIAO_WECOM_TOKEN 等三项")
    return bots.wecom


def _admit(bots: Bots, crypto: WecomCrypto, signed: tuple[str, str, str], encrypted: str) -> None:
    signature, timestamp, nonce = signed
    crypto.require_signature(signature, timestamp, nonce, encrypted)
    if not (timestamp.isascii() and timestamp.isdecimal()):
        raise Forbidden("这条消息的时间不对", "timestamp 应是以秒计的时间")
    bots.once.admit(f"wecom:{timestamp}:{nonce}", int(timestamp))


def _answer(bots: Bots, service: Service, platform: str, message: BotMessage, limit: int) -> str:
    """Return what is said back, '' for nothing. What goes wrong is said too: nobody there sees a status."""
    if message.kind == "silent":
        return ""
    if message.kind == "other":
        return ONLY_TEXT
    note_text(message.text, "question")
    note(via=platform)
    if not message.text:
        return NOTHING
    try:
        kb = service.knowledge()
        require_text(message.text, service.settings.max_query_chars, "问题")
        answer = bots.answering.ask(kb, platform, message, service.llm())
    except FengqiaoError as problem:
        return f"{problem.message}。{problem.hint}"
    if answer is None:
        return LATER
    if answer.refused:
        count("refusals")
    return shortened(told(kb, answer), limit)
