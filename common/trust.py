"""Which certificate authorities are trusted by whoever asks another server of ours or of others."""

import ssl
from functools import cache

import httpx2 as httpx


@cache
def trusted() -> ssl.SSLContext:
    """Those that browsers know, and the machine's own: a household may have one of its own.

    The machine's are where its OpenSSL looks, or where SSL_CERT_FILE and SSL_CERT_DIR say. Made
    once: to read them all takes longer than the rest of a request.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
