"""Which addresses messages may be sent to: those of the public internet, and what the operator allows besides."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

# What Python's `is_global` lets pass, or did until 2024, and what a cloud keeps behind a public address.
_CLOSED = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # shared by the customers of a provider; some keep their metadata here
            "168.63.129.16/32",  # a cloud's own, for its machines alone
            "192.0.0.0/24",
            "192.88.99.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",  # Teredo among others: an IPv4 address inside
            "2002::/16",  # 6to4: the same
            "3fff::/20",
        ),
    )
)
_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that anybody was given: what lies beyond leads to nobody, or by some translator into the house."""
_TRANSLATED = IPv6Network("64:ff9b::/96")


class Allowed:
    """Decides about addresses as they are connected to.

    Args:
        networks: allowed whatever they are, such as `10.1.0.0/16`.

    Raises:
        ValueError: one of them is no network.
    """

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = tuple(map(ip_network, networks))

    def __contains__(self, text: str) -> bool:
        """Whether the address may be connected to; False for what is none."""
        try:
            address = _meant(ip_address(text))
        except ValueError:
            return False
        return any(address in network for network in self._networks) or _is_public(address)


def _meant(address: Address) -> Address:
    """The IPv4 address that stands in an IPv6 one which leads to it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast and not any(address in closed for closed in _CLOSED)
