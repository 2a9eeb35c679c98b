"""Pages in a real browser, at a desk and on a phone; every test fails on an error in the console."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.assistant.web.talking import Talk

SIZES = {"desk": {"width": 1280, "height": 860}, "phone": {"width": 360, "height": 740}}


class Desk:
    """A browser page with the console listened to."""

    def __init__(self, page: Any, base: str) -> None:
        self.page = page
        self.base = base
        self.errors: list[str] = []
        #: Statuses that a test provokes; the browser reports each failed fetch in the console.
        self.expected: set[int] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(
            f"status of {s}" in message.text for s in self.expected
        ):
            self.errors.append(message.text)

    def open(self, path: str) -> Any:
        """Go to a page of the service and return the browser's page."""
        self.page.goto(self.base + path)
        return self.page

    def fits(self) -> bool:
        """Return whether nothing has to be scrolled sideways."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )


@pytest.fixture(params=list(SIZES))
def desk(request: pytest.FixtureRequest, browser: Any, live_server: str) -> Iterator[Desk]:
    context = browser.new_context(viewport=SIZES[request.param], locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(20_000)
    opened = Desk(context.new_page(), live_server)
    yield opened
    assert opened.fits(), "the page scrolls sideways"
    context.close()
    assert opened.errors == []


@pytest.fixture
def talk(desk: Desk) -> Talk:
    """The chat page, its stream in the test's hands."""
    return Talk(desk)
