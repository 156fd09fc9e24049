"""What the household says of its network: its proxies, the server's names, other sites' pages."""

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from backend.errors import Forbidden

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ORIGIN = "*"
FORWARDED_FOR, FORWARDED_HOST = b"x-forwarded-for", b"x-forwarded-host"
FORWARDED_PROTO = b"x-forwarded-proto"
SECURE = {"http": "https", "ws": "wss"}
PORTS = {"http": 80, "https": 443}

Headers = Mapping[bytes, bytes]


def own_names() -> frozenset[str]:
    """What this machine is called by itself."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return LOCAL_NAMES | {name, short, f"{short}.local"}


@lru_cache(4096)
def subnet_of(address: str) -> str:
    """Whose addresses one client can have: of IPv6 a /64, of IPv4 the address itself."""
    if ":" not in address:
        return address
    prefix = ip_address(address.partition("%")[0]).packed[:8]
    return f"{ip_address(prefix + bytes(8))}/64"


@dataclass(frozen=True)
class Network:
    """Addresses of trusted proxies, names of this server, origins of pages that may ask it.

    `public_url` is where people find its own pages, besides the name that they ask by.
    """

    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    names: frozenset[str] = field(default_factory=own_names)
    origins: frozenset[str] = frozenset()
    public_url: str | None = None

    def trusts(self, peer: str) -> bool:
        """Whether `peer` is a proxy that may say whom it speaks for."""
        return bool(self.proxies) and _is_within(peer, self.proxies)

    def client(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The address that counts: of `peer`, or of whom a trusted proxy speaks for.

        Each proxy adds the address of its own peer at the right; what stands left of the first
        one that is no proxy is what a client made up.
        """
        if not self.trusts(peer):
            return peer
        forwarded = b",".join(value for name, value in headers if name == FORWARDED_FOR)
        for entry in reversed(forwarded.decode("latin-1").split(",")):
            address = _address(entry.strip())
            if address is None:
                break
            if not self.trusts(address):
                return address
        return peer

    def scheme(self, peer: str, scheme: str, headers: Headers) -> str:
        """How the client asks, by `scheme` or by what a trusted proxy has in its place."""
        if self.trusts(peer) and headers.get(FORWARDED_PROTO, b"").strip().lower() == b"https":
            return SECURE.get(scheme, scheme)
        return scheme

    def check_host(self, headers: Headers) -> None:
        """Raise Forbidden where the server is called by a name that is none of its own.

        A page of elsewhere can make a name of its own lead here (DNS rebinding), never an address;
        what is no browser may leave it out.
        """
        if b"host" in headers:
            name = host_name(b"//" + headers[b"host"])
            if name is None or not (name in self.names or _address(name)):
                raise Forbidden("expected an address or a name of the server (see PUBLIC_HOSTS)")

    def check_origin(self, peer: str, headers: Headers) -> None:
        """Raise Forbidden for a page of another site than the server's own and ALLOWED_ORIGINS.

        A site is its name: a proxy may have another port, and TLS.
        """
        origin = headers.get(b"origin")
        if origin is None or self.allows(origin):
            return
        host = self._host(peer, headers)
        if host_name(origin) is None or host_name(origin) != host_name(b"//" + host):
            raise Forbidden("expected a page of the server's own name, or one of ALLOWED_ORIGINS")

    def check_own_page(self, peer: str, headers: Headers, *, is_program_welcome: bool) -> None:
        """Raise Forbidden unless a page of the server's own asks, its port and all.

        What names no page is a program, which a browser's cookie does not belong to.
        """
        origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
        if origin is None and site is None:
            is_own = is_program_welcome
        elif site is not None:  # a browser says so, and no page can
            is_own = site == b"same-origin"
        else:
            is_own = self._is_own(origin or b"", self._host(peer, headers))
        if not is_own:
            raise Forbidden("expected a page of the server's own address (see PUBLIC_URL)")

    def _is_own(self, origin: bytes, host: bytes) -> bool:
        scheme = origin.partition(b":")[0]
        own = [scheme + b"://" + host, (self.public_url or "").encode()]
        site = _site(origin)
        return site is not None and site in map(_site, own)

    def _host(self, peer: str, headers: Headers) -> bytes:
        """What the server is called by who asks."""
        host = headers.get(b"host", b"")
        return headers.get(FORWARDED_HOST, host) if self.trusts(peer) else host

    def allows(self, origin: bytes) -> bool:
        """Whether ALLOWED_ORIGINS has it."""
        return bool(self.origins) and (
            EVERY_ORIGIN in self.origins or origin.decode("latin-1").lower() in self.origins
        )


@lru_cache(64)  # of those who ask there are few, and each asks often
def host_name(url: bytes) -> str | None:
    """The name or address in `url`, in small letters; None where there is none."""
    try:
        return (urlsplit(url.decode("latin-1")).hostname or "").removesuffix(".") or None
    except ValueError:  # such as a bracket that is not closed
        return None


@lru_cache(64)
def _site(url: bytes) -> tuple[str, int] | None:
    """The name and the port in a URL of the web; None where there is none."""
    try:
        parts = urlsplit(url.decode("latin-1"))
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    name = host_name(url)
    return (name, port) if name else None


@lru_cache(1024)
def _is_within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


@lru_cache(4096)
def _address(text: str) -> str | None:
    """The address in `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`, as connections show it."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def plain(address: str) -> str:
    """An address of IPv4 as such, which a socket for both shows as one of IPv6."""
    return address.removeprefix("::ffff:")
