"""The service's own fixtures, here too."""

from tests.assistant.api.conftest import api_settings

__all__ = ["api_settings"]
