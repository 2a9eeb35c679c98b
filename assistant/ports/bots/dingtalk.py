"""DingTalk's messages and replies, by its documents 机器人接收消息.

The header `sign` is Base64 of the HMAC-SHA256 of timestamp, line end and secret, under the secret. It covers neither
the message nor a nonce: whoever recorded one could put another message under it. So each is taken once, and for five
minutes instead of the hour that the platform allows.
"""

import base64
import hashlib
import hmac
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.ports.bots.message import SILENT, BotMessage
from kb.errors import BadRequest, Forbidden

#: Bytes of a reply. The platform takes more; on a telephone nobody reads it.
MAX_REPLY = 6000
_GROUP = "2"


class DingTalkText(BaseModel):
    """What was said, without the mention of the bot."""

    content: str = ""


class DingTalkMessage(BaseModel):
    """A message to the bot, as far as it is read."""

    model_config = ConfigDict(extra="ignore")

    msgtype: str = ""
    text: DingTalkText = Field(default_factory=DingTalkText)
    conversationType: str = Field("", description="1: with one person, 2: a group")  # noqa: N815
    conversationId: str = ""  # noqa: N815
    isInAtList: bool = Field(False, description="in a group: the bot was mentioned")  # noqa: N815
    senderId: str = ""  # noqa: N815
    senderStaffId: str = ""  # noqa: N815


def require_signature(secret: str, timestamp: str, sign: str) -> float:
    """Refuse what DingTalk didn't sign; return when it was sent, Unix time in seconds.

    Raises:
        Forbidden: the signature is wrong.
    """
    mac = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    expected = base64.b64encode(mac.digest())
    if not hmac.compare_digest(expected, sign.encode()) or not (
        timestamp.isascii() and timestamp.isdecimal()
    ):
        raise Forbidden("签名不对", "请核对机器人的 AppSecret，只有钉钉能调用这个地址")
    return int(timestamp) / 1000


def message_of(body: bytes) -> BotMessage:
    """Return the message in a callback.

    Raises:
        BadRequest: it can't be read.
    """
    try:
        found = DingTalkMessage.model_validate_json(body)
    except ValidationError as error:
        raise BadRequest("消息读不懂", "这里只收钉钉机器人回调的 JSON") from error
    sender = found.senderStaffId or found.senderId
    if not sender or (found.conversationType == _GROUP and not found.isInAtList):
        return SILENT
    text = found.text.content.strip()
    return BotMessage("text" if found.msgtype == "text" else "other", sender, found.conversationId, text)


def reply(text: str) -> dict[str, Any]:
    """Return the reply; an empty text is none."""
    return {"msgtype": "text", "text": {"content": text}} if text else {"msgtype": "empty"}
