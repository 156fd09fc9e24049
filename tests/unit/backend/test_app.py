"""What the application is given of the settings."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.app import create_app
from backend.config import BackendSettings


@pytest.mark.parametrize(("camera", "household_id"), [("hall", 1), ("hall.h2", 2)])
def test_camera_of_the_settings_is_of_the_household_that_its_name_says(
    tmp_path: Path, camera: str, household_id: int
) -> None:
    key = "k3y-of-the-hallway"
    settings = BackendSettings(
        _env_file=None,
        data_dir=tmp_path,
        api_key=SecretStr("k3y-of-the-house"),
        camera_keys={camera: SecretStr(key)},
    )
    caller = create_app(settings).state.keyring.owner(key.encode())
    assert (caller.camera_id, caller.household_id) == (camera, household_id)
