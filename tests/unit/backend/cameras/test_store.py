"""Where the zones of the cameras are kept."""

from pathlib import Path

import pytest

from backend.cameras.errors import ZonesUnavailable
from backend.cameras.store import ZoneStore
from contract.zones import Zone, ZoneKind, Zones

BED = Zones(
    zones=(Zone(name="침대", kind=ZoneKind.REST, polygon=((0.1, 0.5), (0.4, 0.5), (0.4, 0.8))),)
)


def test_zones_are_a_cameras_own_and_outlive_the_store(tmp_path: Path) -> None:
    store = ZoneStore(tmp_path / "zones")
    store.write("거실", BED)
    store.write("../hall", Zones())
    again = ZoneStore(tmp_path / "zones")
    assert again.read("거실") == BED
    assert again.read("../hall") == again.read("attic") == Zones()
    assert len(list(tmp_path.rglob("*.json"))) == 2
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "zones"}


def test_damaged_file_is_not_taken_for_no_zones(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = ZoneStore(tmp_path)
    store.write("hall", BED)
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(b'{"zones": [')
    with pytest.raises(ZonesUnavailable):
        store.read("hall")
    assert "the zones of hall cannot be read" in caplog.text
    store.write("hall", BED)
    assert store.read("hall") == BED


def test_disk_that_refuses_keeps_the_zones_of_before(tmp_path: Path) -> None:
    store = ZoneStore(tmp_path)
    store.write("hall", BED)
    (file,) = tmp_path.glob("*.json")
    file.with_suffix(".partial").mkdir()  # nothing can be written there, whoever tries
    with pytest.raises(ZonesUnavailable, match="cannot be kept"):
        store.write("hall", Zones())
    assert store.read("hall") == BED
