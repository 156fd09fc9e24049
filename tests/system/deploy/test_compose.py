"""The compose file names settings, commands, secrets and networks that there are.

No docker is asked: what it would do with the file is not tried here.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.config import BackendSettings
from backend.media.settings import MediaSettings
from common.settings import IN_FILE

Json = dict[str, Any]


@pytest.fixture(scope="module")
def compose(repository: Path) -> Json:
    text = (repository / "deploy" / "compose.minio.yaml").read_text(encoding="utf-8")
    parsed: Json = yaml.safe_load(text)
    return parsed


def test_each_variable_of_the_server_is_a_setting(compose: Json) -> None:
    known = {*BackendSettings.names()}
    known |= {f"{name}{IN_FILE}" for name in BackendSettings.secrets()}
    assert set(compose["services"]["server"]["environment"]) <= known


def test_bucket_that_is_made_is_the_server_s(compose: Json) -> None:
    url = compose["services"]["server"]["environment"]["STORAGE_URL"]
    bucket = MediaSettings(_env_file=None, storage_url=url).bucket
    assert compose["services"]["bucket"]["command"][0].endswith(f" store/{bucket}")


def test_what_services_name_is_described(compose: Json) -> None:
    for name, service in compose["services"].items():
        assert set(service["secrets"]) <= set(compose["secrets"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert volumes <= set(compose["volumes"]), name


def test_credentials_are_files_and_both_sides_have_the_same(compose: Json) -> None:
    server, minio = (compose["services"][name]["environment"] for name in ("server", "minio"))
    assert server["S3_ACCESS_KEY_FILE"] == minio["MINIO_ROOT_USER_FILE"]
    assert server["S3_SECRET_KEY_FILE"] == minio["MINIO_ROOT_PASSWORD_FILE"]
    secrets = {f"/run/secrets/{name}" for name in compose["secrets"]}
    assert {server["S3_ACCESS_KEY_FILE"], server["S3_SECRET_KEY_FILE"]} <= secrets


def test_server_is_started_by_its_command_with_what_s3_needs(compose: Json) -> None:
    image = compose["services"]["server"]["build"]["dockerfile_inline"]
    assert "--extra s3" in image
    assert 'CMD ["run-backend"]' in image
    assert shutil.which("run-backend")


def test_each_service_that_stays_is_watched(compose: Json) -> None:
    staying = {name for name, it in compose["services"].items() if it.get("restart")}
    watched = {name for name, it in compose["services"].items() if it.get("healthcheck")}
    assert staying == watched == {"server", "minio"}
