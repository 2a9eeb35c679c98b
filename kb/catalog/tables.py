"""Tables of the catalog: the texts themselves. Vectors live in the store, texts here."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

#: One file or record set that was ingested.
sources = Table(
    "sources",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("path", Text, nullable=False),
    Column("kind", String(20), nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("sha256", String(64), nullable=False),
    Column("parser", String(20), nullable=False, default=""),
    Column("state", String(10), nullable=False),  # parsed, failed, skipped
    Column("reason", Text, nullable=False, default=""),
    Column("items", Integer, nullable=False, default=0),
    Column("duplicates", Integer, nullable=False, default=0),
    Column("ingested_at", DateTime, nullable=False),
)

law_versions = Table(
    "law_versions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("law", Text, nullable=False, index=True),
    Column("full_title", Text, nullable=False),
    Column("version", Date, nullable=False),
    Column("doc_type", String(20), nullable=False),
    Column("department", Text, nullable=False, default=""),
    Column("issuer", Text, nullable=False, default=""),
    Column("stated_effective", Date),
    Column("source_status", String(20), nullable=False, default=""),
    Column("effective_from", Date, nullable=False),
    Column("effective_until", Date),
    Column("approximate", Boolean, nullable=False, default=False),
    Column("disputed", Text, nullable=False, default=""),
    Column("until_reason", Text, nullable=False, default=""),
    Column("replaced_by", Text, nullable=False, default=""),
    Column("basis", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
)

provisions = Table(
    "provisions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("law_id", String(36), ForeignKey("law_versions.id"), nullable=False),
    Column("source_id", String(36), ForeignKey("sources.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("book", Text, nullable=False, default=""),
    Column("chapter", Text, nullable=False, default=""),
    Column("section", Text, nullable=False, default=""),
    Column("article", String(40), nullable=False),
    Column("number", Integer, nullable=False, default=0),
    Column("suffix", Integer, nullable=False, default=0),
    Column("text", Text, nullable=False),
    Column("amended_from", Date),
    Column("amended_by", Text, nullable=False, default=""),
    Index("ix_provisions_article", "law_id", "number", "suffix"),
)

#: Titles outside the catalog that a law in it repeals: 婚姻法, 物权法, …
repealed_titles = Table(
    "repealed_titles",
    metadata,
    Column("law", String(200), primary_key=True),
    Column("since", Date, nullable=False),
    Column("by_law", Text, nullable=False),
    Column("by_address", Text, nullable=False),
)

villages = Table(
    "villages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source_id", String(36), ForeignKey("sources.id"), nullable=False, index=True),
    Column("body", JSON, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source_id", String(36), ForeignKey("sources.id"), nullable=False, index=True),
    Column("village", String(64), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("body", JSON, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source_id", String(36), ForeignKey("sources.id"), nullable=False, index=True),
    Column("dispute_type", String(20), nullable=False, index=True),
    Column("village", String(64), nullable=False, default="", index=True),
    Column("scope", String(64), nullable=False, default="public"),
    Column("body", JSON, nullable=False),
)

reviewed_qa = Table(
    "reviewed_qa",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("body", JSON, nullable=False),
)

#: What the vector store holds for each unit, so that an interrupted run goes on where it stopped.
index_state = Table(
    "index_state",
    metadata,
    Column("unit_id", String(80), primary_key=True),
    Column("index_key", String(200), primary_key=True),  # embedding model and store it is true of
    Column("digest", String(64), nullable=False),
    Column("passage_ids", JSON, nullable=False),
)
