"""What the pages of the factory call its states and kinds."""

from collections.abc import Mapping
from gettext import NullTranslations
from typing import TypeVar

from backend.training.recipes import RECIPES
from backend.web.marks import N_
from backend.web.states import StateWords
from contract.comparisons import Change, Truth
from contract.datasets import DatasetKind
from contract.deployments import DeploymentKind
from contract.jobs import JobKind, JobState
from contract.language import Language
from contract.looks import LearntFrom, LookMethod
from contract.media import ImageWork
from contract.tools import ColumnKind
from contract.versions import Alias

JOB_STATES: Mapping[JobState, StateWords] = {
    JobState.QUEUED: StateWords(N_("waits for a worker"), ""),
    JobState.RUNNING: StateWords(N_("runs"), "well"),
    JobState.RETRYING: StateWords(N_("is tried again"), "look"),
    JobState.CANCELLED: StateWords(N_("cancelled"), "look"),
    JobState.FAILED: StateWords(N_("failed"), "alarm"),
    JobState.COMPLETED: StateWords(N_("done"), "well"),
}
JOB_KINDS: Mapping[JobKind, str] = {
    JobKind.TRAINING: N_("Training"),
    JobKind.COMPARISON: N_("Comparison"),
    JobKind.EXPORT: N_("Export"),
    JobKind.CONTAINER: N_("Container"),
    JobKind.IMAGE: N_("Picture"),
    JobKind.LOOK: N_("Look of pictures"),
    JobKind.CUBE: N_("Look as a file"),
    JobKind.BATCH: N_("Predictions of a table"),
}
DATASET_KINDS: Mapping[DatasetKind, str] = {
    DatasetKind.CLIPS: N_("Videos with their labels (CVAT)"),
    DatasetKind.TRACKS: N_("Skeletons with their labels"),
    DatasetKind.PICTURES: N_("Pictures with their labels"),
    DatasetKind.TABLE: N_("A table (CSV or Parquet)"),
}
COLUMN_KINDS: Mapping[ColumnKind, str] = {
    ColumnKind.NUMBER: N_("number"),
    ColumnKind.TEXT: N_("text"),
    ColumnKind.YES_NO: N_("yes or no"),
    ColumnKind.DAY: N_("day"),
    ColumnKind.TIME: N_("day and time"),
}
DEPLOYMENT_KINDS: Mapping[DeploymentKind, str] = {
    DeploymentKind.EDGE: N_("Camera boxes"),
    DeploymentKind.ENDPOINT: N_("An address of this server"),
    DeploymentKind.CONTAINER: N_("A container"),
    DeploymentKind.DOWNLOAD: N_("A download"),
}
ALIASES: Mapping[Alias, StateWords] = {
    Alias.PRODUCTION: StateWords(N_("serves"), "well"),
    Alias.SHADOW: StateWords(N_("shadow"), "look"),
}
CHANGES: Mapping[Change, StateWords] = {
    Change.FALL_FOUND: StateWords(N_("A fall more is found"), "well"),
    Change.FALL_LOST: StateWords(N_("A fall is lost"), "alarm"),
    Change.ALARM_MORE: StateWords(N_("An alarm more"), "look"),
    Change.ALARM_FEWER: StateWords(N_("An alarm fewer"), "well"),
}
TRUTHS: Mapping[Truth, str] = {
    Truth.FALL: N_("somebody said: a fall"),
    Truth.FALSE_ALARM: N_("somebody said: a false alarm"),
    Truth.UNJUDGED: N_("nobody has said what it was"),
    Truth.ORDINARY: N_("an ordinary minute"),
}
WORKS: Mapping[ImageWork, str] = {
    ImageWork.BLUR_FACES: N_("Hide the faces"),
    ImageWork.KEEP_SKELETON: N_("Hide all but the skeletons"),
    ImageWork.APPLY_LOOK: N_("Apply a look"),
    ImageWork.THUMBNAIL: N_("A small copy"),
    ImageWork.METADATA: N_("What the file says of itself"),
}
LOOK_METHODS: Mapping[LookMethod, str] = {
    LookMethod.LUT: N_("A table of colours"),
    LookMethod.ADAPTIVE_LUT: N_("Tables that are mixed for each picture"),
    LookMethod.IMPLICIT_LUT: N_("A network in the place of a table"),
}
LEARNT_FROM: Mapping[LearntFrom, str] = {
    LearntFrom.PAIRS: N_("Pairs: before and after"),
    LearntFrom.STYLE: N_("Pictures of one style"),
    LearntFrom.NIGHT: N_("Bright pictures, for the night"),
}
WAYS: Mapping[str, str] = {
    "as_it_was": N_("As it was"),
    "histogram_matching": N_("Histogram matching"),
    "gamma": N_("Gamma"),
}
"""What a look is held against, by the names of LookFigures."""

Kind = TypeVar("Kind")


def worded(words: Mapping[Kind, str], texts: NullTranslations) -> dict[Kind, str]:
    """These words in a page's language."""
    return {kind: texts.gettext(text) for kind, text in words.items()}


def states_worded(
    words: Mapping[Kind, StateWords], texts: NullTranslations
) -> dict[Kind, StateWords]:
    """These states in a page's language."""
    return {kind: StateWords(texts.gettext(it.text), it.colour) for kind, it in words.items()}


def recipe_titles(language: Language) -> dict[str, str]:
    """What each recipe is called."""
    return {it.name: it.title_ko if language == "ko" else it.title for it in RECIPES.values()}
