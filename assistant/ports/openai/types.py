"""Requests and answers of OpenAI's chat completions, as far as they mean something here.

Fields that aren't named are let through unread, as OpenAI's own service lets models ignore what they can't heed:
sampling (`temperature`, `top_p`, `seed` …), `max_tokens`, `stop`, `user`. An answer is never cut.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

#: The one model: the chat itself, whatever stands behind it.
MODEL = "fengqiao"
MAX_MESSAGES = 200


class Part(BaseModel):
    """One part of a message's content; only `text` is read."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """One message. Of earlier ones only those of the user count; what `system` says isn't obeyed."""

    role: str = Field(examples=["user"])
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """What a stream carries besides text."""

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """Only `text`."""

    type: str = "text"


class ChatRequest(BaseModel):
    """A conversation whose last user message is the question."""

    model: str = Field(examples=[MODEL])
    messages: list[Message] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = Field(None, description="refused unless empty")
    functions: list[Any] | None = Field(None, description="refused unless empty")
    response_format: ResponseFormat | None = None
    modalities: list[str] | None = None
    metadata: dict[str, Any] | None = Field(
        None, description="`on`: the day whose law is asked; `village`: id of a village; others unread"
    )


class Usage(BaseModel):
    """How long the texts were. There are no tokens here: what is counted are characters, and `counted` says so."""

    prompt_tokens: int = Field(description="characters of all messages")
    completion_tokens: int = Field(description="characters of the answer")
    total_tokens: int
    counted: Literal["characters"] = "characters"


class AnswerMessage(BaseModel):
    """The answer, sources at its end."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = Field(None, description="never set: a refusal says where to go, so it is content")


class Choice(BaseModel):
    """The only one."""

    index: int = 0
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(BaseModel):
    """A whole answer. `fengqiao` is the answer of /api/v1/ask, for clients that know it."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix time in seconds")
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    fengqiao: dict[str, Any]


class Model(BaseModel):
    """The one model."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = Field(description="Unix time in seconds: release 0.1.0")
    owned_by: str = "fengqiao"


class Models(BaseModel):
    """All models."""

    object: Literal["list"] = "list"
    data: list[Model]


class OpenAIErrorDetail(BaseModel):
    """An error as OpenAI words it; `message` is Chinese and says what to do, `code` is ours where OpenAI has none."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(None, examples=["messages"])
    code: str | None = Field(None, examples=["unsupported_parameter"])


class OpenAIError(BaseModel):
    """Body of every error below /v1: see docs/decisions/017-foreign-protocols.md."""

    error: OpenAIErrorDetail
