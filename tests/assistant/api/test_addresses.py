"""Where a request comes from, and when nobody can tell."""

import pytest
from starlette.types import Scope

from assistant.api.addresses import caller_address, certain_address, networks, trusted_proxies
from kb.errors import BadRequest
from kb.settings import Settings

TRUSTED = networks("10.0.0.0/8", "trusted_proxies", "")


@pytest.mark.parametrize(
    ("peer", "header", "found"),
    [
        ("198.51.100.1", "1.2.3.4", "198.51.100.1"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.5", "1.2.3.4, 5.6.7.8", "5.6.7.8"),
        ("10.0.0.5", "1.2.3.4, 10.0.0.9, x", "10.0.0.5"),
        ("10.0.0.5", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.5", ",".join(["1.2.3.4"] + ["10.0.0.9"] * 50), "10.0.0.9"),
        ("::ffff:10.0.0.5", "::ffff:1.2.3.4", "1.2.3.4"),
        ("testclient", "1.2.3.4", "None"),
    ],
)
def test_where_a_request_comes_from(peer: str, header: str, found: str) -> None:
    headers = [(b"x-forwarded-for", header.encode())] if header else []
    scope: Scope = {"type": "http", "client": (peer, 1), "headers": headers}
    assert str(caller_address(scope, TRUSTED)) == found


@pytest.mark.parametrize(
    ("peer", "headers", "found"),
    [
        ("127.0.0.1", {}, "127.0.0.1"),
        ("127.0.0.1", {"x-forwarded-for": "1.2.3.4"}, "None"),
        ("127.0.0.1", {"forwarded": "for=1.2.3.4"}, "None"),
        ("10.0.0.5", {"x-forwarded-for": "1.2.3.4"}, "1.2.3.4"),
        ("10.0.0.5", {"forwarded": "for=1.2.3.4"}, "10.0.0.5"),
        ("testclient", {}, "None"),
    ],
)
def test_a_proxy_that_nobody_trusts_makes_the_address_unknown(
    peer: str, headers: dict[str, str], found: str
) -> None:
    written = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: Scope = {"type": "http", "client": (peer, 1), "headers": written}
    assert str(certain_address(scope, TRUSTED)) == found


def test_a_setting_that_is_no_network_is_refused_by_name_with_its_hint() -> None:
    with pytest.raises(BadRequest, match="trusted_proxies") as refused:
        trusted_proxies(Settings(trusted_proxies="10.0.0.5, the proxy"))
    assert "反向代理" in refused.value.hint
