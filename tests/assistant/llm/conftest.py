"""The hostile endpoint, and a model that talks to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.llm.llm import Llm
from kb.settings import Settings
from tests.assistant.llm.hostile import WRITERS
from tests.assistant.llm.server import Endpoint, running

MakeLlm = Callable[..., Llm]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with running(dict(WRITERS)) as started:
        yield started


@pytest.fixture
def make_llm(endpoint: Endpoint, tmp_path: Path) -> MakeLlm:
    """Return a model for a mode of the endpoint; further arguments are settings."""

    def make(mode: str, **settings: Any) -> Llm:
        given = {
            "llm_url": endpoint.url,
            "llm_model": mode,
            "llm_wait_seconds": 1.5,
            "llm_timeout_seconds": 4,
            "llm_retries": 0,
        }
        return Llm(Settings(home=tmp_path, **{**given, **settings}))

    return make
