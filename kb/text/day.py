"""Days as print writes them."""

from datetime import date


def printed(day: date | None) -> str:
    """Return a day as 2026年1月2日; '' for none.

    >>> printed(date(2026, 1, 2))
    '2026年1月2日'
    """
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
