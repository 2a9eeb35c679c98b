"""Models to train: the shipped one, and a small one with random weights."""

from pathlib import Path

import pytest

from kb.embedding.shipped_model import shipped_model
from tests.eval.training.stand_in import write_model


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """The small one, of one layer."""
    return write_model(tmp_path / "trained")


@pytest.fixture(scope="session")
def shipped() -> Path:
    """The default model."""
    return shipped_model()
