"""How the routes get at the state of the application they belong to."""

from typing import Annotated

from fastapi import Depends, Request

from kakao_sandbox.state import SandboxState


def _state_of(request: Request) -> SandboxState:
    state: SandboxState = request.app.state.sandbox
    return state


State = Annotated[SandboxState, Depends(_state_of)]
