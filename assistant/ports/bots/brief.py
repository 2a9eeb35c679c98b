"""A text as short as a chat program takes it, without half a provision in it."""

from collections.abc import Iterator

from assistant.ports.told import sentences

MORE = "\n（这里放不下，只放了前面的。要看全文，请打开枫桥的“法律问答”问同一个问题；拿不准，打12348。）"


def shortened(text: str, limit: int) -> str:
    """Return a text of at most `limit` bytes of UTF-8; what was cut is said to be cut, and where the whole is.

    It is cut between lines and never within a quotation, unless the very first is longer than all there is room for.
    """
    if _bytes(text) <= limit:
        return text
    room = limit - _bytes(MORE)
    kept = _fitting(_parts(text), room) or _fitting(sentences(text), room - _bytes("……")) + "……"
    return kept.rstrip("\n") + MORE


def _fitting(parts: Iterator[str], room: int) -> str:
    kept = ""
    for part in parts:
        if _bytes(kept + part) > room:
            break
        kept += part
    return kept


def _parts(text: str) -> Iterator[str]:
    """Yield lines; lines of one quotation together."""
    part = ""
    for line in text.splitlines(keepends=True):
        part += line
        if part.count("「") <= part.count("」"):
            yield part
            part = ""
    if part:
        yield part


def _bytes(text: str) -> int:
    return len(text.encode())
