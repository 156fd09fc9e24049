"""Without a key: this machine alone, and no web page that a browser on it shows.

A page of elsewhere can make the browser post to `localhost`, and a name of elsewhere can be made
to lead there (DNS rebinding). The browser says so in `Origin`, `Sec-Fetch-Site` and `Host`.
"""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from backend.errors import Forbidden

ADDRESSES = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
NAMES = {"localhost", "127.0.0.1", "::1"}


def check_local(address: str, headers: Mapping[bytes, bytes]) -> None:
    """Raise Forbidden, with what to do, for whoever is not this machine itself."""
    if address not in ADDRESSES:
        raise Forbidden(
            "without API_KEY the server answers its own machine alone; set API_KEY on the "
            "server and on the camera box"
        )
    if _name(b"//" + headers.get(b"host", b"")) not in NAMES:
        raise Forbidden("without API_KEY the server is known as localhost or 127.0.0.1 alone")
    is_foreign = b"origin" in headers and _name(headers[b"origin"]) not in NAMES
    if is_foreign or headers.get(b"sec-fetch-site") == b"cross-site":
        raise Forbidden("without API_KEY no web page of another site is answered")


@lru_cache(64)  # of those who ask there are few, and each asks often
def _name(url: bytes) -> str | None:
    try:
        return urlsplit(url.decode("latin-1")).hostname
    except ValueError:  # such as a bracket that is not closed
        return None
