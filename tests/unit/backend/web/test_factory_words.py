"""Each state and kind of the factory has words."""

from enum import StrEnum

import pytest

from backend.training.recipes import RECIPES
from backend.web import factory_words as words
from contract.comparisons import Change, Truth
from contract.datasets import DatasetKind
from contract.deployments import DeploymentKind
from contract.jobs import JobKind, JobState
from contract.tools import ColumnKind
from contract.versions import Alias


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        (words.JOB_STATES, JobState),
        (words.JOB_KINDS, JobKind),
        (words.DATASET_KINDS, DatasetKind),
        (words.COLUMN_KINDS, ColumnKind),
        (words.DEPLOYMENT_KINDS, DeploymentKind),
        (words.ALIASES, Alias),
        (words.CHANGES, Change),
        (words.TRUTHS, Truth),
    ],
)
def test_each_has_words(known: dict[str, object], kind: type[StrEnum]) -> None:
    assert known.keys() == set(kind)


def test_recipes_have_a_title_in_each_language() -> None:
    assert words.recipe_titles("ko").keys() == words.recipe_titles("en").keys() == RECIPES.keys()
    assert words.recipe_titles("ko")["fall-lstm"] == "낙상 (자세 뼈대)"
