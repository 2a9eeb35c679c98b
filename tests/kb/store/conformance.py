"""What every engine behind `VectorStore` must do. A test module inherits `Conformance` and gives `store`.

The `store` fixture is an empty store of dimension 4 with model key "m4".
"""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import product
from typing import NamedTuple
from uuid import UUID

import numpy as np
import pytest

from kb.errors import BadRequest, FengqiaoError, NotReady
from kb.model import Passage, stable_id
from kb.store import Filter, Point, VectorStore, passage_of, payload_of

DIM = 4


class Terms(NamedTuple):
    indices: list[int]
    values: list[float]


def uid(name: object) -> str:
    return stable_id("test", str(name))


def point(
    name: object, dense: list[float] | None = None, terms: dict[int, float] | None = None, **payload: object
) -> Point:
    sparse = Terms(list(terms), list(terms.values())) if terms else None
    return Point(
        uid(name),
        np.array(dense, dtype=np.float32) if dense else None,
        sparse,
        {"kind": "provision", "scope": "public", "name": str(name), **payload},
    )


def names(hits: list) -> list[str]:
    return [hit.payload["name"] for hit in hits]


def everything(store: VectorStore, filter: Filter | None = None, page: int = 7) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        hits, after = store.scroll(filter, page, after)
        found += names(hits)
        if after is None:
            return found


AXES = {"east": [1.0, 0, 0, 0], "north": [0, 1.0, 0, 0], "northeast": [1.0, 1.0, 0, 0]}

# What each filter should let through is written beside it, from the definition in `Filter`.
SHELF = [
    point("law-now", [1, 0, 0, 0.1], {1: 1.0}, law="民法典", effective_from=date(2021, 1, 1), source="npc"),
    point(
        "law-old",
        [1, 0, 0, 0.2],
        {1: 1.0},
        law="婚姻法",
        effective_from="2001-04-28",
        effective_until=date(2020, 12, 31),
        source="npc",
    ),
    point("law-next", [1, 0, 0, 0.3], {1: 1.0}, law="商标法", effective_from=date(2027, 1, 1), source="npc"),
    point("law-undated", [1, 0, 0, 0.4], {1: 1.0}, law="民法典", parent_id="p1"),
    point("rule-a", [1, 0, 0, 0.5], {1: 1.0}, kind="rule", village="a", parent_id="p2", source="doc"),
    point("rule-b", [1, 0, 0, 0.6], {1: 1.0}, kind="rule", village="b", source="doc"),
    point(
        "case-a", [1, 0, 0, 0.7], {1: 1.0}, kind="case", village="a", dispute_type="邻里", scope="village:a"
    ),
    point("case-any", [1, 0, 0, 0.8], {1: 1.0}, kind="case", dispute_type="物业"),
    point("qa", [1, 0, 0, 0.9], {1: 1.0}, kind="qa"),
]
FILTERS: list[tuple[Filter, str]] = [
    (Filter(), "law-now law-old law-next law-undated rule-a rule-b case-any qa"),
    (Filter(scopes=()), "law-now law-old law-next law-undated rule-a rule-b case-a case-any qa"),
    (Filter(scopes=("village:a",)), "case-a"),
    (Filter(scopes=("public", "village:a"), kinds=("case",)), "case-a case-any"),
    (Filter(scopes=("nobody",)), ""),
    (Filter(kinds=("rule",)), "rule-a rule-b"),
    (Filter(kinds=("rule", "qa")), "rule-a rule-b qa"),
    (Filter(kinds=("nothing",)), ""),
    (Filter(law="民法典"), "law-now law-undated"),
    (Filter(law="民法"), ""),
    (Filter(village="a"), "law-now law-old law-next law-undated rule-a case-any qa"),
    (Filter(village="a", kinds=("rule", "case"), scopes=("public", "village:a")), "rule-a case-a case-any"),
    (Filter(village="c", kinds=("rule",)), ""),
    (Filter(dispute_type="邻里", kinds=("case",), scopes=()), "case-a"),
    (Filter(dispute_type="物业", kinds=("case", "qa")), "case-any qa"),
    (Filter(parent_id="p1"), "law-undated"),
    (Filter(parent_ids=("p1", "p2")), "law-undated rule-a"),
    (Filter(source="doc"), "rule-a rule-b"),
    (Filter(ids=(uid("qa"), uid("rule-b"), uid("absent"))), "rule-b qa"),
    (Filter(ids=(uid("case-a"),)), ""),
    (Filter(on=date(2020, 12, 31), kinds=("provision",)), "law-old law-undated"),
    (Filter(on=date(2021, 1, 1), kinds=("provision",)), "law-now law-undated"),
    (Filter(on=date(2001, 4, 28), kinds=("provision",)), "law-old law-undated"),
    (Filter(on=date(2001, 4, 27), kinds=("provision",)), "law-undated"),
    (Filter(on=date(2026, 12, 31), kinds=("provision",)), "law-now law-undated"),
    (Filter(on=date(2027, 1, 1), kinds=("provision",)), "law-now law-next law-undated"),
    (Filter(on=date(9999, 12, 31), kinds=("provision",)), "law-now law-next law-undated"),
    (Filter(on=date(1900, 1, 1)), "law-undated rule-a rule-b case-any qa"),
    (Filter(on=date(2026, 11, 21), law="民法典", source="npc"), "law-now"),
    (Filter(on=date(2026, 11, 21), village="b", dispute_type="邻里"), "law-now law-undated rule-b qa"),
]


class Conformance:
    def test_an_empty_store_finds_nothing(self, store: VectorStore) -> None:
        dense = np.ones(DIM, np.float32)
        assert store.count() == 0
        assert store.search_dense(dense, None, 5) == []
        assert store.search_sparse(Terms([1], [1.0]), None, 5) == []
        assert store.search_both(dense, Terms([1], [1.0]), None, 5) == ([], [])
        assert store.scroll(None, 5, None) == ([], None)
        assert store.retrieve([uid("x")]) == []

    def test_upsert_is_idempotent_and_replaces_altogether(self, store: VectorStore) -> None:
        first = point("a", [1, 0, 0, 0], {1: 1.0}, law="旧", extra="gone")
        store.upsert([first])
        store.upsert([first])
        assert store.count() == 1
        store.upsert([point("a", None, {2: 1.0}, law="新")])
        assert store.count() == 1
        assert store.search_dense(np.array([1, 0, 0, 0], np.float32), None, 5) == []
        assert store.search_sparse(Terms([1], [1.0]), None, 5) == []
        (hit,) = store.search_sparse(Terms([2], [1.0]), None, 5)
        assert hit.payload["law"] == "新" and "extra" not in hit.payload
        assert store.count(Filter(law="旧")) == 0

    def test_the_last_of_one_id_in_a_batch_wins(self, store: VectorStore) -> None:
        store.upsert([point("a", [1, 0, 0, 0], law="一"), point("a", [1, 0, 0, 0], law="二")])
        assert [h.payload["law"] for h in store.retrieve([uid("a")])] == ["二"]

    def test_dense_search_orders_by_cosine(self, store: VectorStore) -> None:
        store.upsert([point(name, vector) for name, vector in AXES.items()])
        hits = store.search_dense(np.array([1.0, 0.1, 0, 0], np.float32), None, 3)
        assert names(hits) == ["east", "northeast", "north"]
        # cos((1, .1), (1, 0)) = 1 / sqrt(1.01); a vector's length makes no difference
        assert hits[0].score == pytest.approx(1 / math.sqrt(1.01), abs=1e-5)
        assert hits[1].score == pytest.approx(1.1 / math.sqrt(2 * 1.01), abs=1e-5)
        assert names(store.search_dense(np.array([0, 9.0, 0, 0], np.float32), None, 1)) == ["north"]

    def test_sparse_search_weighs_terms_by_rarity(self, store: VectorStore) -> None:
        store.upsert(
            [
                point("common", None, {1: 1.0}),
                point("common too", None, {1: 0.5, 9: 1.0}),
                point("rare", None, {2: 1.0, 8: 1.0}),
                point("other", None, {7: 1.0}),
            ]
        )
        hits = store.search_sparse(Terms([1, 2], [1.0, 1.0]), None, 10)
        assert names(hits) == ["rare", "common", "common too"]
        # idf = ln(1 + (N - n + .5) / (n + .5)), N = 4 points, n of them with the term
        rare, common = math.log(1 + 3.5 / 1.5), math.log(1 + 2.5 / 2.5)
        assert [hit.score for hit in hits] == pytest.approx([rare, common, 0.5 * common], abs=1e-5)
        assert store.search_sparse(Terms([5], [1.0]), None, 10) == []
        assert store.search_sparse(Terms([], []), None, 10) == []

    def test_search_both_is_both_searches(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        dense, sparse = np.array([1, 0, 0, 0], np.float32), Terms([1], [1.0])
        filter = Filter(kinds=("provision",))
        near, terms = store.search_both(dense, sparse, filter, 3)
        assert names(near) == ["law-now", "law-old", "law-next"]
        assert near == store.search_dense(dense, filter, 3)
        assert len(terms) == 3
        assert store.search_both(dense, Terms([], []), filter, 3) == (near, [])

    def test_filters(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        vector, terms = np.array([1, 0, 0, 0], np.float32), Terms([1], [1.0])
        for filter, expected in FILTERS:
            wanted = set(expected.split())
            dense, sparse = store.search_both(vector, terms, filter, 50)
            assert set(names(dense)) == wanted, filter
            assert set(names(sparse)) == wanted, filter
            assert set(everything(store, filter)) == wanted, filter
            assert store.count(filter) == len(wanted), filter

    def test_every_pair_of_conditions_is_an_intersection(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        single = {
            "kinds": ("rule", "case"),
            "on": date(2020, 12, 31),
            "law": "民法典",
            "village": "a",
            "dispute_type": "邻里",
            "scopes": ("public",),
            "source": "doc",
        }
        matched = {
            key: set(everything(store, Filter(**{"scopes": (), key: value}))) for key, value in single.items()
        }
        for one, two in product(single, repeat=2):
            both = Filter(**{"scopes": (), one: single[one], two: single[two]})
            assert set(everything(store, both)) == matched[one] & matched[two], (one, two)

    def test_without_a_filter_search_shows_public_points_only(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        assert "case-a" not in names(store.search_dense(np.array([1, 0, 0, 0], np.float32), None, 50))
        assert "case-a" not in names(store.search_sparse(Terms([1], [1.0]), None, 50))
        assert "case-a" in everything(store)

    def test_what_has_no_scope_is_shown_to_nobody(self, store: VectorStore) -> None:
        store.upsert([Point(uid("x"), np.ones(DIM, np.float32), None, {"kind": "case", "name": "x"})])
        assert store.search_dense(np.ones(DIM, np.float32), Filter(), 5) == []
        assert store.count(Filter(scopes=())) == 1

    def test_delete(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        store.delete([uid("qa"), uid("absent")])
        store.delete([])
        assert store.count() == len(SHELF) - 1
        assert "qa" not in everything(store)
        assert "qa" not in names(store.search_dense(np.array([1, 0, 0, 0], np.float32), None, 50))

    def test_delete_where_takes_a_source_in_every_scope(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        store.upsert([point("hidden", [1, 0, 0, 0], source="doc", scope="village:a")])
        store.delete_where(Filter(source="doc"))
        assert set(everything(store)) == {p.payload["name"] for p in SHELF} - {"rule-a", "rule-b"}
        with pytest.raises(BadRequest, match="删除"):
            store.delete_where(Filter())
        assert store.count() == len(SHELF) - 2

    def test_retrieve_keeps_the_order_asked(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        asked = [uid("qa"), uid("absent"), uid("law-now"), uid("case-a")]
        assert names(store.retrieve(asked)) == ["qa", "law-now", "case-a"]
        assert store.retrieve([]) == []

    def test_scroll_gives_each_point_once(self, store: VectorStore) -> None:
        store.upsert([point(i, [1, 0, 0, i], kind="rule" if i % 3 else "qa") for i in range(100)])
        for page in (1, 7, 100, 1000):
            assert sorted(everything(store, page=page), key=int) == [str(i) for i in range(100)]
        assert len(everything(store, Filter(kinds=("qa",)))) == 34

    def test_unicode_and_nested_payload_come_back_as_they_were(self, store: VectorStore) -> None:
        payload = {
            "scope": "public",
            "text": "第一款\n（一）𠮷野家“引号”\u3000全角\t制表 🏮",
            "cited": ["民法典第二百八十八条", "村民委员会组织法"],
            "nested": {"数": 1.5, "空": None, "真": True},
        }
        store.upsert([Point(uid("u"), [1.0, 0, 0, 0], None, payload)])
        (hit,) = store.retrieve([uid("u")])
        assert {key: hit.payload[key] for key in payload} == payload

    def test_a_passage_survives_the_round_trip(self, store: VectorStore) -> None:
        passage = Passage(
            id=uid("p"),
            parent_id=uid("parent"),
            kind="provision",
            address="甲法第一条",
            title="甲法",
            text="文",
            embed_text="甲法 文",
            law="甲法",
            effective_from=date(2021, 1, 1),
        )
        open_ended = passage.model_copy(update={"id": uid("q"), "effective_from": None, "kind": "qa"})
        store.upsert([Point(p.id, [1.0, 0, 0, 0], None, payload_of(p)) for p in (passage, open_ended)])
        hits = store.retrieve([passage.id, open_ended.id])
        assert [passage_of(h.id, h.payload) for h in hits] == [
            p.model_copy(update={"embed_text": ""}) for p in (passage, open_ended)
        ]

    @pytest.mark.parametrize(
        "bad",
        [
            Point(uid("bad"), [1.0, 0, 0], None, {}),
            Point(uid("bad"), [1.0, 0, 0, float("nan")], None, {}),
            Point("not-a-uuid", [1.0, 0, 0, 0], None, {}),
            Point(uid("bad"), None, Terms([1, 1], [1.0, 1.0]), {}),
            Point(uid("bad"), None, Terms([1, 2], [1.0]), {}),
            Point(uid("bad"), [1.0, 0, 0, 0], None, {"effective_from": "去年"}),
        ],
        ids=["dimension", "nan", "id", "repeated term", "unpaired", "date"],
    )
    def test_a_bad_point_is_refused_and_nothing_of_its_batch_is_written(
        self, store: VectorStore, bad: Point
    ) -> None:
        with pytest.raises(BadRequest) as caught:
            store.upsert([point("good", [1, 0, 0, 0]), bad])
        assert caught.value.message and caught.value.hint
        assert store.count() == 0
        store.upsert([point("good", [1, 0, 0, 0])])
        assert store.count() == 1

    def test_a_query_of_the_wrong_dimension_is_refused(self, store: VectorStore) -> None:
        with pytest.raises(BadRequest, match="维"):
            store.search_dense(np.ones(DIM + 1, np.float32), None, 5)

    def test_ids_are_uuids_written_any_way(self, store: VectorStore) -> None:
        store.upsert([point("a", [1, 0, 0, 0])])
        assert names(store.retrieve([UUID(uid("a")).hex.upper()])) == ["a"]
        with pytest.raises(BadRequest):
            store.retrieve(["1; drop"])

    def test_flush_optimize_and_info(self, store: VectorStore) -> None:
        store.upsert(SHELF)
        store.flush()
        store.optimize()
        info = store.info()
        assert (info["points"], info["model"], info["dim"]) == (len(SHELF), "m4", DIM)
        assert set(everything(store)) == {p.payload["name"] for p in SHELF}

    def test_ten_thousand_points_in_one_call(self, store: VectorStore) -> None:
        rng = np.random.default_rng(7)
        vectors = rng.normal(size=(10_000, DIM)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        payloads = [{"scope": "public", "name": str(i), "kind": "qa"} for i in range(10_000)]
        store.upsert([Point(uid(i), vectors[i], Terms([i % 50], [1.0]), payloads[i]) for i in range(10_000)])
        assert store.count() == 10_000
        nearest = np.argsort(-(vectors @ vectors[123]))[:10]
        assert names(store.search_dense(vectors[123], None, 10)) == [str(i) for i in nearest]
        store.delete_where(Filter(kinds=("qa",)))
        assert store.count() == 0

    def test_threads_may_search_while_one_writes(self, store: VectorStore) -> None:
        store.upsert([point(i, [1, 0, 0, i], {1: 1.0}) for i in range(50)])
        dense = np.array([1, 0, 0, 0], np.float32)

        def search(_: int) -> int:
            near, terms = store.search_both(dense, Terms([1], [1.0]), None, 20)
            return len(near) + len(terms)

        def write(i: int) -> None:
            store.upsert([point(f"new {i}-{j}", [1, 0, 0, i], {1: 1.0}) for j in range(5)])

        with ThreadPoolExecutor(4) as pool:
            searches = pool.map(search, range(40))
            writes = pool.map(write, range(20))
            assert set(searches) == {40}
            list(writes)
        assert store.count() == 150

    def test_after_close_calls_are_refused_and_closing_again_is_harmless(self, store: VectorStore) -> None:
        store.upsert([point("a", [1, 0, 0, 0])])
        store.close()
        store.close()
        for call in (store.count, store.flush, store.info, lambda: store.retrieve([uid("a")])):
            with pytest.raises(NotReady) as caught:
                call()
            assert isinstance(caught.value, FengqiaoError) and "关闭" in caught.value.message
