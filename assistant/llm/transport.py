"""HTTP to the endpoint and nowhere else: own headers only, no redirects, no environment, bounded answers."""

import ssl
import threading
from collections.abc import Iterator

import certifi
import httpx

#: Longest body read of one answer, in bytes; a sentence of thirty characters takes some 6,000 as single events.
MAX_BYTES = 4_000_000
#: What is sent of the headers that libraries add: nothing about this machine, nothing from its environment.
_SENT = {"host", "accept", "content-type", "content-length", "connection", "transfer-encoding"}
_TYPES = ("text/event-stream", "application/json", "application/x-ndjson")


class Stopped(httpx.TransportError):
    """The caller needs no more of the answer."""


class Unexpected(httpx.TransportError):
    """What came isn't what an endpoint of this kind sends: another type, packed, too long."""


class Guard(httpx.BaseTransport):
    """A transport for one call.

    Args:
        context: for https.
        key: sent as bearer token; '' for none.
        stop: set when the caller needs no more.
    """

    def __init__(self, context: ssl.SSLContext, key: str, stop: threading.Event) -> None:
        self._inner = httpx.HTTPTransport(verify=context, trust_env=False, retries=0)
        self._key = key
        self._stop = stop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request with the headers allowed and return the answer, to be read under guard.

        Raises:
            Unexpected: the answer has another type or is packed.
        """
        for name in set(request.headers) - _SENT:
            del request.headers[name]
        request.headers["User-Agent"] = "fengqiao"
        request.headers["Accept-Encoding"] = "identity"
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        response = self._inner.handle_request(request)
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if response.status_code == httpx.codes.OK and (kind not in _TYPES or packed != "identity"):
            response.close()
            raise Unexpected("unexpected answer")
        if packed != "identity":  # of an error nothing is read but the status
            del response.headers["content-encoding"]
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, self._stop)
        return response

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()


class _Bounded(httpx.SyncByteStream):
    """A body that ends in an error where it is too long or nobody wants it any more."""

    def __init__(self, inner: httpx.SyncByteStream, stop: threading.Event) -> None:
        self._inner = inner
        self._stop = stop

    def __iter__(self) -> Iterator[bytes]:
        left = MAX_BYTES
        for piece in self._inner:
            left -= len(piece)
            if self._stop.is_set():
                raise Stopped("stopped")
            if left < 0:
                raise Unexpected("answer too long")
            yield piece

    def close(self) -> None:
        """Close the body."""
        self._inner.close()


def tls(ca_file: str) -> ssl.SSLContext:
    """Return the context for https; the environment names no certificates.

    Raises:
        OSError: the file isn't there or holds no certificate.
    """
    return ssl.create_default_context(cafile=ca_file or certifi.where())
