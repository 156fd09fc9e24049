"""What the household has said of a place in the picture."""

from contract.zones import Point, ZoneKind, Zones


def kind_at(zones: Zones, x: float, y: float) -> ZoneKind | None:
    """The kind of the last zone over a point in picture shares; None where there is none."""
    over = (zone.kind for zone in reversed(zones.zones) if _contains(zone.polygon, x, y))
    return next(over, None)


def _contains(polygon: tuple[Point, ...], x: float, y: float) -> bool:
    """Whether a ray to the right from (x, y) crosses the border an odd number of times."""
    inside = False
    for (from_x, from_y), (to_x, to_y) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (from_y > y) != (to_y > y):
            crossing = from_x + (y - from_y) / (to_y - from_y) * (to_x - from_x)
            inside ^= x < crossing
    return inside
