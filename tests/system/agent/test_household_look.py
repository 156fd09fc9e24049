"""A real camera box and a real server: the look that an owner chooses for the night."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest

from contract.looks import LookMethod
from modeling.perception.frames.image import Image
from testkit.films import film
from testkit.night_looks import keep_look, write_look
from testkit.processes import Part
from testkit.whole_server import WholeServer

MINUTE = 60.0
FPS, FRAMES = 10.0, 1500


def dark_room() -> Iterator[Image]:
    """A nearly black room, in which something moves from one side to the other and back."""
    noises = np.random.default_rng(1).normal(8.0, 2.0, (16, 96, 128, 3))
    for number in range(FRAMES):
        picture = noises[number % 16].copy()
        left = abs(number % 160 - 80)
        picture[30:80, left : left + 30] += 16
        yield picture.clip(0, 255).astype(np.uint8)


class Home:
    """A server that has learnt looks, and what an owner and the camera box say to it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.server = WholeServer(folder, {"MODEL_CHECKPOINT_PATH": "nowhere"})
        self.ids = {
            name: keep_look(self.server.data_dir, write_look(folder / name, method, factor), method)
            for name, method, factor in (
                ("adaptive", LookMethod.ADAPTIVE_LUT, 1.0),
                ("plain", LookMethod.LUT, 6.0),
                ("darker", LookMethod.LUT, 0.5),
            )
        }
        self.server.start()
        self.http = httpx.Client(base_url=self.server.url, trust_env=False)

    def choose(self, name: str | None) -> str | None:
        """Its id."""
        look_id = self.ids[name] if name else None
        self.http.put("/styles/night", json={"look_id": look_id}).raise_for_status()
        return look_id

    def camera(self) -> dict[str, Any]:
        return next(iter(self.http.get("/cameras").json()), {})

    def look(self) -> object:
        return self.camera().get("night_look")

    def beats(self) -> list[dict[str, Any]]:
        """The newest heartbeats of the watch."""
        asked = {"event_type": "HEARTBEAT", "limit": 200}
        found = self.http.get("/event/recent", params=asked).raise_for_status().json()
        return [it for it in found if it["state"] == "watching"]


@pytest.fixture(scope="module")
def dark_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "dark.mp4"
    film(dark_room(), path, FPS)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "server")
    yield home
    home.http.close()
    home.server.kill()


def test_look_is_chosen_changed_and_taken_away_while_the_box_watches(
    home: Home, start_agent: Callable[..., Part], dark_clip: Path, eventually: Any
) -> None:
    start_agent(
        source=dark_clip,
        pace="realtime",
        BACKEND_BASE_URL=home.server.url,
        INFERENCE="local",
        HEARTBEAT_SEC=0.5,
        MODEL_POLL_SEC=0.5,
    )
    eventually(lambda: home.look() == "gamma", MINUTE)
    for name in ("adaptive", "plain"):
        look_id = home.choose(name)
        eventually(lambda wanted=look_id: home.look() == wanted, MINUTE)
        assert home.camera()["night_look_failure"] is None
    home.choose("darker")
    eventually(lambda: "no brighter" in (home.camera()["night_look_failure"] or ""), MINUTE)
    assert home.look() == "gamma"
    look_id = home.choose("adaptive")
    eventually(lambda: home.look() == look_id, MINUTE)
    home.choose(None)
    eventually(lambda: home.look() == "gamma", MINUTE)
    assert home.camera()["night_look_failure"] is None
    beats = home.beats()
    assert {it["night_look"] for it in beats} == {"gamma", home.ids["adaptive"], home.ids["plain"]}
    assert all(it["is_brightened"] for it in beats[:-2])
    assert sum(it["missed_sec"] for it in beats) == 0


def test_look_that_was_chosen_is_used_again_before_the_server_is_heard(
    home: Home, start_agent: Callable[..., Part], dark_clip: Path, eventually: Any
) -> None:
    look_id = home.choose("adaptive")

    def started(url: str) -> Part:
        asked = {"BACKEND_BASE_URL": url, "INFERENCE": "local", "HEARTBEAT_SEC": 0.5}
        return start_agent(source=dark_clip, pace="realtime", MODEL_POLL_SEC=0.5, **asked)

    box = started(home.server.url)
    eventually(lambda: home.look() == look_id, MINUTE)
    box.process.kill()
    box.process.wait()
    started("http://127.0.0.1:9")
    eventually(lambda: f"changed by {look_id}" in box.log.read_text(encoding="utf-8"), MINUTE)
