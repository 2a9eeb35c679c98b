"""The search: analyse, recall by meaning and by words, fuse, collapse to parents, explain."""

import time
from datetime import date

from kb.catalog.catalog import Catalog
from kb.citation.names import LawNames
from kb.citation.resolution import Resolution
from kb.citation.resolver import Resolver, remark
from kb.clock import today
from kb.embedding.base import Embedder
from kb.errors import BadRequest
from kb.lexical.encoder import LexicalEncoder
from kb.model import KIND_LABELS, STATUS_LABELS, Passage, Provision
from kb.search.analyse import Analysed, analyse
from kb.search.explain import explain
from kb.search.fusion import rrf
from kb.search.types import SearchHit, SearchRequest, SearchResponse
from kb.settings import Settings
from kb.store.base import Filter, Hit, VectorStore
from kb.store.schema import passage_of


class SearchEngine:
    """Answers searches. Safe to call from several threads.

    Args:
        embedder: None while the model is not ready: the search then goes by words alone.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        names: LawNames,
        store: VectorStore,
        lexical: LexicalEncoder,
        embedder: Embedder | None = None,
    ) -> None:
        self.settings = settings
        self.catalog = catalog
        self.names = names
        self.store = store
        self.lexical = lexical
        self.embedder = embedder
        self.resolver = Resolver(catalog, names)

    def search(self, request: SearchRequest, scopes: tuple[str, ...] = ("public",)) -> SearchResponse:
        """Return one page of hits, best first.

        Raises:
            BadRequest: the query is blank or too long, or the law or village filtered by is unknown.
        """
        started = time.perf_counter()
        query = self._checked(request)
        on = request.on or today()
        analysed = analyse(query, on, self.names, self.resolver, self.lexical)
        law = self._law_filter(request.law)
        wanted = Filter(
            kinds=tuple(request.kinds or ()),
            on=on,
            law=law,
            village=request.village,
            dispute_type=request.dispute_type,
            scopes=scopes,
        )
        embed_ms, search_ms, ranked = self._recall(query, wanted, analysed)
        hits = self._collapse(ranked, analysed, on, request)
        facets: dict[str, int] = {}
        for hit in hits:
            facets[hit.kind] = facets.get(hit.kind, 0) + 1
        page = hits[request.offset : request.offset + request.limit]
        return SearchResponse(
            query=request.query,
            on=on,
            analysis=analysed.shown,
            hits=page,
            total=len(hits),
            facets=facets,
            mode="hybrid" if self.embedder else "lexical",
            took_ms={
                "embedding": round(embed_ms, 2),
                "search": round(search_ms, 2),
                "total": round((time.perf_counter() - started) * 1000, 2),
            },
        )

    def _checked(self, request: SearchRequest) -> str:
        query = request.query.strip()
        if not query:
            raise BadRequest("检索内容是空的", "请输入要找的事情、关键词或法条，例如“邻居家树枝伸到我家院子”")
        limit = self.settings.max_query_chars
        if len(query) > limit:
            raise BadRequest(
                f"检索内容有{len(query)}字，超过上限{limit}字", "请只写要点；整篇材料请用“调解工作台”或“核查”"
            )
        if request.village and self.catalog.village(request.village) is None:
            raise BadRequest(f"没有编号为“{request.village}”的村", "村的编号见 /api/v1/villages")
        return query

    def _law_filter(self, law: str) -> str:
        if not law:
            return ""
        canonical = self.names.canonical(law)
        if not self.names.known(canonical):
            near = self.names.suggestions(canonical)
            hint = "是否指" + "、".join(f"《{n}》" for n in near) if near else "请核对法律名称"
            raise BadRequest(f"知识库里没有《{canonical}》", hint)
        return canonical

    def _recall(
        self, query: str, wanted: Filter, analysed: Analysed
    ) -> tuple[float, float, list[tuple[Hit, float, int | None, int | None]]]:
        """Return (embedding ms, search ms, [(hit, score, dense rank, lexical rank)]) best first."""
        limit = self.settings.candidates
        sparse = self.lexical.encode_query(query)
        t0 = time.perf_counter()
        vector = self.embedder.embed_queries([query])[0] if self.embedder else None
        t1 = time.perf_counter()
        if vector is None:
            dense_hits: list[Hit] = []
            lexical_hits = self.store.search_sparse(sparse, wanted, limit)
        else:
            dense_hits, lexical_hits = self.store.search_both(vector, sparse, wanted, limit)
        named: list[Hit] = []
        if vector is not None and not wanted.law:
            for law in analysed.shown.laws[:2]:  # a law named in the query: its best articles count twice
                inside = Filter(kinds=wanted.kinds, on=wanted.on, law=law, scopes=wanted.scopes)
                named += self.store.search_dense(vector, inside, 20)
        t2 = time.perf_counter()
        by_id = {h.id: h for h in [*dense_hits, *lexical_hits, *named]}
        dense_rank = {h.id: i + 1 for i, h in enumerate(dense_hits)}
        lexical_rank = {h.id: i + 1 for i, h in enumerate(lexical_hits)}
        lists = [[(h.id, h.score) for h in hits] for hits in (dense_hits, lexical_hits, named) if hits]
        weights = [
            weight
            for hits, weight in (
                (dense_hits, self.settings.dense_weight),
                (lexical_hits, self.settings.lexical_weight),
                (named, self.settings.dense_weight),
            )
            if hits
        ]
        fused = rrf(lists, weights, self.settings.rrf_k) if lists else []
        top = sum(weights) / (self.settings.rrf_k + 1)
        ranked = [(by_id[i], s / top, dense_rank.get(i), lexical_rank.get(i)) for i, s in fused]
        return (t1 - t0) * 1000, (t2 - t1) * 1000, ranked

    def _collapse(
        self,
        ranked: list[tuple[Hit, float, int | None, int | None]],
        analysed: Analysed,
        on: date,
        request: SearchRequest,
    ) -> list[SearchHit]:
        """Keep the best passage of each parent; put what the query cites before everything else."""
        best: dict[str, tuple[Passage, float, int | None, int | None]] = {}
        for hit, score, dense, lexical in ranked:
            passage = passage_of(hit.id, hit.payload)
            if passage.parent_id not in best:
                best[passage.parent_id] = (passage, score, dense, lexical)
        parents = self.catalog.provisions_by_id([k for k, v in best.items() if v[0].kind == "provision"])
        hits = []
        if not request.kinds or "provision" in request.kinds:
            hits = [_cited_hit(r, analysed.shown.terms) for r in analysed.cited if r.provision]
        seen = {h.id for h in hits}
        hits = list({h.address: h for h in hits}.values())
        for parent_id, (passage, score, dense, lexical) in best.items():
            if parent_id in seen:
                continue
            provision = parents.get(parent_id)
            if passage.kind == "provision" and provision is None:
                continue  # deleted from the catalog, not yet from the index
            hits.append(self._hit(passage, score, dense, lexical, provision, analysed.shown.terms, on))
        return hits

    def _hit(
        self,
        passage: Passage,
        score: float,
        dense: int | None,
        lexical: int | None,
        provision: Provision | None,
        terms: list[str],
        on: date,
    ) -> SearchHit:
        state = provision.status(on) if provision else "in_force"
        note = ""
        if provision and state != "in_force":
            version = self.catalog.law_version(provision.law_id)
            note = remark(version, provision, on) if version else ""
        return SearchHit(
            id=passage.parent_id,
            kind=passage.kind,
            address=passage.address,
            title=passage.title,
            text=passage.text,
            score=round(min(score, 1.0), 4),
            in_force=provision.in_force(on) if provision else True,
            status=state,
            status_label=STATUS_LABELS[state] if provision else KIND_LABELS[passage.kind],
            effective_from=passage.effective_from,
            effective_until=passage.effective_until,
            law=passage.law,
            village=passage.village,
            dispute_type=passage.dispute_type,
            note=note,
            matched=explain(passage, terms, dense, lexical, provision),
        )


def _cited_hit(resolution: Resolution, terms: list[str]) -> SearchHit:
    provision = resolution.provision
    assert provision is not None
    passage = Passage(
        id=provision.id, parent_id=provision.id, kind="provision", address=resolution.address,
        title="", text=resolution.text or provision.text, embed_text="",
    )  # fmt: skip
    return SearchHit(
        id=provision.id,
        kind="provision",
        address=resolution.address,
        title=" ".join(filter(None, [provision.law, provision.book, provision.chapter, provision.section])),
        text=passage.text,
        score=1.0,
        in_force=resolution.in_force,
        status=resolution.state or "in_force",
        status_label=resolution.state_label,
        effective_from=resolution.effective_from,
        effective_until=resolution.effective_until,
        law=provision.law,
        note=resolution.message,
        matched=explain(passage, terms, None, None, None, cited=True),
    )
