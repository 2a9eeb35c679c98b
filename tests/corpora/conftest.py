"""The shipped laws, without an index."""

from tests.law_catalog import laws, names, resolver

__all__ = ["laws", "names", "resolver"]
