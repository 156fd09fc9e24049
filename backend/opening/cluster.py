"""Opens what this server knows of others that share its PostgreSQL."""

import time
from functools import partial

from starlette.datastructures import State

from backend.bus import Bus
from backend.cluster.messages import forms
from backend.cluster.service import ClusterService
from backend.config import BackendSettings
from backend.part import always
from backend.poses.passing_on import PassingOn
from backend.storage.database import PostgresDatabase

HANDED_ON_AGAIN_SEC = 600.0
"""A server that dies has handed on all but the last moments."""


def open_cluster(state: State, settings: BackendSettings, bus: Bus) -> None:
    """A server with a SQLite file has no others beside it."""
    state.cluster = None
    state.is_on_duty = state.hears_all = always
    url = settings.database_address
    if url is None or not isinstance(state.database, PostgresDatabase):
        return
    state.cluster = ClusterService(
        state.server_name,
        url,
        state.database,
        bus,
        forms(state.incidents),
        take_over=partial(_take_over, state),
        each_round=state.alerts.look_round,
    )
    state.passing_on = PassingOn(bus, lambda camera_id: state.cameras.household_of(camera_id))
    state.is_on_duty, state.hears_all = state.cluster.is_on_duty, state.cluster.hears_all


def _take_over(state: State, server: str) -> None:
    """Send what the dead server was sending, and hand on what it may not have handed on."""
    state.alerts.take_over(server)
    state.events.hand_on_again(time.time() - HANDED_ON_AGAIN_SEC)
