"""Reading the catalog: what may not be seen isn't read."""

import pytest
from sqlalchemy import Engine, update

from kb.catalog import tables as t
from kb.catalog.case_shelf import put_case
from kb.catalog.catalog import Catalog
from kb.model import MediationCase


@pytest.fixture
def catalog(engine: Engine) -> Catalog:
    """Six cases: public ones (0, 3), those of village a (1, 4), those of village b (2, 5)."""
    made = Catalog(engine)
    for number, village in enumerate(["", "a", "b"] * 2):
        scope = f"village:{village}" if village else "public"
        case = MediationCase(
            id=f"case-{number}", name=f"{number}", facts="经过", dispute_type="邻里" if number < 3 else "婚姻家庭",
            village=village, scope=scope,
        )  # fmt: skip
        put_case(engine, case)
    return made


def ids(found: list[MediationCase]) -> str:
    return "".join(case.name for case in found)


@pytest.mark.parametrize(
    ("scopes", "found"),
    [
        (("public",), "03"),
        (("public", "village:a"), "0134"),
        (("village:b", "public", "village:a"), "012345"),
        (("village:a",), "14"),
        (("village:", "village:nowhere"), ""),
        ((), ""),
    ],
)
def test_cases_of_other_scopes_are_left_out(catalog: Catalog, scopes: tuple[str, ...], found: str) -> None:
    assert ids(catalog.cases(scopes=scopes)) == found


def test_without_scopes_only_public_cases_are_read(catalog: Catalog) -> None:
    assert ids(catalog.cases()) == "03"


def test_hidden_cases_count_in_no_page(catalog: Catalog) -> None:
    scopes = ("public", "village:a")
    pages = [ids(catalog.cases(offset=offset, limit=2, scopes=scopes)) for offset in (0, 2, 4)]
    assert pages == ["01", "34", ""]


def test_scopes_and_other_filters_hold_together(catalog: Catalog) -> None:
    assert ids(catalog.cases("邻里", scopes=("public", "village:a"))) == "01"
    assert ids(catalog.cases(village="a", scopes=("public", "village:a"))) == "14"
    assert ids(catalog.cases("邻里", "b", scopes=("public", "village:a"))) == ""


def test_hidden_cases_are_not_even_read(engine: Engine, catalog: Catalog) -> None:
    """Their texts can't be read here: whoever fetched them to look at their scope would fail."""
    with engine.begin() as connection:
        connection.execute(update(t.cases).where(t.cases.c.scope == "village:b").values(body={}))
    assert ids(catalog.cases(scopes=("public", "village:a"))) == "0134"
