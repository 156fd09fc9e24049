"""What stands in the environment is shown without a secret."""

from pathlib import Path

from pydantic import SecretStr

from backend.config import BackendSettings
from backend.web.environment import SET, environment_of


def test_only_what_is_set_is_shown_and_secrets_are_not(tmp_path: Path) -> None:
    settings = BackendSettings(
        data_dir=tmp_path,
        api_key=SecretStr("the-key-of-the-household"),
        kakao_access_token=SecretStr("a-secret-token"),
        camera_keys={"hall": SecretStr("the-key-of-the-hall")},
        TZ="Asia/Seoul",
    )
    shown = dict(environment_of(settings))
    assert shown == {"CAMERA_KEYS": "hall", "KAKAO_ACCESS_TOKEN": SET, "TZ": "Asia/Seoul"}
