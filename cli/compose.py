"""Put the parts together: the one place that knows both the assistant and the readers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kb.base import KnowledgeBase


def read_upload(name: str, data: bytes) -> str:
    """Return the text of an uploaded file.

    Raises:
        kb.errors.UnreadableFile: it can't be read; the message says why.
    """
    from ingest.readers.read import read_bytes

    return read_bytes(name, data).text


def make_app(settings: Settings, kb: "KnowledgeBase | Callable[[], KnowledgeBase]") -> "FastAPI":
    """Return the service over a knowledge base, or over what opens one."""
    from assistant.api.app import create_app

    return create_app(kb, settings=settings, read_upload=read_upload)
