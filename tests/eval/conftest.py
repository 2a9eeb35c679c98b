"""A shelf small enough to embed and index in a moment."""

from dataclasses import replace
from datetime import date

import pytest

from eval.systems.base import Shelf, in_force
from kb.base import KnowledgeBase

DAY = date(2026, 11, 22)
#: Branches over a boundary, a dog's bite, a loan, and what lies around them.
SOME = (
    "民法典第二百七十四条",
    "民法典第二百八十八条",
    "民法典第二百九十条",
    "民法典第二百九十二条",
    "民法典第六百七十五条",
    "民法典第六百七十六条",
    "民法典第一千零六十七条",
    "民法典第一千二百四十五条",
    "民法典第一千二百四十六条",
    "人民调解法第四条",
)


@pytest.fixture(scope="session")
def shelf(kb: KnowledgeBase) -> Shelf:
    """Every provision in force."""
    return Shelf(kb, DAY, in_force(kb.catalog, DAY))


@pytest.fixture(scope="session")
def small_shelf(shelf: Shelf) -> Shelf:
    """The provisions of SOME alone."""
    return replace(shelf, articles=[a for a in shelf.articles if a.address in SOME])
