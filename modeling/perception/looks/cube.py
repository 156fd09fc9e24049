"""Tables of colours as `.cube` files, which programs for photographs and videos read."""

from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TypeAlias

import numpy as np

from modeling.perception.looks.lut import FEWEST_POINTS, Lut, grid_colours

MOST_POINTS = 65
MOST_BYTES = 32 * 2**20
Triple: TypeAlias = tuple[float, float, float]


class CubeError(Exception):
    """The file is no table of colours; the message names the line, and what was expected."""


def cube_text(lut: Lut, title: str) -> str:
    """The table as the text of a `.cube` file, each value to seven decimals."""
    name = "".join(letter for letter in title if letter.isprintable() and letter != '"')
    lines = [f'TITLE "{name}"', f"LUT_3D_SIZE {lut.size}"]
    lines += ["%.7f %.7f %.7f" % tuple(row) for row in lut.table.reshape(-1, 3).tolist()]  # noqa: UP031 (faster)
    return "\n".join(lines) + "\n"


def read_cube(path: Path) -> Lut:
    """The table in a file of 2 to 65 points an axis; raises CubeError and OSError.

    Of a table whose domain is not 0 to 1 the part within is kept, on 65 points.
    """
    if path.stat().st_size > MOST_BYTES:
        raise CubeError(f"{path.name} has more than {MOST_BYTES} bytes, expected a .cube file")
    cube = _Cube()
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if words:
            try:
                cube.take(words)
            except ValueError as error:
                raise CubeError(f"line {number}: {error}") from None
    return cube.lut()


@dataclass
class _Cube:
    """What has been read so far."""

    size: int = 0
    low: Triple = (0.0, 0.0, 0.0)
    high: Triple = (1.0, 1.0, 1.0)
    colours: list[Triple] = field(default_factory=list)

    def take(self, words: list[str]) -> None:
        """One line that is not empty; raises ValueError."""
        match words[0]:
            case "TITLE":
                pass
            case "LUT_3D_SIZE":
                self.size = _size(words[1:])
            case "DOMAIN_MIN":
                self.low = _triple(words[1:])
            case "DOMAIN_MAX":
                self.high = _triple(words[1:])
            case "LUT_3D_INPUT_RANGE":
                low, high = _numbers(words[1:], 2)
                self.low, self.high = (low, low, low), (high, high, high)
            case word if word[0].isalpha() and word.lower() not in ("nan", "inf", "infinity"):
                raise ValueError(f"{word[:40]!r}, expected LUT_3D_SIZE or three numbers")
            case _:
                self._take_colour(_triple(words))

    def _take_colour(self, colour: Triple) -> None:
        if not self.size:
            raise ValueError("a colour, expected LUT_3D_SIZE before it")
        if len(self.colours) == self.size**3:
            raise ValueError(f"one colour more than the {self.size**3} of LUT_3D_SIZE {self.size}")
        self.colours.append(colour)

    def lut(self) -> Lut:
        """The table; raises CubeError where it is not whole."""
        if not self.size:
            raise CubeError("no LUT_3D_SIZE, expected a .cube file with a three-dimensional table")
        if len(self.colours) < self.size**3:
            expected = f"{self.size**3} by LUT_3D_SIZE {self.size}"
            raise CubeError(f"the file ends after {len(self.colours)} colours, expected {expected}")
        if any(low >= high for low, high in zip(self.low, self.high, strict=True)):
            raise CubeError(f"DOMAIN_MIN {self.low}, expected less than DOMAIN_MAX {self.high}")
        size = self.size
        lut = Lut(np.array(self.colours, dtype=np.float32).reshape(size, size, size, 3))
        if (self.low, self.high) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)):
            return lut
        low, high = np.array(self.low, np.float32), np.array(self.high, np.float32)
        within = lut.at((grid_colours(MOST_POINTS) - low) / (high - low))
        return Lut(within.reshape(MOST_POINTS, MOST_POINTS, MOST_POINTS, 3))


def _size(words: list[str]) -> int:
    size = int(words[0]) if len(words) == 1 and words[0].isdecimal() else 0
    if not FEWEST_POINTS <= size <= MOST_POINTS:
        raise ValueError(
            f"LUT_3D_SIZE {' '.join(words)[:40]}, expected {FEWEST_POINTS} to {MOST_POINTS}"
        )
    return size


def _triple(words: list[str]) -> Triple:
    red, green, blue = _numbers(words, 3)
    return red, green, blue


def _numbers(words: list[str], count: int) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) != count or not all(isfinite(number) for number in numbers):
        raise ValueError(f"{' '.join(words)[:60]!r}, expected {count} numbers")
    return numbers
