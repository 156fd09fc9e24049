"""The channels that there are: a folder each, with the same files in it.

settings.py   Settings: what can be set, and UNSET: what is to be said while nothing is
channel.py    open_channels(settings, clock): a Channel for each way to a person that is set
router.py     router: its own routes, if it has any
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter

from backend.alerts import channels
from backend.alerts.channels.base import Channel
from common.settings import Settings


def setting_classes() -> tuple[type[Settings], ...]:
    """What can be set of all channels together."""
    return tuple(module.Settings for module in _modules("settings"))


def nobody() -> str:
    """That no channel is set, and what could be."""
    return f"nobody can be notified: {', '.join(it.UNSET for it in _modules('settings'))}"


def open_channels(settings: Settings, clock: Callable[[], float]) -> list[Channel]:
    """All that are set; `clock` is seconds since 1970, of the machine."""
    modules = _modules("channel")
    return [channel for it in modules for channel in it.open_channels(settings, clock)]


def routers() -> list[APIRouter]:
    """The routes that channels have of their own."""
    return [module.router for module in _modules("router")]


def _modules(name: str) -> Iterator[ModuleType]:
    """The module of this name in each folder that has one."""
    for folder in iter_modules(channels.__path__):
        path = f"{channels.__name__}.{folder.name}.{name}"
        if folder.ispkg and find_spec(path):
            yield import_module(path)
