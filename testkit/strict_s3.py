"""A small S3 store, as strict as MinIO and Garage are where moto lets things pass.

It checks each signature (version 4, in a header or in an address) and takes a bucket as a part of
the path alone. It refuses headers of its own kind that were not signed, a length other than was
signed, bodies in AWS's chunks, checksums in trailers, a region that is not its own, and keys of
clients (SSE-C) without TLS. Objects are in memory.
"""

import base64
import hashlib
import hmac
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit
from xml.sax.saxutils import escape

REGION, ACCESS_KEY, SECRET_KEY = "garage", "GK0123456789", "secret-of-the-store"
SSE = "x-amz-server-side-encryption-customer-"
CREDENTIAL = re.compile(rf"{ACCESS_KEY}/(?P<day>\d{{8}})/{REGION}/s3/aws4_request")
HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<credential>[^,]+), ?SignedHeaders=(?P<signed>[^,]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


class Refused(Exception):
    """Answered with this status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class S3Object:
    """What was put, and the digest of the key that it needs, empty without one."""

    content: bytes
    content_type: str
    key_digest: str


@dataclass(frozen=True)
class Signature:
    """What a request says of how it was signed."""

    credential: str
    signed: tuple[str, ...]
    signature: str
    moment: str
    payload: str


@dataclass
class StrictS3:
    """Listens at `url` while it is `running`."""

    buckets: dict[str, dict[str, S3Object]] = field(default_factory=lambda: {"pictures": {}})
    url: str = ""
    refused: list[str] = field(default_factory=list)
    """The codes of what it has refused, in order."""
    clock: Callable[[], float] = time.time

    @contextmanager
    def running(self, port: int, certificate: Path | None = None) -> Iterator["StrictS3"]:
        """With TLS where there is a certificate with its key."""
        handler = type("Handler", (_Handler,), {"store": self, "is_tls": certificate is not None})
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: StrictS3
    is_tls: bool
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        self._answer(self._put)

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_HEAD(self) -> None:
        self._answer(self._get)

    def do_DELETE(self) -> None:
        self._answer(self._delete)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""

    def _answer(self, answer: Callable[[bytes], None]) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            self._check(body)
            answer(body)
        except Refused as error:
            self.store.refused.append(error.code)
            said = f"<Error><Code>{error.code}</Code><Message>no</Message></Error>"
            self._send(error.status, said.encode(), {"Content-Type": "application/xml"})

    def _check(self, body: bytes) -> None:
        given = {name.lower(): value.strip() for name, value in self.headers.items()}
        signature = _signature_of(given, dict(self._query()), self.store.clock())
        _check_signed(given, signature)
        if not hmac.compare_digest(signature.signature, self._signed(given, signature)):
            raise Refused(403, "SignatureDoesNotMatch")
        if signature.payload not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
            raise Refused(400, "XAmzContentSHA256Mismatch")
        if given.get("content-encoding") == "aws-chunked" or "x-amz-trailer" in given:
            raise Refused(501, "NotImplemented")
        if f"{SSE}key" in given and not self.is_tls:
            raise Refused(400, "InvalidRequest")
        if self._place()[0] not in self.store.buckets:
            raise Refused(404, "NoSuchBucket")

    def _signed(self, given: Mapping[str, str], signature: Signature) -> str:
        """What the signature has to be, by AWS's description of version 4."""
        pairs = sorted(pair for pair in self._query() if pair[0] != "X-Amz-Signature")
        query = "&".join(f"{quote(a, safe='-_.~')}={quote(b, safe='-_.~')}" for a, b in pairs)
        lines = "".join(f"{name}:{given.get(name, '')}\n" for name in signature.signed)
        path, names = urlsplit(self.path).path, ";".join(signature.signed)
        request = f"{self.command}\n{path}\n{query}\n{lines}\n{names}\n{signature.payload}"
        scope = signature.credential.partition("/")[2]
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{signature.moment}\n{scope}\n{digest}"
        key = f"AWS4{SECRET_KEY}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256").hex()

    def _put(self, body: bytes) -> None:
        bucket, key = self._place()
        objects = self.store.buckets[bucket]
        if self.headers.get("if-none-match") == "*" and key in objects:
            raise Refused(412, "PreconditionFailed")
        kind = self.headers.get("content-type", "binary/octet-stream")
        objects[key] = S3Object(body, kind, self._key_digest())
        self._send(200, b"", {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'})

    def _get(self, _: bytes) -> None:
        bucket, key = self._place()
        if not key:
            self._list(bucket)
            return
        found = self.store.buckets[bucket].get(key)
        if found is None:
            raise Refused(404, "NoSuchKey")
        if found.key_digest != self._key_digest():
            raise Refused(400 if not self._key_digest() else 403, "AccessDenied")
        self._send_range(found)

    def _send_range(self, found: S3Object) -> None:
        headers = {"Content-Type": found.content_type, "Accept-Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if asked is None:
            self._send(200, found.content, headers)
            return
        begin, end = int(asked[1]), int(asked[2] or len(found.content) - 1) + 1
        if begin >= len(found.content):
            raise Refused(416, "InvalidRange")
        self._send(206, found.content[begin:end], headers)

    def _delete(self, _: bytes) -> None:
        bucket, key = self._place()
        self.store.buckets[bucket].pop(key, None)
        self._send(204, b"", {})

    def _list(self, bucket: str) -> None:
        """Two a page, so that whoever lists has to go on."""
        query = dict(self._query())
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        keys = [key for key in sorted(self.store.buckets[bucket]) if key.startswith(prefix)]
        rest = [key for key in keys if key > after]
        page, more = rest[:2], len(rest) > 2
        names = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in page)
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        said = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{names}{token}"
        self._send(200, f"{said}</ListBucketResult>".encode(), {"Content-Type": "application/xml"})

    def _key_digest(self) -> str:
        """Of the client's key; raises Refused where it is none."""
        key = self.headers.get(f"{SSE}key")
        if key is None:
            return ""
        raw = base64.b64decode(key)
        digest = base64.b64encode(hashlib.md5(raw, usedforsecurity=False).digest()).decode()
        if len(raw) != 32 or self.headers.get(f"{SSE}key-md5") != digest:
            raise Refused(400, "InvalidArgument")
        return digest

    def _place(self) -> tuple[str, str]:
        bucket, _, key = urlsplit(self.path).path.lstrip("/").partition("/")
        return bucket, key

    def _query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.path).query, keep_blank_values=True)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _signature_of(given: Mapping[str, str], query: Mapping[str, str], now: float) -> Signature:
    """Raises Refused where there is none, or its time is over."""
    if "X-Amz-Signature" in query:
        moment = query["X-Amz-Date"]
        began = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        if now > began + int(query["X-Amz-Expires"]):
            raise Refused(403, "AccessDenied")
        signed = tuple(query["X-Amz-SignedHeaders"].split(";"))
        of = query["X-Amz-Credential"], signed, query["X-Amz-Signature"], moment
        return Signature(*of, "UNSIGNED-PAYLOAD")
    found = HEADER.fullmatch(given.get("authorization", ""))
    if found is None:
        raise Refused(403, "AccessDenied")
    signed = tuple(found["signed"].split(";"))
    payload = given.get("x-amz-content-sha256", "")
    return Signature(
        found["credential"], signed, found["signature"], given.get("x-amz-date", ""), payload
    )


def _check_signed(given: Mapping[str, str], signature: Signature) -> None:
    """Raise Refused where the credential is not for here, or a header was to be signed."""
    if not CREDENTIAL.fullmatch(signature.credential):
        raise Refused(400, "AuthorizationHeaderMalformed")
    ours = {name for name in given if name.startswith("x-amz-")} | {"host"}
    if ours - {*signature.signed}:
        raise Refused(403, "AccessDenied")
