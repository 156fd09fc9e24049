"""One part of a server, as `/health` shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["ok", "degraded"]


class Part(BaseModel):
    """One part: `reason` says in one line what is wrong; further fields are its figures."""

    model_config = ConfigDict(extra="allow")

    status: Status
    reason: str | None = None


class Overall(BaseModel):
    """What anybody may hear: whether all is well, and not of whom or what."""

    status: Status


def always() -> bool:
    """What a server answers that has no others beside it: it is on duty, and hears all."""
    return True


def part(reason: str | None, **figures: object) -> Part:
    """A part that is well as long as there is no `reason`."""
    return Part(status="degraded" if reason else "ok", reason=reason, **figures)
