"""Writes a look as a `.cube` file, which programs for photographs and videos read.

`python -m modeling.perception.carried.cube FOLDER SIZE`: the look lies in FOLDER/look, the file
comes to FOLDER/look.cube.
"""

import sys
from pathlib import Path

from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.looks.cube import cube_text
from modeling.perception.looks.look import Look


def main() -> None:
    """Carry out what the command line says."""
    carry_out(Talk.begin(), Path(sys.argv[1]), int(sys.argv[2]))


def carry_out(talk: Talk, folder: Path, size: int) -> None:
    """Write it with `size` points along each axis, and tell the worker of it."""
    talk.progress("writing the table of colours", 0, 1)
    try:
        look = Look.load(folder / "look")
    except CheckpointError as error:
        talk.refused(str(error))
        return
    text = cube_text(look.lut(size=size), look.manifest.name)
    (folder / "look.cube").write_text(text, encoding="utf-8")
    talk.finished({})


if __name__ == "__main__":
    main()
