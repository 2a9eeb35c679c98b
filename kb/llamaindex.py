"""The search as a LlamaIndex retriever. Needs the `llamaindex` extra; imported by nobody else, for it is heavy."""

from datetime import date

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.base import KnowledgeBase
from kb.model import Kind
from kb.search.types import SearchRequest


class FengqiaoRetriever(BaseRetriever):
    """Retrieves provisions, rules, cases and Q&A as nodes; the metadata carries address and dates.

    Args:
        kb: an open knowledge base.
        kinds: which shelves; None for all.
        on: the day whose law counts; None for today.
        village: whose rules apply.
        limit: nodes to return.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        kinds: list[Kind] | None = None,
        on: date | None = None,
        village: str = "",
        limit: int = 10,
    ) -> None:
        super().__init__()
        self._kb = kb
        self._request = SearchRequest(query="-", kinds=kinds, on=on, village=village, limit=limit)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        response = self._kb.search(self._request.model_copy(update={"query": query_bundle.query_str}))
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.id,
                    text=hit.text,
                    metadata={
                        "kind": hit.kind,
                        "address": hit.address,
                        "title": hit.title,
                        "in_force": hit.in_force,
                        "status": hit.status_label,
                        "effective_from": hit.effective_from.isoformat() if hit.effective_from else "",
                        "effective_until": hit.effective_until.isoformat() if hit.effective_until else "",
                        "note": hit.note,
                    },
                ),
                score=hit.score,
            )
            for hit in response.hits
        ]
