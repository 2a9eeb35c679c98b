"""Random secrets and what is stored of them."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return 256 random bits, safe in a cookie or a header."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the SHA-256 of a token, in hex; enough for a secret that is random to begin with."""
    return hashlib.sha256(token.encode("utf-8", errors="replace")).hexdigest()


def csrf_token(token: str) -> str:
    """Return the token that a page sends with every change: known to whoever may read the page, and no other."""
    return hmac.new(token.encode("utf-8", errors="replace"), b"csrf", hashlib.sha256).hexdigest()


def same(a: str, b: str) -> bool:
    """Return whether two secrets are equal, in a time that doesn't depend on where they differ."""
    return hmac.compare_digest(a.encode("utf-8", errors="replace"), b.encode("utf-8", errors="replace"))
