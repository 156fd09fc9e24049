"""What may be asked of a data set."""

from typing import Any

import pytest
from pydantic import ValidationError

from contract.datasets import Subset


@pytest.mark.parametrize(
    "wrong",
    [
        {"labels": ["fall"] * 201},
        {"people": ["x" * 201]},
        {"camera_ids": "hall"},
        {"since": "yesterday"},
        {"until": "2026-11-29\n"},
        {"since": "２０２６-11-29"},
    ],
)
def test_subset_is_of_few_names_and_of_days(wrong: dict[str, Any]) -> None:
    Subset(labels=("fall",), since="2026-11-01", until="2026-11-29")
    with pytest.raises(ValidationError):
        Subset.model_validate(wrong)
