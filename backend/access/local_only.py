"""Without a key, to try things out: only this machine, and no web page that a browser shows.

A page of elsewhere can make the browser post to `localhost`, and a name of elsewhere can be made
to lead there (DNS rebinding). The browser says so in `Origin`, `Sec-Fetch-Site` and `Host`. What a
proxy brings comes from this machine too: it is known by the headers that proxies add.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from backend.errors import Forbidden
from backend.http.network import LOCAL_NAMES, Network, host_name

ADDRESSES = {"127.0.0.1", "::1"}
_FORWARDING = re.compile(
    rb"(x-)?forwarded|via$|cf-|cdn-|fly-|fastly-|x-envoy-|x-original-|x-proxy|proxy-|ngrok-"
    rb"|tailscale-|x-arr-|.*(real|client|remote|connecting|source|cluster)[-_]?(ip|addr)"
)


def check_direct(names: Iterable[bytes]) -> None:
    """Raise Forbidden where the names of the headers show that a proxy stands between."""
    if any(map(_is_forwarding, names)):
        raise Forbidden("without a key nobody is answered through a proxy; set API_KEY")


def check_local(address: str, headers: Mapping[bytes, bytes], network: Network) -> None:
    """Raise Forbidden, with what to do, for any caller but this machine itself."""
    if address not in ADDRESSES:
        raise Forbidden(
            "without a key the server answers only its own machine; set API_KEY on the "
            "server and on the camera box"
        )
    if host_name(b"//" + headers.get(b"host", b"")) not in LOCAL_NAMES:
        raise Forbidden("without a key the server is known only as localhost or 127.0.0.1")
    if _is_foreign_page(headers, network):
        raise Forbidden("without a key no web page of another site is answered")


def _is_foreign_page(headers: Mapping[bytes, bytes], network: Network) -> bool:
    origin = headers.get(b"origin")
    if origin is not None and network.allows(origin):
        return False
    is_foreign = origin is not None and host_name(origin) not in LOCAL_NAMES
    return is_foreign or headers.get(b"sec-fetch-site") == b"cross-site"


@lru_cache(64)  # clients send the same few
def _is_forwarding(name: bytes) -> bool:
    return _FORWARDING.match(name) is not None
