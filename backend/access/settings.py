"""The settings that say what stands around the server, as types of theirs."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from backend.http.network import EVERY_ORIGIN, host_name, plain

NO_NAME = "/@*?#\"'`<>(){}|;=" + "“”‘’"


def _each(parse: Callable[[str], object], expected: str) -> Callable[[object], object]:
    """Reads a list with commas or blanks between; an item that is none is named by its place."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        found = []
        for number, item in enumerate(value.replace(",", " ").split(), start=1):
            try:
                found.append(parse(item))
            except ValueError:
                raise ValueError(f"item {number}: expected {expected}") from None
        return found

    return read


def _network(item: str) -> IPv4Network | IPv6Network:
    network = ip_network(plain(item), strict=False)
    if network.prefixlen == 0:
        raise ValueError("everybody is no proxy")
    return network


def _host(item: str) -> str:
    name = host_name(b"//" + item.encode())
    if name is None or any(sign in item for sign in NO_NAME):
        raise ValueError("no name")
    return name


def _origin(item: str) -> str:
    origin = item.lower().removesuffix("/")
    scheme, _, rest = origin.partition("://")
    is_site = scheme in {"http", "https"} and bool(_host(rest))
    if not (is_site or origin in {EVERY_ORIGIN, "null"}):
        raise ValueError("no origin")
    # A page names no port that goes without saying.
    return re.sub(r"(?<=^http:)(//.*):80$|(?<=^https:)(//.*):443$", r"\1\2", origin)


TrustedProxies = Annotated[
    tuple[IPv4Network | IPv6Network, ...],
    BeforeValidator(_each(_network, "an address or a network such as 172.17.0.0/16")),
    NoDecode,
]
PublicHosts = Annotated[
    frozenset[str],
    BeforeValidator(_each(_host, "a name such as dolbom.example.org")),
    NoDecode,
]
AllowedOrigins = Annotated[
    frozenset[str],
    BeforeValidator(_each(_origin, "such as https://page.example.org or http://192.168.0.20:3000")),
    NoDecode,
]
