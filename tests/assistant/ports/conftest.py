"""The service's own fixtures, here too; and language models that a service may be set up with."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.assistant.api.conftest import api_settings
from tests.assistant.chat.test_generated import healthy
from tests.assistant.llm.hostile import WRITERS
from tests.assistant.llm.server import Endpoint, running

__all__ = ["api_settings"]

Modelled = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="package")
def model_server() -> Iterator[Endpoint]:
    """A model that says what is true, and all that don't."""
    with running({**WRITERS, "healthy": healthy}) as started:
        yield started


@pytest.fixture
def modelled(model_server: Endpoint) -> Modelled:
    """Return settings by the mode of the model: `healthy`, or one of the hostile ones."""

    def settings(mode: str) -> dict[str, Any]:
        return {
            "llm_url": model_server.url, "llm_model": f"{mode}:1", "llm_retries": 0, "llm_wait_seconds": 2,
            "llm_timeout_seconds": 60 if mode == "healthy" else 6, "llm_tokens_per_day": 0,
        }  # fmt: skip

    return settings
