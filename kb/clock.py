"""Today, in one place, so that a test or a replay can set it."""

import os
from datetime import date


def today() -> date:
    """Return today's date, or FENGQIAO_TODAY (YYYY-MM-DD) where that is set.

    Raises:
        ValueError: when FENGQIAO_TODAY is not a date.
    """
    fixed = os.environ.get("FENGQIAO_TODAY")
    return date.fromisoformat(fixed) if fixed else date.today()
