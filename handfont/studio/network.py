"""Where the studio can be reached: on this machine alone, or in its network, by an address that a phone can scan."""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple

from handfont.errors import OptionError, parameter

ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses kept for documentation: asked which way leads there, the system names its own address; nothing is sent."""


class Place(NamedTuple):
    """An address to listen at.

    Attributes:
        family: of sockets.
        address: as sockets take it.
        name: of the host, as it stands in an address of the web.
        reachable: the same for other machines; empty where none can reach it.
    """

    family: socket.AddressFamily
    address: str
    name: str
    reachable: str


def place(host: str) -> Place:
    """What a host that the user names is.

    Raises:
        OptionError: it is no address.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise OptionError(
            f"the host '{host}' is not known; give {parameter('host')} an address of this machine, or 0.0.0.0 for all"
        ) from error
    family, address = found[0], str(found[4][0])
    numeric = ipaddress.ip_address(address.split("%")[0])
    if numeric.is_loopback:
        return Place(family, address, _in_web(address), "")
    if numeric.is_unspecified:
        local = "127.0.0.1" if family == socket.AF_INET else "[::1]"
        return Place(family, address, local, _in_web(_own_address(family)))
    return Place(family, address, _in_web(address), _in_web(address))


def _own_address(family: socket.AddressFamily) -> str:
    """The address by which other machines of the network know this one; its name where there is no network yet."""
    with socket.socket(family, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((ELSEWHERE[family], 9))
            return str(asked.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _in_web(address: str) -> str:
    return f"[{address}]" if ":" in address else address
