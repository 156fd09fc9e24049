"""Names of cameras, which are unique on a server: whose camera one is, its name says."""

import re
from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from backend.access.keys import FIRST_HOUSEHOLD
from backend.errors import InvalidInput
from contract.names import CameraName

MAX_CAMERAS = 1000
"""Of one household that are kept in memory; a camera_id is soon made up."""
ENDING = r"\.h([1-9]\d{0,9})$"
"""What the names of the cameras of all households but the first one end with, as a pattern."""
_SUFFIX = re.compile(ENDING)
_NAME: TypeAdapter[str] = TypeAdapter(CameraName)


def name_in(household_id: int, typed: str) -> str:
    """What a camera is called on this server that its household calls `typed`.

    So no name tells that another household has it. The household's own ending may be there already.
    Raises InvalidInput where it is another one's, or the name becomes too long.
    """
    ending = "" if household_id == FIRST_HOUSEHOLD else f".h{household_id}"
    bare = typed.removesuffix(ending)
    if _SUFFIX.search(bare):
        raise InvalidInput("camera_id: expected another ending than `.h` and a number")
    try:
        return _NAME.validate_python(bare + ending)
    except ValidationError as error:
        raise InvalidInput(f"camera_id: expected a shorter name, {ending} follows it") from error


def name_at_home(camera_id: str) -> str:
    """What its household calls it."""
    return _SUFFIX.sub("", camera_id)


def household_named(camera_id: str) -> int:
    """Whose camera it is by its name alone."""
    found = _SUFFIX.search(camera_id)
    return int(found[1]) if found else FIRST_HOUSEHOLD


def crowded_out(known: Iterable[str], newcomer: str) -> str | None:
    """Which camera is forgotten for a new one, the first of its household's in `known`; None while
    there is room. So no household's names push out another's.
    """
    whose = household_named(newcomer)
    own = [name for name in known if household_named(name) == whose]
    return own[0] if len(own) >= MAX_CAMERAS else None
