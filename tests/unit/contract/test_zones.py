"""What may be said of parts of a picture."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from contract.names import file_name
from contract.zones import MAX_POINTS, MAX_ZONES, Zones, zones_path

SQUARE = [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]
BED: dict[str, Any] = {"name": "침대", "kind": "rest", "polygon": SQUARE}


def parse(*zones: object) -> Zones:
    return Zones.model_validate_json(json.dumps({"zones": zones}))


def test_zones_survive_the_way_there_and_back() -> None:
    zones = parse(BED, BED | {"name": "rug", "kind": "floor"})
    assert [(zone.name, zone.kind) for zone in zones.zones] == [("침대", "rest"), ("rug", "floor")]
    assert zones.zones[0].polygon == ((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5))
    assert Zones.model_validate_json(zones.model_dump_json()) == zones
    assert parse() == Zones()


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ({}, "name"),
        (BED | {"name": ""}, "name"),
        (BED | {"name": "a\nb"}, "characters that can be seen"),
        (BED | {"kind": "bed"}, "'rest' or 'floor'"),
        (BED | {"colour": "red"}, "colour"),
        (BED | {"polygon": SQUARE[:2]}, "at least 3"),
        (BED | {"polygon": SQUARE * (MAX_POINTS // 4 + 1)}, f"at most {MAX_POINTS}"),
        (BED | {"polygon": [[0, 0], [0.5, 0.5], [1, 1]]}, "a polygon with an area"),
        (BED | {"polygon": [[0, 0], [1.01, 0], [1, 1]]}, "less than or equal to 1"),
        (BED | {"polygon": [[0, 0], [-0.1, 0], [1, 1]]}, "greater than or equal to 0"),
        (BED | {"polygon": [["0", 0], [1, 0], [1, 1]]}, "valid number"),
        (BED | {"polygon": [[0, 0, 0], [1, 0, 0], [1, 1, 0]]}, "polygon"),
    ],
)
def test_zone_that_is_none_is_refused(zone: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        parse(zone)


def test_number_of_zones_is_bounded() -> None:
    assert len(parse(*[BED] * MAX_ZONES).zones) == MAX_ZONES
    with pytest.raises(ValidationError, match=f"at most {MAX_ZONES}"):
        parse(*[BED] * (MAX_ZONES + 1))


def test_path_holds_any_name() -> None:
    assert zones_path("hall") == "/cameras/hall/zones"
    assert zones_path("a/b ?#") == "/cameras/a%2Fb%20%3F%23/zones"


def test_file_of_a_name_is_no_other_names_and_stays_where_it_is_put() -> None:
    names = ["hall", "Hall", "../hall", "h/all", "가" * 128, "가" * 127]
    files = [file_name(name) for name in names]
    assert len(set(files)) == len(names)
    assert not any(letter in file for file in files for letter in "/.\\")
    assert max(len(file.encode()) for file in files) < 200
