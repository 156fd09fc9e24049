"""Where a page leads to."""

from dataclasses import dataclass

from backend.web.marks import N_


@dataclass(frozen=True)
class Place:
    """A page of the navigation. A phone shows the `main` ones, and the others under /household."""

    path: str
    title: str
    icon: str
    main: bool


@dataclass(frozen=True)
class Item:
    """A place as one page shows it."""

    place: Place
    is_here: bool


HOUSEHOLD = Place("/household", N_("Household"), "home", main=True)
PLACES = (
    Place("/", N_("Now"), "now", main=True),
    Place("/incidents", N_("Incidents"), "bell", main=True),
    Place("/record", N_("Record"), "record", main=True),
    Place("/people", N_("People"), "people", main=False),
    Place("/cameras", N_("Cameras"), "camera", main=False),
    Place("/channels", N_("Channels"), "channel", main=False),
    Place("/settings", N_("Settings"), "settings", main=False),
    Place("/log", N_("Who looked when"), "log", main=False),
)


def items_for(path: str) -> tuple[Item, ...]:
    """The navigation on the page at `path`: the household's own page is only on phones."""
    items = tuple(Item(place, _leads_to(place.path, path)) for place in PLACES)
    is_deep = path == HOUSEHOLD.path or any(it.is_here and not it.place.main for it in items)
    return (*items, Item(HOUSEHOLD, is_deep))


def _leads_to(place: str, path: str) -> bool:
    return path == place or (place != "/" and path.startswith(f"{place}/"))
