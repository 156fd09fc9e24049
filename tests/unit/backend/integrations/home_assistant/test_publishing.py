"""What the broker keeps: devices as Home Assistant's schema has them, and how they are."""

import json
from typing import Any

import pytest

from backend.cameras.service import CameraShown, CameraState, KeyKind
from backend.integrations.home_assistant.activity_now import Activity
from backend.integrations.home_assistant.home import CameraNow, Home
from backend.integrations.home_assistant.publishing import GONE, Publishing, news
from backend.integrations.home_assistant.topics import HomeTopics

Json = dict[str, Any]
TOPICS = HomeTopics("a1b2c3")
PUBLISHING = Publishing(TOPICS, "https://care.example.org")
COMMON = {
    "platform",
    "unique_id",
    "name",
    "entity_category",
    "availability",
    "availability_mode",
    "qos",
}
KNOWN = {
    "binary_sensor": {"device_class", "state_topic", "value_template"},
    "sensor": {"device_class", "state_topic", "value_template", "options"},
    "event": {"state_topic", "event_types"},
    "button": {"command_topic", "payload_press"},
}
"""What the schema of each platform knows; it refuses the rest of a device, or passes it over."""
CLASSES = {
    "binary_sensor": {"safety", "occupancy", "connectivity", "problem"},
    "sensor": {"timestamp", "enum"},
}


def camera(
    camera_id: str = "거실",
    labels: frozenset[str] = frozenset(),
    state: CameraState = CameraState.WATCHING,
    activity: Activity | None = Activity.STILL,
    picture: str | None = "ok",
) -> CameraNow:
    shown = CameraShown(
        camera_id=camera_id, place=None, key=KeyKind.PAIRED, paired_at=None, state=state,
        heard_at=1_795_939_219.0, moved_at=None, picture=picture, inference=None, model=None,
        model_failure=None, night_look=None, night_look_failure=None, detail=None,
    )  # fmt: skip
    return CameraNow(shown, labels, has_trouble=False, activity=activity)


def home(*cameras: CameraNow, language: Any = "en", name: str | None = "Our home") -> Home:
    return Home(name, language, cameras, has_trouble=False, is_accompanied=True)


def configs(of: Home) -> dict[str, Json]:
    """By name of the device."""
    found = PUBLISHING.messages(of).items()
    read = [json.loads(payload) for topic, payload in found if topic.endswith("/config")]
    return {config["dev"]["name"]: config for config in read}


def state(of: CameraNow) -> Json:
    found: Json = json.loads(PUBLISHING.messages(home(of))[TOPICS.camera("거실").state])
    return found


def test_configs_have_what_the_schema_knows_and_nothing_else() -> None:
    devices = configs(home(camera()))
    assert devices.keys() == {"Our home", "거실"}
    for config in devices.values():
        assert config.keys() == {"dev", "o", "cmps", "availability"}
        assert config["o"]["name"] == "Dolbom"
        for it in config["cmps"].values():
            assert it.keys() <= COMMON | KNOWN[it["platform"]]
            assert it.get("device_class") in CLASSES.get(it["platform"], {None})
    ids = [it["unique_id"] for config in devices.values() for it in config["cmps"].values()]
    assert len(ids) == len(set(ids))
    assert devices["거실"]["dev"]["via_device"] == devices["Our home"]["dev"]["identifiers"][0]


def test_camera_has_all_its_entities_and_the_household_the_button_of_who_is_there() -> None:
    devices = configs(home(camera()))
    assert list(devices["거실"]["cmps"]) == [
        "fall", "still_down", "on_floor", "person", "connectivity", "problem", "last_seen",
        "activity", "picture", "incident", "acknowledge", "self_test",
    ]  # fmt: skip
    assert list(devices["Our home"]["cmps"]) == [
        "alarm", "problem", "accompanied", "acknowledge", "here", "self_test",
    ]  # fmt: skip


def test_what_is_of_now_is_available_with_its_camera_and_a_fall_with_the_server_alone() -> None:
    config = configs(home(camera()))["거실"]
    server = TOPICS.household.availability
    assert config["availability"] == [{"topic": server}]
    assert "availability" not in config["cmps"]["fall"]
    person = config["cmps"]["person"]
    assert [it["topic"] for it in person["availability"]] == [
        server, TOPICS.camera("거실").availability,
    ]  # fmt: skip
    assert person["availability_mode"] == "all"


@pytest.mark.parametrize(("language", "name"), [("ko", "낙상"), ("en", "Fall")])
def test_names_are_of_the_household_s_language(language: str, name: str) -> None:
    devices = configs(home(camera(), language=language, name=None))
    assert devices["거실"]["cmps"]["fall"]["name"] == name
    assert len(devices) == 2


def test_camera_shows_what_is_known_of_it_and_no_more() -> None:
    assert state(camera(labels=frozenset({"fall", "on_floor"}))) == {
        "fall": "ON", "still_down": "OFF", "on_floor": "ON", "person": "ON", "connectivity": "ON",
        "problem": "OFF", "last_seen": "2026-11-29T08:00:00Z", "activity": "still", "picture": "ok",
    }  # fmt: skip
    blind = state(camera(activity=Activity.BLIND, picture="of a newer box"))
    assert (blind["person"], blind["activity"], blind["picture"]) == (None, "blind", None)
    failed = state(camera(state=CameraState.FAILED))
    assert (failed["connectivity"], failed["problem"]) == ("ON", "ON")
    assert state(camera(state=CameraState.SILENT))["connectivity"] == "OFF"


def test_help_is_needed_where_a_fall_is_not_over_and_not_for_what_else_is_seen() -> None:
    for labels, alarm in ((frozenset({"fall"}), "ON"), (frozenset({"lying"}), "OFF")):
        found = PUBLISHING.messages(home(camera("hall"), camera(labels=labels)))
        assert json.loads(found[TOPICS.household.state])["alarm"] == alarm


def test_only_what_has_changed_is_sent_and_what_is_gone_is_cleared() -> None:
    before, after = (PUBLISHING.messages(home(*it)) for it in ([camera(), camera("b")], [camera()]))
    assert news({}, before) == before
    assert news(before, before) == {}
    assert news(before, after) == dict.fromkeys(TOPICS.camera("b").retained, GONE)
