"""The connection to the broker: it is made again and again, and nobody waits for it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from backend.bus import Bus
from backend.incidents.service import IncidentChanged
from backend.integrations.home_assistant.broker import Broker
from backend.integrations.home_assistant.commands import Commands
from backend.integrations.home_assistant.happenings import Happenings
from backend.integrations.home_assistant.home import HomeReader
from backend.integrations.home_assistant.publishing import GONE, Messages, Publishing, news
from backend.integrations.home_assistant.states import OFFLINE
from backend.integrations.home_assistant.topics import CONFIGS, STATUS, HomeTopics
from backend.part import Part, part
from backend.people.service import PeopleChanged
from common.backoff import Backoff

if TYPE_CHECKING:  # imported where a broker is set: other homes need no memory for it
    from aiomqtt import Client, Message

logger = logging.getLogger(__name__)

ROUND_SEC = 3.0
"""So often the home is looked at though nothing is heard of it, as a camera's silence is not."""
ANSWER_SEC = 5.0
"""A broker that takes longer is away."""
KEEPALIVE_SEC = 10
FAREWELL_SEC = 1.0
STOP_SEC = 3.0
BACKOFF = Backoff(first_sec=0.5, longest_sec=5.0)
"""The broker is at home: soon after it is back, it knows how all is."""
BORN = b"online"
UNKNOWN = "?"
"""No payload of ours: what the broker has of a topic may be anything."""


class HomeAssistantService:
    """Lives in the server's event loop; what waits for the database is done in threads.

    Publishing on the bus never waits. What the broker is to keep is compared with what it
    was given, so that it has it again after whatever has happened to either.
    """

    def __init__(
        self,
        broker: Broker,
        reader: HomeReader,
        publishing: Publishing,
        happenings: Happenings,
        commands: Commands,
        bus: Bus,
    ) -> None:
        self._broker, self._reader, self._publishing = broker, reader, publishing
        self._happenings, self._commands = happenings, commands
        self._known: Messages = {}
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._failures, self._failure = 0, "the broker was not reached yet"
        bus.subscribe(IncidentChanged, lambda _: self._wake(), everywhere=True)
        bus.subscribe(PeopleChanged, lambda _: self._wake(), everywhere=True)

    async def start(self) -> None:
        """Begin to connect."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name="home-assistant")

    async def stop(self) -> None:
        """Say good-bye, if the broker hears it soon."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_SEC)

    def health(self) -> Part:
        """Whether the broker is there."""
        return part(f"MQTT_URL: {self._failure}" if self._failure else None)

    @property
    def _topics(self) -> HomeTopics:
        return self._publishing.topics

    def _wake(self) -> None:
        """Let the home be looked at now. Any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._changed.set)

    async def _run(self) -> None:
        from aiomqtt import MqttError

        while True:
            try:
                await self._connected()
            except* MqttError as group:
                self._fail(str(group.exceptions[0]))
            except* Exception:
                logger.exception("Home Assistant was not told how the home is; that is tried again")
                self._fail("an error of the server's own: its log has it")
            await asyncio.sleep(BACKOFF.delay(self._failures, random.random()))  # noqa: S311

    async def _connected(self) -> None:
        """Serve one connection until it fails. Raises MqttError, alone or in a group."""
        async with self._client() as client:
            try:
                await self._serve(client)
            finally:
                await self._leave(client)

    def _client(self) -> "Client":
        from aiomqtt import Client, Will

        broker = self._broker
        return Client(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password_text(),
            tls_context=broker.tls_context(),
            will=Will(self._topics.household.availability, OFFLINE, qos=1, retain=True),
            timeout=ANSWER_SEC,
            keepalive=KEEPALIVE_SEC,
        )

    async def _serve(self, client: "Client") -> None:
        self._known = {}
        for topic in (STATUS, CONFIGS, self._topics.commands):
            await client.subscribe(topic, qos=1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publish_changes(client))
            tasks.create_task(_each(client, self._hear))

    async def _leave(self, client: "Client") -> None:
        from aiomqtt import MqttError

        with suppress(MqttError):  # then the broker publishes the last will
            topic = self._topics.household.availability
            await client.publish(topic, OFFLINE, qos=1, retain=True, timeout=FAREWELL_SEC)

    async def _publish_changes(self, client: "Client") -> None:
        while True:
            self._changed.clear()
            home = await asyncio.to_thread(self._reader.read)
            await self._publish(client, self._publishing.messages(home))
            await self._tell(client)
            self._succeed()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), ROUND_SEC)

    async def _publish(self, client: "Client", wanted: Messages) -> None:
        for topic, payload in news(self._known, wanted).items():
            await client.publish(topic, payload, qos=1, retain=True)
            # What was heard of meanwhile stays, for the next round.
            if payload == GONE:
                self._known.pop(topic, None)
            else:
                self._known[topic] = payload

    async def _tell(self, client: "Client") -> None:
        for told in self._happenings.take():
            topic = self._topics.camera(told.camera_id).event
            await client.publish(topic, told.model_dump_json(), qos=1)

    async def _hear(self, message: "Message") -> None:
        """Take a message of the broker's."""
        topic, payload = message.topic.value, message.payload
        if topic == STATUS:
            if payload == BORN:
                self._forget(self._known)
        elif device := self._topics.of_config(topic):
            if payload:
                self._forget(set(device.retained) - self._known.keys())
        elif not message.retain:  # a press that is kept would be repeated at each connection
            pressed = payload if isinstance(payload, bytes) else b""
            await asyncio.to_thread(self._commands.take, topic, pressed)

    def _forget(self, topics: "Messages | set[str]") -> None:
        """What the broker has of these is to be as it should be, whatever it is."""
        if topics:
            self._known |= dict.fromkeys(topics, UNKNOWN)
            self._changed.set()

    def _succeed(self) -> None:
        if self._failure:
            logger.info("the broker of MQTT_URL knows how the home is")
        self._failures, self._failure = 0, ""

    def _fail(self, reason: str) -> None:
        if not self._failure or self._failures == 0:
            logger.warning("the broker of MQTT_URL is not reached: %s", reason)
        self._failures, self._failure = self._failures + 1, reason


async def _each(client: "Client", take: Callable[["Message"], Awaitable[None]]) -> None:
    async for message in client.messages:
        await take(message)
