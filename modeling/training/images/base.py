"""An image model to go on from, read and compared with what is to be trained."""

from pathlib import Path

from modeling.perception.detector.checkpoint import CheckpointError, read_manifest
from modeling.perception.images.model import ImageManifest
from modeling.training.export.weights import not_of_this_network, read_weights
from modeling.training.images.fit import State
from modeling.training.images.pictures import Pictures
from modeling.training.images.recipe import Recipe
from modeling.training.images.record import ImageRecord
from modeling.training.runs.base import Base


def load_base(folder: Path, recipe: Recipe, examples: Pictures) -> Base[State]:
    """The checkpoint in `folder`; raises CheckpointError where it has other labels or no weights.

    It counts as having learnt from all the examples: pictures are named too loosely to tell, so
    that what is held out is always judged by weights that were new.
    """
    manifest = read_manifest(folder, ImageManifest)
    if manifest.labels != recipe.task.labels:
        raise CheckpointError(
            f"the base knows {', '.join(manifest.labels)}, expected the labels of the data: "
            f"{', '.join(recipe.task.labels)}"
        )
    state = read_weights(folder)
    try:
        recipe.network().load_state_dict(state)
    except RuntimeError as error:
        raise not_of_this_network(folder) from error
    record = ImageRecord.model_validate(manifest.metrics)
    groups = frozenset(record.groups) | frozenset(examples.groups.tolist())
    return Base(manifest.version, groups, frozenset(record.sources), state)
