"""What may be asked to be erased."""

import pytest
from pydantic import ValidationError

from contract.erasures import ErasureAsked


@pytest.mark.parametrize(
    "asked",
    [
        {"camera_id": "거실", "confirm": True},
        {"since": 1, "dry_run": True},
        {"until": 1.5, "confirm": True},
        {"camera_id": "거실", "since": 1, "until": 2, "dry_run": True},
    ],
)
def test_camera_or_a_bound_in_time_is_enough(asked: dict[str, object]) -> None:
    found = ErasureAsked.model_validate(asked)
    assert found.model_dump(exclude_unset=True) == asked


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"confirm": True}, "expected a camera_id, since or until"),
        ({"dry_run": True}, "expected a camera_id, since or until"),
        ({"camera_id": "거실"}, "expected confirm to be true"),
        ({"since": 5, "until": 5, "confirm": True}, "expected since to be before until"),
        ({"camera_id": "server", "confirm": True}, "is the server itself"),
        ({"camera_id": "거실", "confirm": "yes"}, "confirm"),
        ({"kamera": "거실", "confirm": True}, "kamera"),
        ({"since": -1, "confirm": True}, "since"),
    ],
)
def test_what_is_not_meant_so_is_refused(asked: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        ErasureAsked.model_validate(asked)
    assert expected in str(refusal.value)
