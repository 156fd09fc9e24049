"""socket.io: images in and predictions out, and events to those who subscribe."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from socketio.exceptions import ConnectionRefusedError as Refusal
from starlette.types import Scope

from backend.access.identity import Identity
from backend.access.keys import STRANGER, Caller
from backend.access.middleware import SOCKETIO_PATH, check_cameras
from backend.bus import Bus
from backend.cameras.errors import UnknownCamera
from backend.cameras.names import household_named
from backend.errors import ApiError, InvalidInput, Unauthorized
from backend.jobs.service import JobService
from backend.live.client import Client
from backend.live.gone import GoneLogins
from backend.live.image_stream import Predict
from backend.live.job_rooms import JobRooms
from backend.live.pose_rooms import PoseRooms
from backend.live.protocol import (
    JOB_EVENT,
    Subscription,
    Topic,
    parse_image,
    parse_subscription,
    problem,
    submitted_id,
)
from backend.live.relay import News, Relay, Shown
from backend.live.session import session_of
from backend.live.socketio_limits import BoundedSocketIO, create_server
from backend.part import Part, part
from backend.people.sessions import SessionEnded, SessionMoved
from backend.poses.frame import PoseFrame
from contract.jobs import JobNews

logger = logging.getLogger(__name__)

MAX_ROOMS = 512
"""Of one client."""
AFTER_FAILURE_SEC = 1.0
KEYS_SEC = 1.0
"""So often it is looked whose keys are good no more."""


@dataclass
class Counts:
    """Since the start."""

    connects: int = 0
    disconnects: int = 0
    refused: int = 0
    pictures: int = 0
    skipped: int = 0
    """Pictures that newer ones replaced."""
    poses_skipped: int = 0
    """Poses that a client was not sent, since it had not read what came before."""


class LiveService:
    """Event loop only; `app` is mounted at `/socket.io`.

    Who has logged out is hung up on, and so is who looks at another household now, or whose key is
    good no more.
    """

    def __init__(
        self,
        predict: Predict,
        identity: Identity,
        bus: Bus,
        jobs: JobService,
        clock: Callable[[], float] = time.monotonic,
        household_of: Callable[[str], int] = household_named,
    ) -> None:
        self._predict, self._identity, self._clock = predict, identity, clock
        self._counts = Counts()
        self._clients: dict[str, Client] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gone = GoneLogins()
        self._server = create_server()
        self.app = BoundedSocketIO(self._server, clock)
        self._household_of = household_of
        self._relay = Relay(bus, self._emit, self._show, lambda: bool(self._clients), household_of)
        self._job_rooms = JobRooms(jobs, self._is_empty, self._tell_of_job)
        self._pose_rooms = PoseRooms(bus, self._rooms)
        bus.subscribe(
            SessionEnded, lambda it: self._soon(self._end, it.session_id), everywhere=True
        )
        bus.subscribe(
            SessionMoved, lambda it: self._soon(self._move, it.session_id), everywhere=True
        )
        handlers = {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "image_data": self._image_data,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "*": self._unknown,
        }
        for event, handler in handlers.items():
            self._server.on(event, handler)
        self._server.on("connect", _refuse_namespace, namespace="*")

    async def start(self) -> None:
        """Begin to pass on."""
        self._loop = asyncio.get_running_loop()
        self._relay.start()
        steps = (
            self._relay.pass_on,
            self.app.look_round,
            self._job_rooms.look,
            self._pose_rooms.say,
            self._look_at_keys,
        )
        for step in steps:
            self._tasks.append(asyncio.create_task(_for_ever(step)))

    async def stop(self) -> None:
        """End what runs in the background; the connections are the server's to close."""
        for task in self._tasks:
            task.cancel()
        for client in self._clients.values():
            client.close()
        await self._server.shutdown()

    def health(self) -> Part:
        """How many clients there are, and what became of what they sent."""
        return part(None, **self.figures())

    def figures(self) -> dict[str, int]:
        """How many came, went and were refused, and what became of their pictures."""
        return asdict(self._counts) | {
            "connected": len(self._clients),
            "dropped": self._relay.dropped,
        }

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        try:
            caller = await self._identify(environ["asgi.scope"], auth)
            self._gone.check(caller, session_of(environ))
        except ApiError as error:
            self._counts.refused += 1
            raise Refusal(error.message, problem(error)) from error
        self._counts.connects += 1
        self._clients[sid] = Client(caller, self._predict, partial(self._send, sid))
        session_of(environ).admit()

    async def _disconnect(self, sid: str, reason: str) -> None:
        self._counts.disconnects += 1
        self._clients.pop(sid).close()
        session = session_of(self._server.get_environ(sid))
        if reason == self._server.reason.CLIENT_DISCONNECT:
            session.dismiss(self._clock())
        else:
            session.hang_up()

    async def _image_data(self, sid: str, data: object = None, *_: object) -> None:
        self._counts.pictures += 1
        try:
            self._counts.skipped += self._clients[sid].submit(parse_image(data))
        except ApiError as error:
            await self._refuse(sid, error, submitted_id(data))

    async def _subscribe(self, sid: str, data: object = None, *_: object) -> dict[str, Any]:
        try:
            subscription = self._read(sid, data)
            caller = self._clients[sid].caller
            rooms = subscription.names(caller.household_id)
            if len(self._server.rooms(sid)) + len(rooms) > MAX_ROOMS:
                raise InvalidInput(f"expected at most {MAX_ROOMS} rooms a connection")
            jobs = [await self._job_rooms.admit(caller, it) for it in subscription.job_ids]
        except ApiError as error:
            return problem(error)
        if sid not in self._clients:  # it has gone while the jobs were looked up
            return {}
        for room in rooms:
            await self._server.enter_room(sid, room)
        for position in jobs:
            self._job_rooms.watch(position)
        return subscription.model_dump(mode="json")

    async def _unsubscribe(self, sid: str, data: object = None, *_: object) -> dict[str, Any]:
        try:
            subscription = self._read(sid, data)
        except ApiError as error:
            return problem(error)
        for room in subscription.names(self._clients[sid].caller.household_id):
            await self._server.leave_room(sid, room)
        return subscription.model_dump(mode="json")

    async def _unknown(self, _event: str, sid: str, data: object = None, *_: object) -> None:
        error = InvalidInput(
            "expected image_data, subscribe or unsubscribe, well-formed, with one attachment at "
            "most"
        )
        await self._refuse(sid, error, submitted_id(data))

    def _read(self, sid: str, data: object) -> Subscription:
        """What a client subscribes to, of its own household; a camera hears only of itself.

        Raises ApiError.
        """
        subscription, caller = parse_subscription(data), self._clients[sid].caller
        if caller.camera_id is None:
            self._check_own(caller, subscription.cameras or [])
            return subscription
        cameras = subscription.cameras or [caller.camera_id]
        check_cameras(caller, set(cameras))
        return subscription.model_copy(update={"cameras": cameras})

    def _check_own(self, caller: Caller, cameras: Iterable[str]) -> None:
        """Raise UnknownCamera where one is another household's."""
        for camera_id in cameras:
            if self._household_of(camera_id) != caller.household_id:
                raise UnknownCamera(f"no camera {camera_id[:64]!r}, expected one of GET /cameras")

    async def _identify(self, scope: Scope, auth: object) -> Caller:
        """Who this is by its header or cookie, or else by the token of its `auth`.

        Raises Unauthorized and TooManyRequests.
        """
        caller: Caller = scope["state"]["caller"]
        if caller is STRANGER:
            token = auth.get("token") if isinstance(auth, dict) else None
            key = token.strip() if isinstance(token, str) else ""
            address = session_of({"asgi.scope": scope}).address
            caller = await self._identity.of_key(
                key.encode(errors="replace"), address, SOCKETIO_PATH
            )
        if caller is STRANGER:
            raise Unauthorized(
                "expected the API_KEY or an access token as `auth: {token}`, or in "
                "`Authorization: Bearer`, or a log-in's cookie"
            )
        return caller

    def _soon(self, do: Callable[[str], None], session_id: str) -> None:
        """Any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it has stopped
                self._loop.call_soon_threadsafe(do, session_id)

    def _end(self, session_id: str) -> None:
        self._gone.end(session_id)
        self._hang_up(session_id)

    def _move(self, session_id: str) -> None:
        self._gone.move(session_id, self._clock())
        self._hang_up(session_id)

    async def _look_at_keys(self) -> None:
        await asyncio.sleep(KEYS_SEC)
        for sid, client in self._clients.items():
            if not self._identity.is_good(client.caller):
                session_of(self._server.get_environ(sid)).hang_up()

    def _hang_up(self, session_id: str) -> None:
        for sid, client in self._clients.items():
            if client.caller.session_id == session_id:
                session_of(self._server.get_environ(sid)).hang_up()

    async def _emit(self, news: News) -> None:
        whose, camera_id = news.household_id, news.camera_id
        rooms = [news.topic.room(whose, None), news.topic.room(whose, camera_id)]
        await self._server.emit(news.topic.event, news.data, to=rooms)

    async def _tell_of_job(self, room: str, news: JobNews) -> None:
        await self._server.emit(JOB_EVENT, news.model_dump(mode="json"), to=room)

    def _is_empty(self, room: str) -> bool:
        return not any(True for _ in self._server.manager.get_participants("/", room))

    def _rooms(self) -> list[str]:
        return [room for room in self._server.manager.rooms.get("/", {}) if room is not None]

    async def _show(self, poses: Shown) -> None:
        """Poses to those who listen and keep up; nothing is made of them for nobody."""
        whose = self._household_of(poses.camera_id)
        rooms = [Topic.POSES.room(whose, None), Topic.POSES.room(whose, poses.camera_id)]
        participants = list(self._server.manager.get_participants("/", rooms))
        behind = [sid for sid, eio_sid in participants if self.app.is_behind(eio_sid)]
        self._counts.poses_skipped += len(behind)
        if len(behind) < len(participants):
            live = poses.live() if isinstance(poses, PoseFrame) else poses
            data = live.model_dump(mode="json")
            await self._server.emit(Topic.POSES.event, data, to=rooms, skip_sid=behind)

    async def _refuse(self, sid: str, error: ApiError, request_id: str | int | None) -> None:
        await self._send(sid, "prediction_error", {"request_id": request_id} | problem(error))

    async def _send(self, sid: str, event: str, data: dict[str, Any]) -> None:
        await self._server.emit(event, data, to=sid)


async def _refuse_namespace(*_: object) -> None:
    error = InvalidInput("expected the namespace `/`, there is no other")
    raise Refusal(error.message, problem(error))


async def _for_ever(step: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await step()
        except Exception:
            logger.exception("the live service failed; it goes on in a moment")
            await asyncio.sleep(AFTER_FAILURE_SEC)
