"""The cameras of households: which there are, by what key each comes, and how each is."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from backend.access.keys import Caller, Keyring, PairedKey
from backend.access.middleware import check_cameras
from backend.bus import Bus
from backend.cameras import camera_store as store
from backend.cameras.camera_store import KnownCamera
from backend.cameras.errors import UnknownCamera
from backend.cameras.last_seen import LastSeen, Seen
from backend.cameras.names import household_named
from backend.cameras.store import ZoneStore
from backend.errors import Forbidden
from backend.people.store import ended_households
from backend.seen import within
from backend.storage.database import Database
from contract.events import ENDED, FAILED, STOPPED, Heartbeat

NOT_HEARD = Seen()


class KeyKind(StrEnum):
    """By what key a camera box comes."""

    ENVIRONMENT = "environment"
    """One of CAMERA_KEYS."""
    PAIRED = "paired"
    """One that it was given for a code."""
    HOUSEHOLD = "household"
    """None of its own that is known here: it shows API_KEY."""


class CameraState(StrEnum):
    """How a camera is, by its last heartbeat and the time since."""

    WATCHING = "watching"
    SILENT = "silent"
    """Nothing has been heard of it for longer than CAMERA_SILENT_AFTER."""
    FAILED = "failed"
    STOPPED = "stopped"
    """It has said good-bye."""
    NEVER_HEARD = "never_heard"


@dataclass(frozen=True)
class CamerasChanged:
    """For the bus: a camera has another key, another household, or is gone."""

    camera_id: str


class CameraShown(BaseModel):
    """One camera. Times are seconds since 1970 (UTC).

    `moved_at` is when somebody was last seen moving; `picture` and `inference` are those of the
    last heartbeat, `detail` why its watch has failed. `model` is the version of the model of
    its box, `model_failure` why one that was to serve there does not; so are `night_look` and
    `night_look_failure` of what changes its dark pictures.
    """

    camera_id: str
    place: str | None
    key: KeyKind
    paired_at: float | None
    state: CameraState
    heard_at: float | None
    moved_at: float | None
    picture: str | None
    inference: str | None
    model: str | None
    model_failure: str | None
    night_look: str | None
    night_look_failure: str | None
    detail: str | None


class CameraService:
    """Thread-safe. `in_settings` are the cameras of CAMERA_KEYS, whose keys win.

    Without a keyring, which is for trying things out, nobody asks for keys.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring | None,
        in_settings: Collection[str],
        last_seen: LastSeen,
        silent_after: float,
        bus: Bus,
        clock: Callable[[], float] = time.time,
        zones: ZoneStore | None = None,
    ) -> None:
        self._zones = zones
        self._database, self._keyring, self._clock = database, keyring, clock
        self._bus = bus
        self.in_settings = frozenset(in_settings)
        self._last_seen, self._silent_after = last_seen, silent_after
        self._households: Mapping[str, int] = {}
        self.take_keys()
        bus.subscribe(CamerasChanged, lambda _: self.take_keys(), everywhere=True)

    def take_keys(self) -> None:
        """Let in the cameras whose keys are kept, and from now on no others."""
        with within(None), self._database.reading() as db:
            known, self._households = store.all_cameras(db), store.households(db)
        if self._keyring is None:
            return
        self._keyring.let_in(
            {
                it.camera_id: PairedKey(it.digest, it.household_id)
                for it in known
                if it.digest is not None and it.camera_id not in self.in_settings
            }
        )

    def changed(self, camera_id: str) -> None:
        """The camera has another key, or none: each server lets in who has one."""
        self._bus.publish(CamerasChanged(camera_id))

    def household_of(self, camera_id: str) -> int:
        """Whose camera this is or was. Asks nobody."""
        found = self._households.get(camera_id)
        return household_named(camera_id) if found is None else found

    def check_senders(self, caller: Caller, camera_ids: set[str]) -> None:
        """Raise Forbidden unless these are cameras that `caller` may report for. Asks nobody."""
        check_cameras(caller, camera_ids)
        if any(self.household_of(it) != caller.household_id for it in camera_ids):
            raise Forbidden("expected cameras of the key's own household only")

    def check_own(self, camera_id: str, household_id: int) -> None:
        """Raise UnknownCamera where it is another household's. Asks nobody."""
        if self.household_of(camera_id) != household_id:
            raise _unknown(camera_id)

    def all(self, household_id: int) -> list[CameraShown]:
        """A household's: those that are kept, that the settings name, and that were heard of."""
        with self._database.reading() as db:
            known = {it.camera_id: it for it in store.all_cameras(db)}
        seen = self._last_seen.all()
        found = dict.fromkeys([*known, *sorted(self.in_settings), *sorted(seen)])
        names = [name for name in found if self.household_of(name) == household_id]
        now = self._clock()
        return [
            self._shown(name, known.get(name), seen.get(name, NOT_HEARD), now) for name in names
        ]

    def find(self, camera_id: str, household_id: int) -> CameraShown:
        """One camera of a household; raises UnknownCamera."""
        for camera in self.all(household_id):
            if camera.camera_id == camera_id:
                return camera
        raise _unknown(camera_id)

    def set_place(self, household_id: int, camera_id: str, place: str | None) -> CameraShown:
        """Let this be where it hangs; raises UnknownCamera."""
        self.find(camera_id, household_id)
        with self._database.writing() as db:
            store.keep(db, household_id, camera_id, place=place)
        self._database.is_durable()
        return self.find(camera_id, household_id)

    def remove(self, camera_id: str, household_id: int) -> None:
        """Forget it, and refuse its key from now on; raises UnknownCamera and ZonesUnavailable.

        One that goes on to report, by another key, is known again.
        """
        self.find(camera_id, household_id)
        self._remove(household_id, [camera_id])

    def remove_all(self, household_id: int) -> None:
        """Forget all cameras of a household, and refuse their keys from now on.

        Raises ZonesUnavailable.
        """
        self._remove(household_id, [it.camera_id for it in self.all(household_id)])

    def _remove(self, household_id: int, camera_ids: Sequence[str]) -> None:
        with self._database.writing() as db:
            for camera_id in camera_ids:
                store.remove(db, household_id, camera_id, self._clock())
        self._database.is_durable()
        for camera_id in camera_ids:
            self.changed(camera_id)
            self._last_seen.forget(camera_id)
            if self._zones is not None:
                self._zones.forget(camera_id)

    def removals(self, names: Collection[str]) -> dict[str, float]:
        """When those of these were removed that nobody asks about any more, in seconds since 1970.

        With a household that has ended all of its cameras were.
        """
        with self._database.reading() as db:
            removed, ended = store.removals(db), ended_households(db)
        gone = {name: ended.get(self.household_of(name)) for name in names} | removed
        return {name: gone_at for name in names if (gone_at := gone[name]) is not None}

    def _shown(self, name: str, known: KnownCamera | None, seen: Seen, now: float) -> CameraShown:
        beat = seen.beat
        return CameraShown(
            camera_id=name,
            place=known.place if known else None,
            key=self._key_of(name, known),
            paired_at=known.paired_at if known else None,
            state=_state(seen, now, self._silent_after),
            heard_at=seen.heard_at,
            moved_at=seen.moved_at,
            picture=beat.picture if beat else None,
            inference=beat.inference if beat else None,
            model=beat.model if beat else None,
            model_failure=beat.model_failure if beat else None,
            night_look=beat.night_look if beat else None,
            night_look_failure=beat.night_look_failure if beat else None,
            detail=beat.detail if beat else None,
        )

    def _key_of(self, name: str, known: KnownCamera | None) -> KeyKind:
        if name in self.in_settings:
            return KeyKind.ENVIRONMENT
        return KeyKind.PAIRED if known and known.digest else KeyKind.HOUSEHOLD


def _unknown(camera_id: str) -> UnknownCamera:
    return UnknownCamera(f"no camera {camera_id[:64]!r}, expected one of GET /cameras")


def _state(seen: Seen, now: float, silent_after: float) -> CameraState:
    beat: Heartbeat | None = seen.beat
    if beat is None or seen.heard_at is None:
        return CameraState.NEVER_HEARD
    if beat.state in (STOPPED, ENDED):
        return CameraState.STOPPED
    if now - seen.heard_at > silent_after:
        return CameraState.SILENT
    return CameraState.FAILED if beat.state == FAILED else CameraState.WATCHING
