"""Carries out the learning of a look: `python -m modeling.training.carried.look FOLDER SPEC`.

The pictures lie in FOLDER/before and FOLDER/after; the look comes into FOLDER/look. It takes
minutes at most, so a try that was killed starts again; the same pictures give the same look.
"""

import sys
from pathlib import Path

from contract.looks import LookFigures, LookWanted
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.training.export.files import replacing_files
from modeling.training.export.formats import ExportError
from modeling.training.looks.learning import learn
from modeling.training.looks.material import material_of
from modeling.training.looks.methods import METHODS
from modeling.training.looks.pairs import LookError
from modeling.training.loop import Epoch, make_repeatable

FIT = "all"
REFUSALS = (LookError, ExportError, CheckpointError)


def main() -> None:
    """Carry out what the command line says."""
    wanted = LookWanted.model_validate_json(sys.argv[2])
    make_repeatable()
    carry_out(Talk.begin(), Path(sys.argv[1]), wanted)


def carry_out(talk: Talk, folder: Path, wanted: LookWanted) -> None:
    """Learn it, and tell the worker of it."""
    try:
        figures = learnt(talk, folder, wanted)
    except REFUSALS as error:
        talk.refused(str(error))
    else:
        talk.finished(figures.model_dump(mode="json"))


def learnt(talk: Talk, folder: Path, wanted: LookWanted) -> LookFigures:
    """The look in `folder`; raises one of REFUSALS."""
    epochs = METHODS[wanted.method].epochs

    def tell(epoch: Epoch) -> None:
        talk.progress("learning", epoch.number, epochs)
        talk.measured(FIT, "loss", epoch.number, epoch.loss)

    talk.progress("reading the pictures", 0, epochs)
    material = material_of(wanted, folder)
    talk.progress("learning", 0, epochs)
    with replacing_files(folder / "look") as scratch:
        return learn(wanted, material, scratch, tell)


if __name__ == "__main__":
    main()
