"""Readers: a file's bytes → `Document`. Import from here."""

from ingest.readers.base import MAX_BYTES, Document, Sheet
from ingest.readers.columns import table_records
from ingest.readers.read import SUFFIXES, read, read_bytes, sniff

__all__ = ["MAX_BYTES", "SUFFIXES", "Document", "Sheet", "read", "read_bytes", "sniff", "table_records"]
