"""A message as the chat needs it, whichever program it came from."""

from dataclasses import dataclass
from typing import Literal

#: `silent`: nothing is expected, such as an event, or a group's talk that wasn't meant for us.
Kind = Literal["text", "other", "silent"]
#: Bytes of a whole callback; a text of the longest kind has some kilobytes.
MAX_BODY = 1 << 16


@dataclass(frozen=True)
class BotMessage:
    """What somebody said.

    Attributes:
        chat: id of the conversation between people and bot; '' where there is only the sender.
        sender: id of who said it. Never logged, never stored; see `senders`.
        text: '' unless `kind` is text.
    """

    kind: Kind
    sender: str = ""
    chat: str = ""
    text: str = ""


SILENT = BotMessage("silent")
