"""What goes into a search and what comes out."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from kb.model import Kind, Status


class SearchRequest(BaseModel):
    """A search. `on` defaults to today; provisions not in force on that day are left out.

    A query that is itself a citation returns the provision cited first, in force or not.
    """

    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, examples=["邻居家树枝伸到我家院子"])
    kinds: list[Kind] | None = None
    on: date | None = None
    village: str = ""
    law: str = ""
    dispute_type: str = ""
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1000)


class Matched(BaseModel):
    """Why a hit was found."""

    terms: list[str] = Field(default_factory=list, description="query words that stand in the passage")
    part: str = Field("", description="which part of it: 第二款, 基本案情, …")
    dense_rank: int | None = Field(None, description="1-based rank by meaning")
    lexical_rank: int | None = Field(None, description="1-based rank by words")
    reason: str = Field("", description="one Chinese sentence")


class SearchHit(BaseModel):
    """One found provision, rule, case or Q&A. `text` is the part that matched best."""

    id: str
    kind: Kind
    address: str
    title: str
    text: str
    score: float
    probability: float | None = Field(
        None, description="that this provision answers the query; null for a cited one and for other kinds"
    )
    in_force: bool
    status: Status = "in_force"
    status_label: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    law: str = ""
    village: str = ""
    dispute_type: str = ""
    note: str = Field("", description="what to heed, in Chinese: disputed, amended, sample …")
    matched: Matched = Field(default_factory=Matched)


class QueryAnalysis(BaseModel):
    """What the query was understood to be."""

    citations: list[str] = Field(default_factory=list, description="canonical addresses cited in the query")
    laws: list[str] = Field(default_factory=list, description="laws named in the query")
    terms: list[str] = Field(default_factory=list)
    dispute_type: str = ""
    messages: list[str] = Field(default_factory=list, description="Chinese remarks: 该法没有第…条, …")


class SearchResponse(BaseModel):
    """One page of hits, best first. Times are in milliseconds."""

    query: str
    on: date
    analysis: QueryAnalysis
    hits: list[SearchHit]
    total: int = Field(description="hits found among the candidates, before paging")
    facets: dict[str, int] = Field(default_factory=dict, description="hits by kind, before paging")
    mode: str = Field("hybrid", description="hybrid, or lexical while vectors are not ready")
    took_ms: dict[str, float] = Field(default_factory=dict, description="embedding, search, total")
