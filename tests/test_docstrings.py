"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import assistant
import cli
import corpora
import eval as evaluation
import ingest
import kb

PACKAGES = (kb, ingest, assistant, evaluation, cli, corpora)
MODULES = sorted(
    info.name
    for p in PACKAGES
    for info in pkgutil.walk_packages(p.__path__, f"{p.__name__}.")
    if "__main__" not in info.name
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    failures, _ = doctest.testmod(importlib.import_module(name))
    assert failures == 0
