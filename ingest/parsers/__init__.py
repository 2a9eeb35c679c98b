"""Parsers: `Document` → `Parsed`. Import from here."""

from ingest.parsers.detect import detect
from ingest.parsers.hints import DocumentKind, Hints
from ingest.parsers.parse import PARSERS, parse

__all__ = ["PARSERS", "DocumentKind", "Hints", "detect", "parse"]
