"""What ships with the software: manifests, samples and corrections. Data only; `path()` finds it."""

from pathlib import Path

ROOT = Path(__file__).parent


def path(*parts: str) -> Path:
    """Return the path of a shipped corpus file or folder.

    >>> path("villages.toml").name
    'villages.toml'
    """
    return ROOT.joinpath(*parts)
