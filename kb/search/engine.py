"""The search: analyse, recall shelf by shelf, merge, collapse to parents, explain."""

import time
from datetime import date

from kb.catalog.catalog import Catalog
from kb.citation.names import LawNames
from kb.citation.resolver import Resolver
from kb.clock import today
from kb.embedding.base import Embedder
from kb.errors import BadRequest
from kb.lexical.encoder import LexicalEncoder
from kb.model import KINDS, Kind
from kb.ranking.causes import Causes
from kb.ranking.rank import query_words
from kb.ranking.ranking import Ranking
from kb.search.analyse import Analysed, analyse
from kb.search.dialect import terms_said
from kb.search.everyday import legal_terms
from kb.search.hits import cited_hit, collapse, found_hits
from kb.search.plain import plain_words
from kb.search.ranked import recall_ranked
from kb.search.recall import Candidate, Query, recall
from kb.search.shelves import merge
from kb.search.types import SearchHit, SearchRequest, SearchResponse
from kb.settings import Settings
from kb.store.base import Filter, VectorStore


class SearchEngine:
    """Answers searches. Safe to call from several threads.

    Args:
        embedder: None while the model is not ready: the search then goes by words alone.
        ranking: orders provisions; without one, they are fused by rank like the other shelves.
        causes: of what cause a dispute is, so that similar cases are of the same; None goes by meaning alone.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        names: LawNames,
        store: VectorStore,
        lexical: LexicalEncoder,
        embedder: Embedder | None = None,
        ranking: Ranking | None = None,
        causes: Causes | None = None,
    ) -> None:
        self.settings = settings
        self.catalog = catalog
        self.names = names
        self.store = store
        self.lexical = lexical
        self.embedder = embedder
        self.ranking = ranking
        self.causes = causes
        self.resolver = Resolver(catalog, names)

    def search(self, request: SearchRequest, scopes: tuple[str, ...] = ("public",)) -> SearchResponse:
        """Return one page of hits, best first.

        Raises:
            BadRequest: the query is blank or too long, or the law or village filtered by is unknown.
        """
        started = time.perf_counter()
        text = self._checked(request)
        on = request.on or today()
        analysed = analyse(text, on, self.names, self.resolver, self.lexical)
        law = self._law_filter(request.law)
        embedding = time.perf_counter()
        query = self._encode(text, analysed)
        searching = time.perf_counter()
        shelves: dict[Kind, list[Candidate]] = {}
        for kind in request.kinds or KINDS:
            if law and kind != "provision":
                continue
            wanted = Filter(
                kinds=(kind,),
                on=on,
                law=law,
                village=request.village,
                dispute_type=request.dispute_type,
                scopes=scopes,
            )
            shelves[kind] = self._recall(query, wanted)
        merged = merge(shelves, request.village)
        found_at = time.perf_counter()
        times = (started, embedding, searching, found_at)
        return self._respond(request, analysed, merged, on, query.wording, times)

    def _recall(self, query: Query, wanted: Filter) -> list[Candidate]:
        """Return one shelf's candidates: provisions by the ranker where there is one, else fused by rank."""
        if self.ranking is not None and query.dense is not None and wanted.kinds == ("provision",):
            return recall_ranked(self.store, query, query.dense, wanted, self.settings, self.ranking)
        return recall(self.store, query, wanted, self.settings)

    def _respond(
        self,
        request: SearchRequest,
        analysed: Analysed,
        merged: list[tuple[Candidate, float]],
        on: date,
        wording: str,
        times: tuple[float, float, float, float],
    ) -> SearchResponse:
        terms = analysed.shown.terms
        cited: list[SearchHit] = []
        if not request.kinds or "provision" in request.kinds:
            found = [cited_hit(r, terms) for r in analysed.cited]
            cited = list({h.address: h for h in found if h}.values())
        first = {h.id for h in cited}
        collapsed = [(c, s) for c, s in collapse(merged) if c.hit.payload["parent_id"] not in first]
        facets = {kind: sum(c.hit.payload["kind"] == kind for c, _ in collapsed) for kind in KINDS}
        facets["provision"] += len(cited)
        start, end = request.offset, request.offset + request.limit
        page = cited[start:end]
        rest = collapsed[max(0, start - len(cited)) : max(0, end - len(cited))]
        hits = page + found_hits(rest, self.catalog, terms, on, wording)
        started, embedding, searching, found_at = times
        return SearchResponse(
            query=request.query,
            on=on,
            analysis=analysed.shown,
            hits=hits,
            total=len(cited) + len(collapsed),
            facets={kind: count for kind, count in facets.items() if count},
            mode="hybrid" if self.embedder else "lexical",
            took_ms={
                "embedding": round((searching - embedding) * 1000, 2),
                "search": round((found_at - searching) * 1000, 2),
                "total": round((time.perf_counter() - started) * 1000, 2),
            },
        )

    def _encode(self, text: str, analysed: Analysed) -> Query:
        """Embed the question; take up the statutory wording of what it tells in everyday words."""
        plain = text if analysed.cited else plain_words(text, self.lexical.tokens)
        wording = "" if analysed.cited else " ".join([*legal_terms(plain), *terms_said(text)])
        dense = self.embedder.embed_queries([plain])[0] if self.embedder else None
        return Query(
            wording=wording,
            sparse=self.lexical.encode_query(plain),
            dense=dense,
            causes=self.causes.profile(dense) if self.causes and dense is not None else {},
            wording_sparse=self.lexical.encode_query(wording) if wording else None,
            laws=tuple(analysed.shown.laws),
            words=tuple(query_words(self.lexical, plain)) if self.ranking else (),
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
