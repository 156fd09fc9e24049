"""Looks: how the colours of pictures are changed, and what is learnt for that."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.jobs import JobState
from contract.names import Name

CubeSize = Literal[17, 33, 65]

NIGHT_LOOK = "night-look"
"""The recipe of the package by which camera boxes fetch the look for the night."""
NIGHT_LOOK_PATH = "/styles/night/package"
"""Where they do."""


class LookMethod(StrEnum):
    """How a look turns one colour into another."""

    LUT = "lut"
    """A table of colours, fitted by least squares."""
    ADAPTIVE_LUT = "adaptive_lut"
    """Several tables that a small network mixes for each picture."""
    IMPLICIT_LUT = "implicit_lut"
    """A network in the place of a table; of several styles, which may be blended."""


class LearntFrom(StrEnum):
    """What a look is learnt from."""

    PAIRS = "pairs"
    """Pictures before and after, in the same order."""
    STYLE = "style"
    """Pictures that look as others are to look, without pairs."""
    NIGHT = "night"
    """Bright pictures, which are made dark as a sensor would."""


class LookWanted(BaseModel):
    """A look that is to be learnt, of pictures of the household.

    With PAIRS `before` and `after` are of one length; with STYLE `after` are the pictures of the
    style and `before` those that it is to be given to; with NIGHT `before` are bright ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    method: LookMethod
    learnt_from: LearntFrom
    before: Annotated[tuple[str, ...], Field(max_length=2000)] = ()
    after: Annotated[tuple[str, ...], Field(max_length=2000)] = ()
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0


class LookFigures(BaseModel):
    """How near a look comes to held-out pictures, beside what else could have been done.

    `psnr` is in dB, `ciede2000` the mean difference of colours, both by the name of the method:
    the look's own, `as_it_was`, `histogram_matching`, `gamma`. None where there are no pairs.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    pairs: int
    held_out: int
    psnr: dict[str, float] = Field(default_factory=dict)
    ciede2000: dict[str, float] = Field(default_factory=dict)
    pose_share: dict[str, float] = Field(default_factory=dict)
    """Of looks for the night: in which share of the dark held-out pictures a pose is found."""
    seconds: float


class Look(BaseModel):
    """A look as the household knows it; `state` is that of the job that learns it."""

    model_config = ConfigDict(frozen=True)

    id: str
    household_id: int
    name: str
    method: LookMethod
    learnt_from: LearntFrom
    job_id: str
    state: JobState
    failure: str | None
    figures: LookFigures | None
    bytes: int | None
    created_by: int | None
    created_at: float
    finished_at: float | None


class LookShare(BaseModel):
    """A link by which somebody outside of the household gets a look."""

    model_config = ConfigDict(frozen=True)

    url: str
    expires_at: float


class NightLookChosen(BaseModel):
    """The look by which camera boxes change dark pictures; None is the simple way that ships."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    look_id: str | None
