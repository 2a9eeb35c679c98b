"""Put the parts together: the one place that knows both the assistant and the readers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.settings import Settings, get_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kb.base import KnowledgeBase


def read_upload(name: str, data: bytes) -> str:
    """Return the text of an uploaded file, read in a process apart within the limits of the settings.

    Raises:
        kb.errors.UnreadableFile: it can't be read; the message says why.
    """
    from ingest.readers.guard import read_guarded

    limits = get_settings()
    return read_guarded(name, data, seconds=limits.upload_seconds, memory_mb=limits.upload_memory_mb)


def make_app(
    settings: Settings, kb: "KnowledgeBase | Callable[[], KnowledgeBase]", *, local: bool = False
) -> "FastAPI":
    """Return the service over a knowledge base, or over what opens one; `local` as in `create_app`."""
    from assistant.api.app import create_app

    own_names = settings.demo and not local
    return create_app(kb, settings=settings, read_upload=read_upload, local=local, own_names=own_names)
