"""The names that the broker knows devices by."""

import re
from pathlib import Path

from backend.integrations.home_assistant.topics import HomeTopics, own_name

TOPICS = HomeTopics("a1b2c3")


def test_home_keeps_its_name_and_another_home_has_another(tmp_path: Path) -> None:
    name = own_name(tmp_path / "one")
    assert re.fullmatch(r"[0-9a-f]{12}", name)
    assert own_name(tmp_path / "one") == name
    assert own_name(tmp_path / "two") != name


def test_each_camera_has_topics_of_its_own_that_never_change_whatever_it_is_called() -> None:
    places = {TOPICS.camera(name).place for name in ("거실", "거실 2", "a/b", "#", "+")}
    assert len(places) == 5
    assert all(re.fullmatch(r"[0-9a-f]{12}", place) for place in places)
    camera = TOPICS.camera("hall")
    assert camera.device_id == "dolbom_a1b2c3_fb27fa8d8fa8"
    assert camera.config == "homeassistant/device/dolbom_a1b2c3_fb27fa8d8fa8/config"
    assert camera.state == "dolbom/a1b2c3/fb27fa8d8fa8/state"


def test_only_this_home_s_configs_and_buttons_are_known_again() -> None:
    camera = TOPICS.camera("hall")
    assert TOPICS.of_config(camera.config) == camera
    assert TOPICS.of_config(HomeTopics("ffffff").camera("hall").config) is None
    assert TOPICS.of_config("homeassistant/device/zigbee/config") is None
    assert TOPICS.pressed(camera.command("here")) == (camera.place, "here")
    for topic in ("dolbom/ffffff/x/command/here", "dolbom/a1b2c3/x/state", "", "dolbom/a1b2c3"):
        assert TOPICS.pressed(topic) is None
