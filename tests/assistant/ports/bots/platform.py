"""WeCom and DingTalk, played by the published algorithms, written here a second time and apart from ours."""

import base64
import hashlib
import hmac
import json
import os
import struct
import time
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from fastapi.testclient import TestClient

#: The example in the platform's own library for this scheme (WXBizMsgCrypt, Sample), published with its plain text.
SAMPLE_TOKEN = "QDG6eK"
SAMPLE_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SAMPLE_CORP = "wx5823bf96d3bd56c7"
SAMPLE_ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
SAMPLE_SIGNED = ("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780")
SAMPLE_PLAIN = b"1616140317555161061"

TOKEN, KEY, CORP = "枫桥token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "ww0123456789abcdef"
SECRET = "钉钉的AppSecret"


@dataclass
class Wecom:
    """The platform's side."""

    token: str = TOKEN
    key: str = KEY
    corp: str = CORP

    @property
    def aes(self) -> bytes:
        return base64.b64decode(self.key + "=")

    def seal(self, message: bytes, pad_to: int = 32) -> str:
        text = os.urandom(16) + struct.pack("!I", len(message)) + message + self.corp.encode()
        amount = pad_to - len(text) % pad_to
        text += bytes([amount] * amount)
        encryptor = Cipher(AES(self.aes), CBC(self.aes[:16])).encryptor()
        return base64.b64encode(encryptor.update(text) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        decryptor = Cipher(AES(self.aes), CBC(self.aes[:16])).decryptor()
        text = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        text = text[: -text[-1]]
        (length,) = struct.unpack("!I", text[16:20])
        assert text[20 + length :] == self.corp.encode()
        return text[20 : 20 + length]

    def signed(self, sealed: str, at: float | None = None, nonce: str = "") -> dict[str, str]:
        timestamp, nonce = str(int(time.time() if at is None else at)), nonce or os.urandom(8).hex()
        digest = hashlib.sha1("".join(sorted([self.token, timestamp, nonce, sealed])).encode()).hexdigest()
        return {"msg_signature": digest, "timestamp": timestamp, "nonce": nonce}

    def text(self, content: str, sender: str = "ZhangSan", kind: str = "text", extra: str = "") -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{self.corp}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
            f"<CreateTime>1348831860</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
            f"<Content><![CDATA[{content}]]></Content><MsgId>1234567890123456</MsgId><AgentID>1</AgentID>{extra}</xml>"
        ).encode()

    def envelope(self, sealed: str) -> bytes:
        return f"<xml><ToUserName>{self.corp}</ToUserName><AgentID>1</AgentID><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()

    def post(self, client: TestClient, plain: bytes, **signing: Any) -> httpx.Response:
        sealed = self.seal(plain)
        return client.post(
            "/api/v1/hooks/wecom", params=self.signed(sealed, **signing), content=self.envelope(sealed),
            headers={"Content-Type": "text/xml"},
        )  # fmt: skip

    def reply(self, answer: httpx.Response) -> dict[str, str]:
        """The opened reply, its signature checked."""
        assert answer.status_code == 200, answer.text
        outer = {e.tag: e.text or "" for e in ElementTree.fromstring(answer.content)}
        joined = "".join(sorted([self.token, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"]]))
        assert outer["MsgSignature"] == hashlib.sha1(joined.encode()).hexdigest()
        inner = ElementTree.fromstring(self.open(outer["Encrypt"]))
        return {e.tag: "".join(e.itertext()) for e in inner}

    def ask(self, client: TestClient, question: str, sender: str = "ZhangSan") -> str:
        return self.reply(self.post(client, self.text(question, sender)))["Content"]


def dingtalk_headers(secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    timestamp = str(round((time.time() if at is None else at) * 1000))
    mac = hmac.new(secret.encode("utf-8"), f"{timestamp}\n{secret}".encode(), digestmod=hashlib.sha256)
    return {"timestamp": timestamp, "sign": base64.b64encode(mac.digest()).decode("utf-8")}


def dingtalk_body(text: str, sender: str = "user1", **more: Any) -> dict[str, Any]:
    return {
        "conversationId": "cid1", "msgId": "m1", "senderNick": "张三", "conversationType": "1", "senderId": "$:x",
        "senderStaffId": sender, "sessionWebhook": "https://example.invalid/", "text": {"content": f" {text}"},
        "msgtype": "text", **more,
    }  # fmt: skip


def dingtalk_post(
    client: TestClient, body: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx.Response:
    time.sleep(0.002)  # the signature is one a millisecond
    return client.post(
        "/api/v1/hooks/dingtalk", content=json.dumps(body).encode(), headers=headers or dingtalk_headers()
    )
