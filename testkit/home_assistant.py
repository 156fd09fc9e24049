"""Home Assistant as its MQTT integration behaves: it learns devices, and shows their entities."""

import json
import threading
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from testkit.mosquitto import PASSWORD, USER

Json = dict[str, Any]
UNAVAILABLE, UNKNOWN = "unavailable", "unknown"
CONFIGS = "homeassistant/device/+/config"
VALUE = "{{ value_json."


class HomeAssistant:
    """Connected to the broker at `port`, again and again, until it is closed."""

    def __init__(self, port: int) -> None:
        self.devices: dict[str, Json] = {}
        """The configs by device id, as the broker has them now."""
        self.payloads: dict[str, str] = {}
        """The newest payload of each topic; those that were cleared are gone."""
        self.events: list[tuple[str, Json]] = []
        """Topic and payload of what was not retained below `dolbom/`, oldest first."""
        self._connected = threading.Event()
        # The client ends with the connection: what the broker keeps, comes with a new one.
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=uuid4().hex)
        self._client.username_pw_set(USER, PASSWORD)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect, self._client.on_message = self._subscribe, self._take
        self._client.connect_async("127.0.0.1", port)
        self._client.loop_start()

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def wait(self) -> None:
        """Until it is connected for the first time."""
        if not self._connected.wait(10):
            raise TimeoutError("expected a broker")

    def start_again(self) -> None:
        """Say that it has started, as it does before it asks for states."""
        self.payloads.clear()
        self.send("homeassistant/status", "online")

    def send(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Publish anything."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5)

    def names(self) -> set[str]:
        """Of the devices."""
        return {config["dev"]["name"] for config in list(self.devices.values())}

    def device(self, name: str) -> Json:
        """The config of the device of this name; empty without one."""
        return next((it for it in list(self.devices.values()) if it["dev"]["name"] == name), {})

    def entity(self, name: str, key: str) -> Json:
        """The config of an entity of a device, with what holds for all of that device."""
        device = self.device(name)
        entity: Json = device.get("cmps", {}).get(key, {})
        return {"availability": device.get("availability", [])} | entity

    def shows(self, name: str, key: str) -> str | None:
        """The state of an entity, which may be unavailable or unknown; None where there is none."""
        entity = self.entity(name, key)
        if "platform" not in entity:
            return None
        told = [self.payloads.get(it["topic"]) for it in entity["availability"]]
        if any(it != "online" for it in told):
            return UNAVAILABLE
        payload = self.payloads.get(entity["state_topic"])
        if payload is None:
            return UNKNOWN
        value = json.loads(payload)[entity["value_template"].removeprefix(VALUE).rstrip(" }")]
        return UNKNOWN if value is None else str(value)

    def told(self, name: str) -> list[Json]:
        """What the event entity of a device has told, oldest first."""
        topic = self.entity(name, "incident").get("state_topic")
        return [event for where, event in list(self.events) if where == topic]

    def press(
        self, name: str, key: str, payload: str | None = None, *, retain: bool = False
    ) -> None:
        """Press a button, or send another `payload` to where it is pressed."""
        entity = self.entity(name, key)
        self.send(entity["command_topic"], payload or entity["payload_press"], retain=retain)

    def _subscribe(self, client: mqtt.Client, *_: Any) -> None:
        self.devices.clear()
        self.payloads.clear()
        client.subscribe([(CONFIGS, 1), ("dolbom/#", 1)])
        self._connected.set()

    def _take(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        topic, payload = message.topic, message.payload.decode()
        if topic.startswith("homeassistant/device/"):
            device_id = topic.split("/")[2]
            if payload:
                self.devices[device_id] = json.loads(payload)
            else:
                self.devices.pop(device_id, None)
        elif topic.endswith("/event"):
            self.events.append((topic, json.loads(payload)))
        elif payload:
            self.payloads[topic] = payload
        else:
            self.payloads.pop(topic, None)
