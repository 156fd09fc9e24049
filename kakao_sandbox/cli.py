"""`run-kakao-sandbox`: the Kakao stand-in on its own."""

import contextlib
import logging
import signal
from typing import Annotated

import typer

from common.cli import fail, needs, run

with needs("the group `backend`"):
    from backend.http.listener import listen
    from kakao_sandbox.server import create_server
    from kakao_sandbox.state import Credentials, SandboxState

DEFAULTS = Credentials()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8100,
    access_token: Annotated[
        str, typer.Option(help="Access token that is accepted from the start.")
    ] = DEFAULTS.access_token,
    refresh_token: Annotated[
        str, typer.Option(help="Refresh token that is accepted from the start.")
    ] = DEFAULTS.refresh_token,
) -> None:
    """Stand in for Kakao: kauth and kapi on one port, nothing leaves this machine.

    Point KAKAO_API_URL and KAKAO_AUTH_URL at it. GET /sandbox/memos lists the memos it accepted,
    POST /sandbox/faults makes it misbehave, /docs shows the rest. Its tokens guard nothing, so
    they are no secrets. The REST key is `sandbox-rest-api-key`, the client secret
    `sandbox-client-secret`.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    credentials = Credentials(access_token=access_token, refresh_token=refresh_token)
    try:
        listener = listen(host, port)
    except OSError as error:
        fail(f"cannot listen on {host} port {port}: {error.strerror}")
    with listener:
        _announce(credentials, *listener.getsockname()[:2])
        server = create_server(SandboxState(credentials))
        # uvicorn raises the signal that stopped it once more; being stopped is no failure.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _announce(credentials: Credentials, host: str, port: int) -> None:
    typer.echo(
        f"Kakao sandbox on http://{host}:{port}\n"
        f"  KAKAO_ACCESS_TOKEN={credentials.access_token}\n"
        f"  KAKAO_REFRESH_TOKEN={credentials.refresh_token}\n"
        f"  KAKAO_REST_API_KEY={credentials.rest_api_key}\n"
        f"  KAKAO_CLIENT_SECRET={credentials.client_secret}"
    )


def main() -> None:
    """Entry point of `run-kakao-sandbox`."""
    run(serve)
