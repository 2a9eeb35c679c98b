"""The endpoint, through LlamaIndex's `OpenAILike`. The only module that imports LlamaIndex for writing, and late.

The library is left the protocol; what it would take from the environment, retry or log is taken from it: each
call has an HTTP client of its own (`transport.py`) and runs in a thread of its own, so that the waits hold even
where a name isn't resolved or a server sends its answer byte by byte.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import httpx

from assistant.llm.errors import LlmFailed, Reason
from assistant.llm.transport import Guard, Stopped, tls
from kb.errors import BadRequest, NotReady
from kb.settings import Settings

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

_WHERE = "请检查 fengqiao.toml 或环境变量；各项的取值见 docs/configuration.md"
#: They write requests, with all that is asked, or the endpoint's answers.
_TALKATIVE = ("openai", "httpx", "httpcore", "llama_index")


@dataclass(frozen=True)
class Message:
    """One message of a conversation with a model."""

    role: Literal["system", "user"]
    text: str


@dataclass(frozen=True)
class Piece:
    """What came in one event: text of the answer, or thoughts, of which only the length counts."""

    text: str
    thought: int = 0


class Endpoint:
    """An OpenAI-compatible endpoint.

    Raises:
        BadRequest: a setting can't be used.
        NotReady: the extra `llm` isn't installed.
    """

    def __init__(self, settings: Settings) -> None:
        url = _checked_url(settings.llm_url)
        if not settings.llm_model:
            raise BadRequest("设置了 llm_url，没有设置 llm_model", _WHERE)
        try:
            self._tls = tls(settings.llm_ca_file)
        except OSError as error:
            raise BadRequest("llm_ca_file 不是能用的证书文件", _WHERE) from error
        try:
            # seconds that belong to the start, not to the wait for the first answer
            for module in ("llama_index.llms.openai_like", "openai.resources.chat.completions"):
                import_module(module)
        except ImportError as error:
            raise NotReady(
                "设置了大语言模型，但没有安装所需的组件", "请运行 pip install 'fengqiao[llm]'，再启动"
            ) from error
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._settings = settings
        self._url = url

    def stream(self, messages: Sequence[Message], deadline: float) -> Iterator[Piece]:
        """Yield what the model writes, piece by piece; closing the iterator ends the call.

        Args:
            messages: what is sent.
            deadline: when the answer must be there, by `time.monotonic`.

        Raises:
            LlmFailed: unreachable, refused, overloaded, slow, broken.
        """
        pieces: queue.SimpleQueue[Piece | LlmFailed | None] = queue.SimpleQueue()
        stop = threading.Event()
        threading.Thread(
            target=self._pump, args=(messages, pieces, stop), name="fengqiao-llm", daemon=True
        ).start()
        try:
            while True:
                wait = min(self._settings.llm_wait_seconds, deadline - time.monotonic())
                try:
                    piece = pieces.get(timeout=max(0.0, wait))
                except queue.Empty:
                    raise LlmFailed("slow") from None
                if piece is None:
                    return
                if isinstance(piece, LlmFailed):
                    raise piece
                if time.monotonic() > deadline:
                    raise LlmFailed("slow")
                yield piece
        finally:
            stop.set()

    def _pump(
        self,
        messages: Sequence[Message],
        pieces: "queue.SimpleQueue[Piece | LlmFailed | None]",
        stop: threading.Event,
    ) -> None:
        """Read the answer to its end, or until stopped; never raises."""
        from llama_index.core.base.llms.types import ChatMessage

        try:
            guard = Guard(self._tls, self._settings.llm_api_key.get_secret_value(), stop)
            with self._client(guard) as http:
                chat = [ChatMessage(role=m.role, content=m.text) for m in messages]
                for response in self._model(http).stream_chat(chat):
                    if stop.is_set():
                        return
                    thought = len(str(response.additional_kwargs.get("thinking_delta") or ""))
                    pieces.put(Piece(str(response.delta or ""), thought))
            pieces.put(None)
        except Stopped:
            return
        except Exception as error:  # whatever a library makes of whatever a server sends
            pieces.put(LlmFailed(_reason(error)))

    def _client(self, guard: Guard) -> httpx.Client:
        wait = self._settings.llm_wait_seconds
        return httpx.Client(
            transport=guard,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(wait, connect=min(10.0, wait)),
        )

    def _model(self, http: httpx.Client) -> "OpenAILike":
        from llama_index.llms.openai_like import OpenAILike
        from openai import OpenAI

        settings = self._settings
        # the guard sends the key, so that the library can't show it
        client = OpenAI(
            api_key="-", base_url=self._url, max_retries=0, timeout=http.timeout, http_client=http
        )
        return OpenAILike(
            model=settings.llm_model,
            api_base=self._url,
            api_key="-",
            is_chat_model=True,
            temperature=0.0,
            max_tokens=settings.llm_max_tokens,
            context_window=settings.llm_context_tokens,
            max_retries=0,
            additional_kwargs=_extra(settings.llm_extra_body),
            openai_client=client,
        )


def _extra(body: dict[str, Any]) -> dict[str, Any]:
    return {"extra_body": body} if body else {}


def _checked_url(url: str) -> str:
    """Return the URL.

    Raises:
        BadRequest: it isn't http or https, or holds a password, a query or a fragment, which would be logged.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise BadRequest("llm_url 不是一个网址", _WHERE) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise BadRequest("llm_url 要以 http:// 或 https:// 开头", _WHERE)
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise BadRequest("llm_url 里不要写密码和参数；密钥写在 llm_api_key 里", _WHERE)
    return str(parsed).rstrip("/")


def _reason(error: Exception) -> Reason:
    """Return which failure an exception of the library is."""
    import openai

    if isinstance(error, openai.APIStatusError):
        passing = error.status_code in (408, 409, 425, 429) or error.status_code >= 500
        return "overloaded" if passing else "refused"
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return "slow"
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__
        if isinstance(cause, httpx.ConnectError | httpx.UnsupportedProtocol):
            return "unreachable"
    return "broken"
