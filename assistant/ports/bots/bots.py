"""Which chat programs are let in, and what they share."""

from assistant.ports.bots.answering import Answering
from assistant.ports.bots.once import Once
from assistant.ports.bots.wecom_crypto import WecomCrypto
from kb.errors import BadRequest
from kb.settings import Settings


class Bots:
    """The chat programs that the settings name; none by default.

    Args:
        settings: tokens and secrets.
        listening: whether anybody can reach this service at all; the command line's own isn't.

    Raises:
        BadRequest: WeCom's three settings are there in part, or its key can't be one.
    """

    def __init__(self, settings: Settings, listening: bool = True) -> None:
        self.wecom = _wecom(settings) if listening else None
        self.dingtalk_secret = settings.dingtalk_secret if listening else ""
        self.once = Once()
        self.answering = Answering(settings.rate_expensive_person)


def _wecom(settings: Settings) -> WecomCrypto | None:
    three = {name: getattr(settings, name) for name in ("wecom_token", "wecom_aes_key", "wecom_corp_id")}
    missing = [name for name, value in three.items() if not value]
    if len(missing) == len(three):
        return None
    if missing:
        raise BadRequest(
            f"设置 {'、'.join(missing)} 没有填", "接企业微信要填齐三项：Token、EncodingAESKey、企业 ID"
        )
    return WecomCrypto(settings.wecom_token, settings.wecom_aes_key, settings.wecom_corp_id)
