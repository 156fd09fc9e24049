"""The format of each kind of data set."""

from collections.abc import Mapping

from backend.datasets.formats.base import Format
from backend.datasets.formats.clips import Clips
from backend.datasets.formats.pictures import Pictures
from backend.datasets.formats.tables import Tables
from backend.datasets.formats.tracks import Tracks
from contract.datasets import DatasetKind

FORMATS: Mapping[DatasetKind, Format] = {
    DatasetKind.CLIPS: Clips(),
    DatasetKind.TRACKS: Tracks(),
    DatasetKind.PICTURES: Pictures(),
    DatasetKind.TABLE: Tables(),
}
