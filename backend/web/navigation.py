"""Where a page leads to."""

from dataclasses import dataclass

from backend.access.roles import Role
from backend.web.marks import N_


@dataclass(frozen=True)
class Place:
    """A page of the navigation. A phone shows the `main` ones, and the others under /household.

    It is for who has this `role`. Pages at the addresses of `also` are a part of it.
    """

    path: str
    title: str
    icon: str
    main: bool
    role: Role = Role.VIEWER
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A place as one page shows it."""

    place: Place
    is_here: bool


BOARD_PATH = "/board"
HOUSEHOLD = Place("/household", N_("Household"), "home", main=True)
PLACES = (
    Place("/", N_("Now"), "now", main=True),
    Place("/incidents", N_("Incidents"), "bell", main=True),
    Place("/record", N_("Record"), "record", main=True),
    Place(BOARD_PATH, N_("Board"), "board", main=False),
    Place("/ask", N_("Ask"), "ask", main=False),
    Place("/people", N_("People"), "people", main=False),
    Place("/cameras", N_("Cameras"), "camera", main=False),
    Place("/channels", N_("Channels"), "channel", main=False),
    Place(
        "/images",
        N_("Pictures"),
        "picture",
        main=False,
        role=Role.CAREGIVER,
        also=("/styles",),
    ),
    Place(
        "/detectors",
        N_("Detectors"),
        "detector",
        main=False,
        role=Role.OWNER,
        also=("/datasets", "/jobs", "/training"),
    ),
    Place("/settings", N_("Settings"), "settings", main=False),
    Place("/log", N_("Who looked when"), "log", main=False),
)


def places_for(role: Role | None, *, has_board: bool = False) -> tuple[Place, ...]:
    """Those that are for who has this role; a stranger sees those of everybody.

    The board is for who has several households.
    """
    wanted = [it for it in PLACES if (role or Role.VIEWER).includes(it.role)]
    return tuple(it for it in wanted if has_board or it.path != BOARD_PATH)


def items_for(path: str, role: Role | None, *, has_board: bool = False) -> tuple[Item, ...]:
    """The navigation on the page at `path`: the household's own page is only on phones."""
    places = places_for(role, has_board=has_board)
    items = tuple(Item(place, _leads_to(place, path)) for place in places)
    is_deep = path == HOUSEHOLD.path or any(it.is_here and not it.place.main for it in items)
    return (*items, Item(HOUSEHOLD, is_deep))


def _leads_to(place: Place, path: str) -> bool:
    return any(
        path == each or (each != "/" and path.startswith(f"{each}/"))
        for each in (place.path, *place.also)
    )
