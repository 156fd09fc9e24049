"""Carries out an export: the checkpoint of a version to one file, checked against torch.

`python -m modeling.training.carried.export FOLDER SPEC`: the checkpoint lies in FOLDER/checkpoint,
the file comes into FOLDER/export.
"""

import sys
from pathlib import Path

from contract.exports import ExportFormat, ExportMade, ExportSpec, Precision
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import ONNX_NAME, CheckpointError
from modeling.training.carried.exportable import Exportable, made_when_trained
from modeling.training.export.files import replacing_files
from modeling.training.export.formats import (
    ExportError,
    ExportInterrupted,
    Format,
    export_network,
)
from modeling.training.export.registry import format_of, in_half
from modeling.training.export.weights import WEIGHTS_NAME

STEPS = 2


def main() -> None:
    """Carry out what the command line says."""
    spec = ExportSpec.model_validate_json(sys.argv[2])
    carry_out(Talk.begin(), Path(sys.argv[1]), spec)


def carry_out(talk: Talk, folder: Path, spec: ExportSpec) -> None:
    """Export, and tell the worker of it; raises SystemExit where another try may go well."""
    try:
        made = export(spec, folder, talk)
    except (ExportError, CheckpointError) as error:
        talk.refused(str(error))
    except ExportInterrupted as error:
        sys.exit(str(error))
    else:
        talk.finished(made.model_dump())


def export(spec: ExportSpec, folder: Path, talk: Talk) -> ExportMade:
    """The file in `folder`; raises ExportError, CheckpointError and ExportInterrupted."""
    checkpoint, target = folder / "checkpoint", folder / "export"
    talk.progress("reading the checkpoint", 0, STEPS)
    as_onnx = (spec.format, spec.precision) == (ExportFormat.ONNX, Precision.FULL)
    with replacing_files(target) as scratch:
        if as_onnx and not (checkpoint / WEIGHTS_NAME).exists():
            made = made_when_trained(checkpoint)
            (scratch / made.file).write_bytes((checkpoint / ONNX_NAME).read_bytes())
            return made
        exportable = Exportable.of(checkpoint, spec.recipe)
        form = format_of(spec.format, exportable.input_name)
        form = in_half(form) if spec.precision is Precision.HALF else form
        talk.progress(f"writing {form.name} and comparing it with torch", 1, STEPS)
        return compared(exportable, form, scratch)


def compared(exportable: Exportable, form: Format, folder: Path) -> ExportMade:
    """Write the one format; raises ExportError and ExportInterrupted."""
    inputs = exportable.inputs
    differences = export_network(exportable.scorer, folder, inputs, [form], len(inputs))
    checked_on = form.not_run or f"{len(inputs)} {exportable.kind_of_inputs}"
    return ExportMade(file=form.file, difference=differences.get(form.name), checked_on=checked_on)


if __name__ == "__main__":
    main()
