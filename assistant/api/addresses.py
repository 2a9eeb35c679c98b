"""Where requests come from: network addresses, and the proxies that are believed about them."""

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import Scope

from kb.errors import BadRequest
from kb.settings import Settings

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

#: So many hops of X-Forwarded-For are looked at, from the nearest one.
_MAX_HOPS = 10


def networks(written: str, setting: str, hint: str) -> tuple[Network, ...]:
    """Return the networks of a setting such as `10.0.0.5, 192.168.0.0/16`.

    Args:
        written: the setting's value.
        setting: its name.
        hint: what to write instead, in Chinese.

    Raises:
        BadRequest: one isn't an address or a network.
    """
    try:
        return tuple(ipaddress.ip_network(p.strip(), strict=False) for p in written.split(",") if p.strip())
    except ValueError as error:
        raise BadRequest(f"设置 {setting} 不对：{written[:80]!r}", hint) from error


def trusted_proxies(settings: Settings) -> tuple[Network, ...]:
    """Return the proxies that are believed.

    Raises:
        BadRequest: the setting is malformed.
    """
    return networks(
        settings.trusted_proxies,
        "trusted_proxies",
        "请写反向代理的地址或网段，例如 10.0.0.5, 192.168.0.0/16",
    )


def caller_address(scope: Scope, trusted: Sequence[Network]) -> Address | None:
    """Return where a request comes from; None for one from inside the process, which has no address.

    X-Forwarded-For is believed from trusted proxies only, and from the nearest hop on: the first address
    that isn't a trusted proxy's is the caller's. What stands before it anybody may have written.
    """
    here = _peer(scope)
    if here is None or not within(here, trusted):
        return here
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).rsplit(",", _MAX_HOPS)
    for hop in reversed(hops[-_MAX_HOPS:]):
        before = _address(hop.strip())
        if before is None:
            break
        here = before
        if not within(here, trusted):
            break
    return here


def certain_address(scope: Scope, trusted: Sequence[Network]) -> Address | None:
    """Return where a request comes from; None also where it came through a proxy that nobody trusts.

    A proxy on this machine reaches us from loopback for everybody. Where it isn't trusted, the header it
    adds can't say for whom; it can only say that somebody stands behind.
    """
    headers = Headers(scope=scope)
    if ("x-forwarded-for" in headers or "forwarded" in headers) and not reported(scope, trusted):
        return None
    return caller_address(scope, trusted)


def reported(scope: Scope, trusted: Sequence[Network]) -> bool:
    """Return whether a request comes through a proxy that is trusted to tell where from."""
    here = _peer(scope)
    return here is not None and within(here, trusted)


def within(address: Address, among: Sequence[Network]) -> bool:
    """Return whether an address lies in one of the networks."""
    return any(address in network for network in among)


def _peer(scope: Scope) -> Address | None:
    return _address((scope.get("client") or ("",))[0])


def _address(written: str) -> Address | None:
    try:
        found = ipaddress.ip_address(written.strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
