"""What is asked of the server over HTTP: how often, with what answer, and how long that took."""

import time
from collections.abc import Callable, Collection, Iterator, Sized

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_ROUTE = "none"
"""Of all addresses that lead nowhere, and of those refused before it was looked where they lead."""
NO_ANSWER = "none"
OTHER_METHOD = "other"
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
SECONDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
"""From what a camera box's analysis takes to what nobody waits for."""


class RequestMeter(Collector):
    """ASGI middleware, the outermost one; also gives what it has counted.

    A request is of the template of its route: `shortcuts` are addresses that are answered before
    there is a route. No figure names an address that somebody made up.
    """

    def __init__(
        self,
        app: ASGIApp,
        shortcuts: Collection[str] = (),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app, self._shortcuts, self._clock = app, frozenset(shortcuts), clock
        self._connections: Sized = ()
        self._requests = Counter(
            "dolbom_http_requests_total",
            "Requests by the template of their route, and the class of the answer's status.",
            ["route", "method", "status"],
            registry=None,
        )
        self._seconds = Histogram(
            "dolbom_http_request_duration_seconds",
            "From a request's headers to the end of its answer.",
            ["route", "method"],
            buckets=SECONDS,
            registry=None,
        )
        self._open = Gauge("dolbom_connections", "Connections that are open.", registry=None)
        self._open.set_function(lambda: len(self._connections))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; of each request of HTTP, note what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = self._clock(), NO_ANSWER

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._note(scope, status, self._clock() - began)

    def collect(self) -> Iterator[Metric]:
        """What was asked since the start."""
        for counted in (self._requests, self._seconds, self._open):
            yield from counted.collect()

    def _note(self, scope: Scope, status: str, seconds: float) -> None:
        route = self._route(scope)
        method = scope["method"] if scope["method"] in METHODS else OTHER_METHOD
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route, method).observe(seconds)
        if connection := scope.get("state", {}).get("connection"):
            self._connections = connection.connections

    def _route(self, scope: Scope) -> str:
        if scope["path"] in self._shortcuts:
            return str(scope["path"])
        return str(getattr(scope.get("route"), "path", NO_ROUTE))
