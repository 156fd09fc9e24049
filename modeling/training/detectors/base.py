"""A detector to go on from, read and compared with what is to be trained."""

from collections.abc import Sequence
from pathlib import Path

from modeling.perception.detector.checkpoint import CheckpointError, Manifest, load_manifest
from modeling.training.datasets.labels import LabelSpec
from modeling.training.detectors.fit import Fitted
from modeling.training.detectors.network import AttentionLstm, Ensemble, load_weights
from modeling.training.detectors.record import training_record
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.runs.base import Base


def load_base(
    folder: Path, vocabulary: Sequence[LabelSpec], settings: TrainingSettings
) -> Base[Fitted]:
    """The checkpoint in `folder`; raises CheckpointError where it has other labels or a width."""
    manifest, network = load_manifest(folder), load_weights(folder)
    _check_labels(manifest, vocabulary)
    _check_size(network, settings)
    record = training_record(manifest)
    return Base(
        manifest.version,
        frozenset(record.groups),
        frozenset(record.sources),
        Fitted(network, manifest.normalization),
    )


def _check_labels(manifest: Manifest, vocabulary: Sequence[LabelSpec]) -> None:
    own, wanted = [x.name for x in manifest.labels], [x.name for x in vocabulary]
    if own != wanted:
        raise CheckpointError(
            f"the base knows {', '.join(own)}, expected the labels of the data: {', '.join(wanted)}"
        )


def _check_size(network: Ensemble, settings: TrainingSettings) -> None:
    members = [member for member in network.members if isinstance(member, AttentionLstm)]
    networks, hidden = len(members), members[0].lstm.hidden_size
    if (networks, hidden) != (settings.networks, settings.hidden):
        raise CheckpointError(
            f"the base has networks {networks} and hidden {hidden}, expected the settings to say "
            f"the same: they say networks {settings.networks} and hidden {settings.hidden}"
        )
