"""The application, and how to serve it: as a process of its own, or beside a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from backend.http.listener import listen
from kakao_sandbox import api, control, login
from kakao_sandbox.errors import SandboxError
from kakao_sandbox.faults import SandboxProtocol
from kakao_sandbox.state import SandboxState


def create_sandbox(state: SandboxState) -> FastAPI:
    """kauth, kapi and the control surface on one port."""
    app = FastAPI(title="Kakao sandbox", description=__doc__)
    app.state.sandbox = state
    app.include_router(login.router)
    app.include_router(api.router)
    app.include_router(control.router)

    @app.exception_handler(SandboxError)
    async def _refuse(_: Request, error: SandboxError) -> JSONResponse:
        return JSONResponse(error.body, status_code=error.status)

    return app


def create_server(state: SandboxState) -> uvicorn.Server:
    """A server to `run(sockets=[listener])`; the faults need its protocol class."""
    config = uvicorn.Config(
        create_sandbox(state),
        http=SandboxProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@contextmanager
def running_sandbox(state: SandboxState) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1, from a thread; yields the base URL."""
    with listen("127.0.0.1", 0) as listener:
        server = create_server(state)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="kakao-sandbox", daemon=True
        )
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
