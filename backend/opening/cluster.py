"""Opens what this server knows of others that share its PostgreSQL."""

import time
from functools import partial

from starlette.datastructures import State

from backend.bus import Bus
from backend.cluster.messages import forms
from backend.config import BackendSettings
from backend.contacts.service import ContactsChanged
from backend.part import always
from backend.people.service import PeopleChanged
from backend.poses.passing_on import PassingOn
from backend.storage.database import FactoryPostgres, PostgresDatabase
from common.repeating import Repeating

CATCH_UP_SEC = 30.0
"""So often a server reads again what it may not have heard: nothing is kept of what they say."""
HANDED_ON_AGAIN_SEC = 600.0
"""A server that dies has handed on all but the last moments."""


def open_cluster(state: State, settings: BackendSettings, bus: Bus) -> None:
    """A server with a SQLite file has no others beside it."""
    state.cluster = None
    state.is_on_duty = state.hears_all = always
    url = settings.database_address
    if url is None or not isinstance(state.database, PostgresDatabase):
        return
    # Its driver comes with an extra, which a server with a SQLite file need not have.
    from backend.cluster.service import ClusterService

    state.cluster = ClusterService(
        state.server_name,
        url,
        state.database,
        bus,
        forms(state.incidents),
        take_over=partial(_take_over, state),
        each_round=state.alerts.look_round,
        secret=state.signer.fingerprint,
        note_pulse=partial(_note_pulse, state.database, state.factory_database),
    )
    state.passing_on = PassingOn(bus, lambda camera_id: state.cameras.household_of(camera_id))
    state.catching_up = Repeating(
        "catching-up",
        partial(_catch_up, state),
        CATCH_UP_SEC,
        "what other servers have changed is not known; that is tried again",
    )
    for changed in (PeopleChanged, ContactsChanged):
        bus.subscribe(changed, lambda _: state.catching_up.wake(), everywhere=True)
    state.is_on_duty, state.hears_all = state.cluster.is_on_duty, state.cluster.hears_all


def _note_pulse(
    database: PostgresDatabase, factory: FactoryPostgres, answers: bool, hangs: bool
) -> None:
    database.hangs = factory.hangs = hangs
    if answers:
        database.heard_at = time.monotonic()


def _catch_up(state: State) -> None:
    """Know the keys, people and contacts that there are, as other servers may have changed them."""
    state.cameras.take_keys()
    state.household_keys.take_keys()
    state.contacts.catch_up()
    state.known_people.refresh()


def _take_over(state: State, server: str) -> None:
    """Send what the dead server was sending, and hand on what it may not have handed on."""
    state.alerts.take_over(server)
    state.events.hand_on_again(time.time() - HANDED_ON_AGAIN_SEC)
