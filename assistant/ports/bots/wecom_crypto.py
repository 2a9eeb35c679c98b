"""Signature and encryption of WeCom's callbacks, by its published scheme 加解密方案说明.

The signature is the SHA-1 of token, timestamp, nonce and ciphertext, sorted and joined. What is encrypted is 16 random
bytes, the message's length (4 bytes, big-endian), the message and the id of the corporation, padded by PKCS#7 to
32 bytes, with AES-256 in CBC; the key is Base64 of EncodingAESKey and "=", the IV its first 16 bytes. That SHA-1 and an
IV that never changes are weak is the platform's choice: a proxy with TLS stands in front.
"""

import base64
import binascii
import hashlib
import re
import secrets
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kb.errors import BadRequest, Forbidden

_BLOCK = 32
_HEAD = 20


class WecomCrypto:
    """Opens what WeCom sends and seals what it gets back.

    Args:
        token: made up by whoever set the callback up.
        aes_key: EncodingAESKey, 43 characters.
        corp_id: of the corporation; what was sealed for another is refused.

    Raises:
        BadRequest: the key can't be one.
    """

    def __init__(self, token: str, aes_key: str, corp_id: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9+/]{43}", aes_key):
            raise BadRequest("设置 wecom_aes_key 不对", "请照抄企业微信后台的 EncodingAESKey，43 个字符")
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._corp_id = corp_id.encode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return the signature, in hex."""
        joined = "".join(sorted((self._token, timestamp, nonce, encrypted)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def require_signature(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Refuse what WeCom didn't sign.

        Raises:
            Forbidden: the signature is wrong.
        """
        if not compare_digest(self.sign(timestamp, nonce, encrypted).encode(), signature.encode()):
            raise Forbidden("签名不对", "请核对 Token，只有企业微信能调用这个地址")

    def decrypt(self, encrypted: str) -> bytes:
        """Return the message. Only for what `require_signature` let pass: it says nothing about where a text breaks.

        Raises:
            Forbidden: it can't be opened with this key, or is another corporation's.
        """
        try:
            plain = self._opened(base64.b64decode(encrypted, validate=True))
        except (binascii.Error, ValueError) as error:
            raise Forbidden("消息解不开", "请核对 EncodingAESKey") from error
        length = int.from_bytes(plain[16:_HEAD], "big")
        message, receiver = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
        if len(message) != length or not compare_digest(receiver, self._corp_id):
            raise Forbidden("消息不是发给本单位的", "请核对企业微信的企业 ID（CorpID）")
        return message

    def encrypt(self, message: bytes) -> str:
        """Return the message sealed, in Base64."""
        body = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + self._corp_id
        pad = _BLOCK - len(body) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(body + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def _opened(self, data: bytes) -> bytes:
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
        pad = plain[-1] if plain else 0
        if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) < _HEAD + pad:
            raise ValueError
        return plain[:-pad]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
