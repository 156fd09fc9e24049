"""Zones: what a household says of parts of a camera's picture."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contract.names import Name

LEAST_AREA = 1e-4
"""Of a polygon, as a share of the picture."""
MAX_POINTS = 100
MAX_ZONES = 50

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False, strict=True)]
"""Of the picture's width or height, once it is turned and mirrored."""
Point = tuple[Share, Share]


def _with_an_area(polygon: tuple[Point, ...]) -> tuple[Point, ...]:
    ring = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    doubled = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in ring)
    if abs(doubled) / 2 < LEAST_AREA:
        raise ValueError("expected a polygon with an area")
    return polygon


Polygon = Annotated[
    tuple[Point, ...],
    Field(min_length=3, max_length=MAX_POINTS),
    AfterValidator(_with_an_area),
]


class ZoneKind(StrEnum):
    """What a zone is."""

    REST = "rest"
    """A bed or a sofa: who lies there does not lie on the floor."""
    FLOOR = "floor"
    """Floor, whatever the camera box has learnt of it."""


class Zone(BaseModel):
    """A part of the picture; people call it `name`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    kind: ZoneKind
    polygon: Polygon


class Zones(BaseModel):
    """The zones of one camera. Where several lie over each other, the last one counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zones: Annotated[tuple[Zone, ...], Field(max_length=MAX_ZONES)] = ()


def zones_path(camera_id: str) -> str:
    """Where the server has the zones of a camera."""
    return f"/cameras/{quote(camera_id, safe='')}/zones"
