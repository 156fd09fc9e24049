"""A stand-in for a collector: OTLP over HTTP in JSON, as the protocol's specification has it.

It refuses what a real one would: another path, another kind of body, an id that is none.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

WAIT_SEC = 15.0
TRACE_ID, SPAN_ID = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Span:
    """One that was sent; times are nanoseconds since 1970."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    began: int
    ended: int
    attributes: dict[str, str]


@dataclass
class OtlpCollector:
    """Keeps what it is sent, in `bodies` as it came; a context manager that serves."""

    port: int = 0
    bodies: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    resources: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What OTEL_EXPORTER_OTLP_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self.port}"

    def until(self, name: str) -> Span:
        """The first span of this name, once it has come."""
        give_up_at = time.monotonic() + WAIT_SEC
        while True:
            if found := [span for span in self.spans if span.name == name]:
                return found[0]
            if time.monotonic() > give_up_at:
                raise AssertionError(f"no span {name}, but {[span.name for span in self.spans]}")
            time.sleep(0.02)

    def take(self, path: str, media_type: str, body: bytes) -> int:
        """The status of the answer; raises what a malformed body raises."""
        if path != "/v1/traces":
            return 404
        if media_type != "application/json":
            return 415
        sent = json.loads(body)
        for resource in sent["resourceSpans"]:
            self.resources.append(_attributes(resource["resource"]))
            self.spans.extend(_spans(resource))
        self.bodies.append(body.decode())
        return 200

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    kind = self.headers["Content-Type"]
                    status = collector.take(self.path, kind, body)
                except (KeyError, TypeError, ValueError):
                    status = 400
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def _spans(resource: dict[str, Any]) -> Iterator[Span]:
    for scope in resource["scopeSpans"]:
        for sent in scope["spans"]:
            if not (TRACE_ID.fullmatch(sent["traceId"]) and SPAN_ID.fullmatch(sent["spanId"])):
                raise ValueError("expected the ids of a span")
            yield Span(
                sent["name"],
                sent["traceId"],
                sent["spanId"],
                sent.get("parentSpanId", ""),
                int(sent["startTimeUnixNano"]),
                int(sent["endTimeUnixNano"]),
                _attributes(sent),
            )


def _attributes(sent: dict[str, Any]) -> dict[str, str]:
    return {it["key"]: it["value"]["stringValue"] for it in sent.get("attributes", [])}
