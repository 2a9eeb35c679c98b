"""Recall from the shelf of cases: by meaning, and by the causes that a dispute could be of."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from kb.lexical.encoder import SparseVector
from kb.search.recall import Query, recall
from kb.settings import Settings
from kb.store.base import Filter, Point
from kb.store.edge import EdgeStore
from kb.store.identity import Identity

#: Cosines to the query .99, .9 and .8; the second alone is of its cause, the third says nothing.
CASES = {1: (0.99, {"民间借贷纠纷": 1.0}), 2: (0.9, {"相邻关系纠纷": 0.9}), 3: (0.8, None)}
NO_WORDS = SparseVector([], [])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EdgeStore]:
    with EdgeStore(tmp_path / "index", Identity("model-1", 2), "") as opened:
        points = []
        for n, (cosine, causes) in CASES.items():
            payload = {"kind": "case", "scope": "public", "parent_id": str(n), "text": "某事"}
            vector = np.array([cosine, (1 - cosine**2) ** 0.5], np.float32)
            extra = {"causes": causes} if causes else {}
            points.append(Point(str(UUID(int=n)), vector, NO_WORDS, payload | extra))
        opened.upsert(points)
        yield opened


def found(store: EdgeStore, causes: dict[str, float]) -> list[str]:
    query = Query(sparse=NO_WORDS, dense=np.array([1, 0], np.float32), causes=causes)
    candidates = recall(store, query, Filter(kinds=("case",)), Settings())
    return [c.hit.payload["parent_id"] for c in candidates]


def test_cases_of_the_same_cause_come_first(store: EdgeStore) -> None:
    assert found(store, {}) == ["1", "2", "3"]
    assert found(store, {"相邻关系纠纷": 1.0}) == ["2", "1", "3"]
    # agreement of a tenth: .5 x sqrt(.1 x .9) = .15, enough for .9 against .99
    assert found(store, {"相邻关系纠纷": 0.1, "赡养纠纷": 0.9}) == ["2", "1", "3"]
    assert found(store, {"相邻关系纠纷": 0.03, "赡养纠纷": 0.97}) == ["1", "2", "3"]


def test_other_shelves_go_by_meaning(store: EdgeStore) -> None:
    query = Query(sparse=NO_WORDS, dense=np.array([1, 0], np.float32), causes={"相邻关系纠纷": 1.0})
    assert recall(store, query, Filter(kinds=("rule",)), Settings()) == []
