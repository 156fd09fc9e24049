"""The server's models follow the versions in production, and stay where they cannot."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backend.versions.following import ProductionFollower
from backend.versions.shadow import ShadowWatch
from contract.versions import DETECTOR, Alias
from modeling.perception.detector.checkpoint import MANIFEST_NAME, ONNX_NAME
from testkit.households import HOME
from testkit.versions import compared

AGAIN_SEC = 0.05


@dataclass
class Model:
    """Notes what it is to answer by, and why it is not: an empty reason where it is after all."""

    served: list[Path] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def serve(self, folder: Path) -> bool:
        assert (folder / ONNX_NAME).is_file()
        self.served.append(folder)
        self.done.set()
        return True

    def refuse(self, reason: str) -> None:
        self.refused.append(reason)
        self.done.set()

    def confirm(self) -> None:
        self.refused.append("")


@pytest.fixture
def follow(registry: Any) -> Iterator[Callable[[Model], ProductionFollower]]:
    """Starts one, which is stopped in the end."""
    started: list[ProductionFollower] = []

    def start(model: Model) -> ProductionFollower:
        shadow = ShadowWatch(registry.database, lambda: "2026-11-29")
        folder = registry.folder / "versions"
        follower = ProductionFollower(
            registry.versions, {DETECTOR: model}, shadow, folder, registry.bus, AGAIN_SEC
        )
        follower.start()
        started.append(follower)
        return follower

    yield start
    for follower in started:
        follower.stop()


def test_version_that_moves_into_production_answers_and_does_so_after_a_restart(
    registry: Any, follow: Callable[[Model], ProductionFollower]
) -> None:
    model, later, version = Model(), Model(), registry.trained("2")
    follow(model)
    compared(registry.database, registry.shipped, version)
    assert model.served == []
    registry.versions.move(DETECTOR, Alias.PRODUCTION, version.id, 1, "better", HOME)
    assert model.done.wait(10)
    (folder,) = model.served
    assert folder == registry.folder / "versions" / version.id
    assert (folder / MANIFEST_NAME).is_file()
    follow(later)
    assert (later.served, later.refused) == ([folder], [])


def test_damaged_version_is_refused_with_its_name(
    registry: Any, follow: Callable[[Model], ProductionFollower]
) -> None:
    model, version = Model(), registry.trained("2")
    follow(model)
    compared(registry.database, registry.shipped, version)
    registry.versions.move(DETECTOR, Alias.PRODUCTION, version.id, 1, "better", HOME)
    assert model.done.wait(10)
    blob = registry.blobs.path(version.files[MANIFEST_NAME])
    blob.write_text("{}")
    (registry.folder / "versions" / version.id / MANIFEST_NAME).write_text("{")
    later = Model()
    follow(later)
    assert later.served == []
    (reason,) = later.refused
    assert reason.startswith("version 2: ")
    assert "damaged" in reason


def test_database_that_is_away_leaves_the_one_that_ships_until_it_is_back(
    registry: Any, follow: Callable[[Model], ProductionFollower], eventually: Callable[..., Any]
) -> None:
    place = registry.folder / "factory.sqlite3"
    place.unlink(missing_ok=True)
    place.mkdir()
    model = Model()
    follow(model)
    time.sleep(3 * AGAIN_SEC)
    (reason,) = model.refused
    assert "in production is not known" in reason
    place.rmdir()
    eventually(lambda: model.refused == [reason, ""])
    assert model.served == []


def test_version_whose_files_were_away_answers_once_they_are_back(
    registry: Any, follow: Callable[[Model], ProductionFollower], eventually: Callable[..., Any]
) -> None:
    model, version = Model(), registry.trained("2")
    compared(registry.database, registry.shipped, version)
    registry.versions.move(DETECTOR, Alias.PRODUCTION, version.id, 1, "better", HOME)
    blob = registry.blobs.path(version.files[ONNX_NAME])
    away = blob.rename(blob.with_name("away"))
    follow(model)
    (reason,) = model.refused
    assert reason.startswith("version 2: ")
    away.rename(blob)
    eventually(lambda: model.served == [registry.folder / "versions" / version.id])


def test_nobody_is_asked_where_nobody_has_asked_for_versions(
    registry: Any, follow: Callable[[Model], ProductionFollower]
) -> None:
    model = Model()
    follow(model)
    assert not registry.database.is_made
    assert (model.served, model.refused) == ([], [])


def test_version_that_ships_answers_again_after_one_that_could_not(
    registry: Any, follow: Callable[[Model], ProductionFollower], eventually: Callable[..., Any]
) -> None:
    model, version, shipped = Model(), registry.trained("2", threshold=0.7), registry.shipped
    compared(registry.database, shipped, version)
    registry.versions.move(DETECTOR, Alias.PRODUCTION, version.id, 1, "better", HOME)
    registry.blobs.path(version.files[MANIFEST_NAME]).write_text("{}")
    follow(model)
    assert len(model.refused) == 1
    registry.versions.move(DETECTOR, Alias.PRODUCTION, shipped.id, 1, "back", HOME)
    eventually(lambda: model.served)
    assert model.served == [registry.folder / "versions" / shipped.id]
