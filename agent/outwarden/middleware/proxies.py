"""Which address a request comes from, where proxies stand in front. What a client writes itself is never believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from outwarden.geo import address

if TYPE_CHECKING:
    from outwarden.geo import Address

_MOST_HOPS: Final = 32


class Proxies:
    """The proxies whose `X-Forwarded-For` is believed.

    Args:
        trusted: their addresses and networks; `unix` for whoever comes over a Unix socket.

    Raises:
        ValueError: an entry is no network, or one that holds everybody.
    """

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        entries = [trusted] if isinstance(trusted, str) else list(trusted)
        self._unix = "unix" in entries
        self._networks = [_network(entry) for entry in entries if entry != "unix"]

    def client(self, peer: str | None, forwarded: str) -> Address | None:
        """Give the address of the client.

        Args:
            peer: the other end of the connection; None or empty for a Unix socket.
            forwarded: the values of X-Forwarded-For, in their order, with commas between.

        Returns:
            The rightmost address that no trusted proxy has: each proxy appends the address it saw, so all that stands
            further left may be invented. None where that one cannot be read.
        """
        seen = address(peer) if peer else None
        if not forwarded or not (self._trusts(seen) if peer else self._unix):
            return seen
        hops = forwarded.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]
        for hop in reversed(hops):
            seen = address(hop)
            if seen is None or not self._trusts(seen):
                break
        return seen

    def _trusts(self, where: Address | None) -> bool:
        return where is not None and any(where in network for network in self._networks)


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        network = ipaddress.ip_network(entry)
    except ValueError:
        raise ValueError(
            f"trusted_proxies: {entry!r} is no address and no network. Write 10.0.0.0/8, 2001:db8::/32 or unix."
        ) from None
    if network.prefixlen == 0:
        raise ValueError(f"trusted_proxies: {entry} holds everybody: any client could invent its address.")
    return network
