"""What the score of a held-out clip follows from, as one digest."""

import ast
import hashlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import sklearn

from modeling.training.datasets.clips import LabelledClip
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.runs.snapshots import Inputs

OURS = ("contract.", "modeling.")


def scoring_inputs(clips: Sequence[LabelledClip], settings: TrainingSettings) -> Inputs:
    """Settings, dataset, and the code from pose to score; a change of reports changes nothing."""
    return Inputs.of(clips, settings).model_copy(
        update={"code": digest_code("modeling.training.comparison.models")}
    )


def digest_code(module: str) -> str:
    """A digest of the module's source, of all that it imports of ours, and of the baselines'."""
    digest = hashlib.sha256(sklearn.__version__.encode())
    for path in sorted(sources(module)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources(module: str) -> set[Path]:
    """The files of a module and of all of ours that it imports, directly or not."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        spec = find_spec(name)
        if name not in found and spec is not None and spec.origin is not None:
            found[name] = Path(spec.origin)
            waiting += imported(found[name])
    return set(found.values())


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (name := node.module or "").startswith(OURS):
            yield name
