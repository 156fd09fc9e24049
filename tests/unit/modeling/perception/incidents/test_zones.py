"""Which zone a place in the picture lies in."""

import pytest

from contract.zones import Zone, ZoneKind, Zones
from modeling.perception.incidents.zones import kind_at

ROOM = Zone(name="room", kind=ZoneKind.FLOOR, polygon=((0, 0.4), (1, 0.4), (1, 1), (0, 1)))
# Shaped like an L, so that its corner is notched.
BED = Zone(
    name="bed",
    kind=ZoneKind.REST,
    polygon=((0.1, 0.5), (0.3, 0.5), (0.3, 0.7), (0.5, 0.7), (0.5, 0.9), (0.1, 0.9)),
)


@pytest.mark.parametrize(
    ("x", "y", "kind"),
    [
        (0.2, 0.6, ZoneKind.REST),
        (0.4, 0.8, ZoneKind.REST),
        (0.4, 0.6, ZoneKind.FLOOR),  # in the notch
        (0.6, 0.8, ZoneKind.FLOOR),
        (0.2, 0.3, None),
        (0.2, 1.1, None),  # joints may lie outside of the picture
        (-0.1, 0.6, None),
        (1.1, 0.6, None),
    ],
)
def test_last_zone_over_a_place_counts(x: float, y: float, kind: ZoneKind | None) -> None:
    assert kind_at(Zones(zones=(ROOM, BED)), x, y) is kind


def test_floor_over_a_bed_is_floor() -> None:
    assert kind_at(Zones(zones=(BED, ROOM)), 0.2, 0.6) is ZoneKind.FLOOR


def test_without_zones_nothing_is_known() -> None:
    assert kind_at(Zones(), 0.5, 0.5) is None
