"""What is asked in a list of messages, and what can't be."""

from dataclasses import dataclass
from datetime import date

from assistant.ports.openai.errors import NoSuchModel, Unsupported
from assistant.ports.openai.types import MODEL, ChatRequest, Message

_ROLES = ("system", "developer", "user", "assistant")


@dataclass(frozen=True)
class Asked:
    """A question and what came before it.

    Attributes:
        earlier: the user's earlier messages, oldest first.
        on: the day whose law is asked; None for today.
        characters: of all messages.
    """

    question: str
    earlier: tuple[str, ...]
    on: date | None
    village: str
    characters: int


def read(request: ChatRequest) -> Asked:
    """Return what a request asks.

    Raises:
        NoSuchModel: it names another model.
        Unsupported: it wants tools, pictures, several answers, or asks nothing.
    """
    if request.model != MODEL:
        raise NoSuchModel(request.model, MODEL)
    _refuse_what_is_missing(request)
    texts = [(m.role, _text(m, i)) for i, m in enumerate(request.messages)]
    questions = [text for role, text in texts if role == "user" and text.strip()]
    if not questions:
        raise Unsupported("没有要问的话", "messages 里至少要有一条 role 为 user 的文字", "messages")
    metadata = request.metadata or {}
    return Asked(
        question=questions[-1],
        earlier=tuple(questions[:-1]),
        on=_day(metadata.get("on")),
        village=str(metadata.get("village") or ""),
        characters=sum(len(text) for _, text in texts),
    )


def _refuse_what_is_missing(request: ChatRequest) -> None:
    for name, value in (("tools", request.tools), ("functions", request.functions)):
        if value:
            raise Unsupported(
                f"不支持工具调用（{name}）", "请去掉这个参数；要把枫桥当工具用，请接它的 MCP 服务", name
            )
    if request.n not in (None, 1):
        raise Unsupported("一次只给一个回答", "n 请填 1 或不填", "n")
    if request.response_format and request.response_format.type != "text":
        raise Unsupported(
            "只能回答文字", "response_format 请填 text 或不填；要 JSON 请用 /api/v1/ask", "response_format"
        )
    if request.modalities and request.modalities != ["text"]:
        raise Unsupported("只能回答文字", "modalities 请填 text 或不填", "modalities")


def _text(message: Message, index: int) -> str:
    if message.role not in _ROLES:
        raise Unsupported(
            f"不支持“{message.role[:40]}”这种消息",
            f"role 可填：{'、'.join(_ROLES)}",
            f"messages.{index}.role",
        )
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    other = next((part.type for part in message.content if part.type != "text"), None)
    if other is not None:
        raise Unsupported(
            f"不支持“{other[:40]}”这种内容",
            "只看得懂文字，请把图片、语音、文件里的内容写成文字",
            f"messages.{index}.content",
        )
    return "\n".join(part.text or "" for part in message.content)


def _day(written: object) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise Unsupported(
            f"日期“{str(written)[:40]}”写法不对", "metadata.on 的写法应为 2026-11-21", "metadata.on"
        ) from error
