"""A look from pictures: fitted, exported, measured as it will run, with a card."""

import hashlib
from pathlib import Path
from time import monotonic

from contract.looks import LookFigures, LookWanted
from modeling.perception.detector.checkpoint import ONNX_NAME, save_manifest
from modeling.perception.frames.image import Image
from modeling.perception.looks.look import Look, LookManifest
from modeling.training.looks.baselines import best_gamma, histogram_matching
from modeling.training.looks.card import write_card
from modeling.training.looks.exported import write_look
from modeling.training.looks.figures import nearness
from modeling.training.looks.material import Material
from modeling.training.looks.methods import METHODS
from modeling.training.loop import OnEpoch


def learn(wanted: LookWanted, material: Material, folder: Path, on_epoch: OnEpoch) -> LookFigures:
    """Learn the look into `folder`; raises ExportError. The same pictures give the same look."""
    started = monotonic()
    network = METHODS[wanted.method].fit(material.examples, wanted.seed, on_epoch)
    write_look(network, wanted.method, folder / ONNX_NAME)
    unmeasured = LookFigures(
        pairs=len(material.learnt) + len(material.held_out),
        held_out=len(material.held_out),
        seconds=round(monotonic() - started, 1),
    )
    save_manifest(folder, _manifest(wanted, unmeasured, folder))
    figures = _measured(unmeasured, Look.load(folder), material, wanted.method)
    save_manifest(folder, _manifest(wanted, figures, folder))
    write_card(folder, wanted, figures, len(material.examples))
    return figures


def _manifest(wanted: LookWanted, figures: LookFigures, folder: Path) -> LookManifest:
    return LookManifest(
        name=wanted.name,
        method=wanted.method,
        learnt_from=wanted.learnt_from,
        figures=figures,
        weights_sha256=hashlib.sha256((folder / ONNX_NAME).read_bytes()).hexdigest(),
    )


def _measured(figures: LookFigures, look: Look, material: Material, name: str) -> LookFigures:
    """The figures with those of held-out pairs, if there are some."""
    if not material.held_out:
        return figures
    changes = {
        name: look.apply,
        "as_it_was": _as_it_was,
        "histogram_matching": histogram_matching(material.learnt),
        "gamma": best_gamma(material.examples),
    }
    ratios, differences = nearness(changes, material.held_out)
    return figures.model_copy(update={"psnr": ratios, "ciede2000": differences})


def _as_it_was(picture: Image) -> Image:
    return picture
