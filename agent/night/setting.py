"""What NIGHT_LOOK asks for."""

from pydantic import TypeAdapter

from common.settings import ExpandedPath
from modeling.perception.looks.cube import CubeError, read_cube
from modeling.perception.looks.night import SIMPLE, by_table

CUBE = ".cube"
TABLE = "table"
EXPECTED = "expected auto, off, or the path of a .cube file"


def parse_night_look(value: object) -> object:
    """How dark pictures are changed, None where they are not; raises ValueError."""
    if not isinstance(value, str):
        return value
    match value:
        case "auto":
            return SIMPLE
        case "off":
            return None
    if not value.lower().endswith(CUBE):
        raise ValueError(EXPECTED)
    try:
        return by_table(read_cube(FILE.validate_python(value)), TABLE)
    except CubeError as error:
        raise ValueError(f"expected a table of colours: {error}") from None
    except OSError as error:
        raise ValueError(f"cannot read it: {error.strerror}") from None


FILE = TypeAdapter(ExpandedPath)
