"""WeCom's messages and replies: XML around what `wecom_crypto` seals."""

import re
import secrets
import time
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from assistant.ports.bots.message import SILENT, BotMessage
from assistant.ports.bots.wecom_crypto import WecomCrypto
from kb.errors import BadRequest
from kb.text.visible import visible

#: Bytes of UTF-8 in a text message, as the platform documents it.
MAX_REPLY = 2048
_MENTION = re.compile(r"@\S+\s*")


def encrypted_of(body: bytes) -> str:
    """Return the sealed part of a callback.

    Raises:
        BadRequest: it isn't one. A document type, and with it every entity, is refused.
    """
    return _text(_parsed(body), "Encrypt")


def message_of(plain: bytes) -> BotMessage:
    """Return the message in an opened callback.

    Raises:
        BadRequest: it can't be read.
    """
    found = _parsed(plain)
    kind = _text(found, "MsgType")
    # an application's message names who wrote it in one way, a group's robot in the other
    sender = _text(found, "FromUserName") or _text(found, "From/UserId")
    chat = _text(found, "ChatId")
    if kind == "event" or not sender:
        return SILENT
    text = _text(found, "Content") or _text(found, "Text/Content")
    if _text(found, "ChatType") == "group":
        if not _MENTION.search(text):
            return SILENT
        text = _MENTION.sub("", text, count=1)
    return BotMessage("text" if kind == "text" else "other", sender, chat, text.strip())


def reply_to(plain: bytes, text: str) -> bytes:
    """Return the reply to an opened callback, not yet sealed.

    Args:
        plain: the callback's message.
        text: at most MAX_REPLY bytes.
    """
    asked = _parsed(plain)
    root = Element("xml")
    if asked.find("From/UserId") is not None:
        SubElement(root, "MsgType").text = "text"
        SubElement(SubElement(root, "Text"), "Content").text = visible(text)
    else:
        # back to where it came from
        SubElement(root, "ToUserName").text = _text(asked, "FromUserName")
        SubElement(root, "FromUserName").text = _text(asked, "ToUserName")
        SubElement(root, "CreateTime").text = str(int(time.time()))
        SubElement(root, "MsgType").text = "text"
        SubElement(root, "Content").text = visible(text)
    return _bytes(root)


def sealed(crypto: WecomCrypto, reply: bytes) -> bytes:
    """Return a reply as it goes over the wire."""
    encrypted, timestamp, nonce = crypto.encrypt(reply), str(int(time.time())), secrets.token_hex(8)
    root = Element("xml")
    SubElement(root, "Encrypt").text = encrypted
    SubElement(root, "MsgSignature").text = crypto.sign(timestamp, nonce, encrypted)
    SubElement(root, "TimeStamp").text = timestamp
    SubElement(root, "Nonce").text = nonce
    return _bytes(root)


def _bytes(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8")
    return written


def _parsed(body: bytes) -> Element:
    try:
        found: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadRequest("消息读不懂", "这里只收企业微信回调的 XML") from error
    return found


def _text(found: Element, path: str) -> str:
    return (found.findtext(path) or "").strip()
