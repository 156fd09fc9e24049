"""/sandbox: what was accepted, and how Kakao shall behave. The real Kakao has none of it."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kakao_sandbox.faults import Fault
from kakao_sandbox.wiring import State

router = APIRouter(prefix="/sandbox", tags=["control"])


class QuotaChange(BaseModel):
    """New limits a day; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    app: int | None = Field(default=None, ge=0)
    sender: int | None = Field(default=None, ge=0)
    receiver: int | None = Field(default=None, ge=0)
    pair: int | None = Field(default=None, ge=0)


class StateChange(BaseModel):
    """What shall be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    access_expires_in: float | None = None
    """Seconds that the access tokens have left; 0 expires them now."""
    refresh_expires_in: float | None = None
    """Seconds that the refresh token has left."""
    talk_message: bool | None = None
    """False withdraws everybody's consent to send messages."""
    account: str | None = Field(default=None, min_length=1, max_length=60)
    """Who logs in next, where no login page asks; a name that is new is a new person."""
    login_page: bool | None = None
    """Whether a login shows a page to a person, instead of agreeing at once."""
    redirect_uris: list[str] | None = None
    """Those that are registered with the app; any, while there are none."""
    login_denied: bool | None = None
    """The next logins end with access_denied."""
    untick_talk_message: bool | None = None
    """The next logins come without talk_message."""
    secret_required: bool | None = None
    quotas: QuotaChange | None = None


PLAIN = (
    "account",
    "login_page",
    "redirect_uris",
    "login_denied",
    "untick_talk_message",
    "secret_required",
)
"""What is changed by being set."""


@router.get("/memos")
async def read_memos(state: State) -> list[dict[str, Any]]:
    """Every accepted memo, oldest first."""
    return [asdict(memo) for memo in state.memos]


@router.delete("/memos", status_code=204)
async def forget_memos(state: State) -> None:
    """Empty the list; the quotas start over."""
    state.memos.clear()


@router.get("/state")
async def read_state(state: State) -> dict[str, object]:
    """Expiries, consent, quotas."""
    return state.describe()


@router.patch("/state")
async def change_state(change: StateChange, state: State) -> dict[str, object]:
    """Change what is named; answers the whole state."""
    if change.access_expires_in is not None:
        state.expire_access_in(change.access_expires_in)
    if change.refresh_expires_in is not None:
        state.expire_refresh_in(change.refresh_expires_in)
    if change.talk_message is not None:
        state.agree(talk_message=change.talk_message)
    for name in PLAIN:
        value = getattr(change, name)
        if value is not None:
            setattr(state, name, value)
    if change.quotas is not None:
        for name, limit in change.quotas.model_dump(exclude_none=True).items():
            setattr(state.quotas, name, limit)
    return state.describe()


@router.post("/faults", status_code=201)
async def add_fault(fault: Fault, state: State) -> Fault:
    """Queue a fault."""
    state.faults.add(fault)
    return fault


@router.delete("/faults", status_code=204)
async def clear_faults(state: State) -> None:
    """Drop the faults that wait."""
    state.faults.clear()


@router.post("/reset", status_code=204)
async def reset(state: State) -> None:
    """As freshly started."""
    state.reset()
