"""Who carries out the jobs of which kind."""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from backend.jobs.carrier import Carrier
from backend.storage.blobs import Blobs
from backend.storage.database import Database
from contract.jobs import JobKind

Carriers = Mapping[JobKind, Carrier]


def open_carriers(_database: Database, _blobs: Blobs) -> Carriers:
    """All that there are, each by its kind; a room that has jobs adds its own here."""
    carriers: tuple[Carrier, ...] = ()
    return {carrier.kind: carrier for carrier in carriers}


def missing_of(modules: Iterable[str]) -> list[str]:
    """Which of these cannot be imported here."""
    return sorted({name for name in modules if not _is_installed(name)})


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its package is not there either
        return False
