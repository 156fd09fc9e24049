"""The compose files are valid, keep their containers in, and name only what is there.

What docker does with them was tried by hand: docs/containers.md.
"""

import ipaddress
import json
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from agent.config import AgentSettings
from backend.config import BackendSettings, WorkerSettings
from backend.media.settings import MediaSettings
from backend.media.signing import PUT_FOLDER
from backend.people.setup_code import SETUP_PATH
from backend.training.carrier import TrainingCarrier
from common.settings import IN_FILE, Settings
from contract.media import MAX_IMAGE_BYTES

Json = dict[str, Any]

HOME, MANY = "compose.yaml", "compose.many.yaml"
EXAMPLES = {HOME: "compose.env.example", MANY: "compose.many.env.example"}
OUR_IMAGES: dict[str, type[Settings]] = {
    "dolbom-server": BackendSettings,
    "dolbom-camera": AgentSettings,
    "dolbom-worker": WorkerSettings,
}
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<sign>[-?])(?P<rest>[^}]*))?\}")


def interpolated(text: str, given: dict[str, str]) -> str:
    """`text` with its variables replaced, as compose does it; raises KeyError for a missing one."""

    def value(found: re.Match[str]) -> str:
        if found["name"] is None:
            return "$"
        if found["sign"] == "-":
            return given.get(found["name"]) or found["rest"]
        return given[found["name"]]

    return VARIABLE.sub(value, text)


def settings_of(example: str) -> dict[str, str]:
    """What an example sets once its comments are lifted."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", example, re.MULTILINE))


@pytest.fixture
def deploy(repository: Path) -> Path:
    return repository / "deploy"


@pytest.fixture(params=[HOME, MANY])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def parsed(deploy: Path, name: str, *, is_bare: bool = False) -> Json:
    """The file with what its example sets; `is_bare`: only with what that sets uncommented."""
    example = (deploy / EXAMPLES[name]).read_text(encoding="utf-8")
    if is_bare:
        example = re.sub("^#.*", "", example, flags=re.MULTILINE)
    text = interpolated((deploy / name).read_text(encoding="utf-8"), settings_of(example))
    found: Json = yaml.safe_load(text)
    return found


@pytest.fixture
def compose(deploy: Path, name: str) -> Json:
    return parsed(deploy, name)


def services(compose: Json) -> list[tuple[str, Json]]:
    return list(compose["services"].items())


def ours(compose: Json) -> list[tuple[str, Json, type[Settings]]]:
    """The services that run an image of this project, with the settings that it reads."""
    found = ((n, it, it["image"].partition(":")[0]) for n, it in services(compose))
    return [(n, it, OUR_IMAGES[image]) for n, it, image in found if image in OUR_IMAGES]


def validate(deploy: Path, name: str, right: str = "", wrong: str = "") -> None:
    """Raises ValueError where the file, with `wrong` in place of `right`, is no compose file."""
    text = (deploy / name).read_text(encoding="utf-8")
    assert right in text
    given = settings_of((deploy / EXAMPLES[name]).read_text(encoding="utf-8"))
    text = interpolated(text.replace(right, wrong) if right else text, given)
    PyCompose.from_json(json.dumps(yaml.safe_load(text))).validate()


def test_file_is_valid_and_names_networks_volumes_and_secrets_that_it_has(
    deploy: Path, name: str
) -> None:
    validate(deploy, name)


def test_each_volume_is_one_of_the_file_or_a_path(compose: Json) -> None:
    named = {
        it.partition(":")[0] for _, each in services(compose) for it in each.get("volumes", [])
    }
    assert {it for it in named if not it.startswith(".")} == set(compose["volumes"])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("read_only: true", "readonly: true"),
        ("service_healthy", "service_well"),
        ("stop_grace_period: 15s", "stop_grace_period: soon"),
        ("networks: [data]", "networks: [date]"),
        ("      - &access access:", "      - &access acces:"),
        ("secrets: [database-url]", "secrets: [database-url-three]"),
    ],
)
def test_control_a_wrong_file_is_refused(deploy: Path, right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        validate(deploy, MANY, right, wrong)


def test_each_container_is_kept_in(compose: Json) -> None:
    for name, service in services(compose):
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert {"mem_limit", "pids_limit", "logging"} <= set(service), name


def test_only_caddy_has_a_right_of_root_s(compose: Json) -> None:
    rights = {name: it["cap_add"] for name, it in services(compose) if "cap_add" in it}
    assert rights == {"caddy": ["NET_BIND_SERVICE"]}


def test_what_stays_is_started_again_and_asked_whether_it_is_well(compose: Json) -> None:
    for name, service in services(compose):
        is_once = service["restart"] == "no"
        assert is_once or service["restart"] == "unless-stopped", name
        is_asked = "test" in service.get("healthcheck", {})
        has_its_own = service["image"].startswith(("dolbom-server:", "dolbom-camera:"))
        is_worker = service.get("command", [""])[0] == "run-worker"
        assert is_once or is_asked or has_its_own or is_worker, name


def test_who_is_waited_for_says_when(compose: Json) -> None:
    for name, service in services(compose):
        for other, how in service.get("depends_on", {}).items():
            awaited = compose["services"][other]
            ends = how["condition"] == "service_completed_successfully"
            assert ends == (awaited["restart"] == "no"), (name, other)
            assert ends or not awaited.get("healthcheck", {}).get("disable"), (name, other)


def test_images_have_versions_and_ours_that_of_the_project(compose: Json, deploy: Path) -> None:
    project = tomllib.loads((deploy.parent / "pyproject.toml").read_text(encoding="utf-8"))
    for name, service in services(compose):
        image, _, version = service["image"].rpartition(":")
        assert image or name in {"minio", "bucket"}, name
        assert version != "latest", name
    for name, service, _ in ours(compose):
        assert service["image"].endswith(f":{project['project']['version']}"), name


@pytest.mark.parametrize("is_bare", [True, False])
def test_variables_are_settings_with_good_values(
    deploy: Path, name: str, monkeypatch: pytest.MonkeyPatch, *, is_bare: bool
) -> None:
    for service_name, service, settings in ours(parsed(deploy, name, is_bare=is_bare)):
        given = service.get("environment", {})
        known = {*settings.names(), *(f"{it}{IN_FILE}" for it in settings.secrets())}
        assert set(given) <= known, service_name
        assert not set(given) & set(settings.secrets()), service_name
        with monkeypatch.context() as environment:
            for variable, value in given.items():
                if not variable.endswith(IN_FILE):
                    environment.setenv(variable, value or "")
            settings(_env_file=None)


def test_each_secret_is_given_to_who_reads_it(compose: Json) -> None:
    for name, service in services(compose):
        text = str([service.get(key) for key in ("environment", "command", "healthcheck")])
        read = set(re.findall(r"/run/secrets/([\w-]+)", text))
        assert read <= set(service.get("secrets", [])), name


def test_each_file_that_is_named_is_there(compose: Json, deploy: Path) -> None:
    for name, service in services(compose):
        sources = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        for source in sources:
            assert not source.startswith(".") or (deploy / source).exists(), (name, source)
        if build := service.get("build"):
            assert (deploy / build["context"] / build["dockerfile"]).is_file(), name


def test_commands_are_those_of_the_project(compose: Json) -> None:
    for name, service, _ in ours(compose):
        if command := service.get("command"):
            assert shutil.which(command[0]), name


def test_proxy_that_is_believed_is_caddy_at_an_address_that_stays(compose: Json) -> None:
    caddy = compose["services"]["caddy"]["networks"]["front"]["ipv4_address"]
    (pool,) = compose["networks"]["front"]["ipam"]["config"]
    assert ipaddress.ip_address(caddy) in ipaddress.ip_network(pool["subnet"])
    assert ipaddress.ip_address(caddy) not in ipaddress.ip_network(pool["ip_range"])
    believed = [it["environment"].get("TRUSTED_PROXIES") for _, it, _ in ours(compose)]
    assert {it for it in believed if it} == {caddy}


def test_example_sets_what_the_file_asks_and_nothing_else(deploy: Path, name: str) -> None:
    text = (deploy / name).read_text(encoding="utf-8")
    asked = {found["name"] for found in VARIABLE.finditer(text)} - {None, "BACKEND_BASE_URL"}
    example = settings_of((deploy / EXAMPLES[name]).read_text(encoding="utf-8"))
    assert set(example) - {"COMPOSE_PROFILES"} == asked


def test_profiles_of_the_example_are_those_of_the_file(deploy: Path) -> None:
    compose = parsed(deploy, HOME)
    profiles = {it for _, service in services(compose) for it in service.get("profiles", [])}
    example = (deploy / EXAMPLES[HOME]).read_text(encoding="utf-8")
    named = re.findall(r"^# (\w+): ", example, re.MULTILINE)
    assert {"camera", "mosquitto", "ntfy", "minio"} == set(named)
    assert profiles == {*named, "worker"}


def test_bucket_that_is_made_is_the_server_s(deploy: Path) -> None:
    compose = parsed(deploy, HOME)
    url = compose["services"]["server"]["environment"]["STORAGE_URL"]
    bucket = MediaSettings(_env_file=None, storage_url=url).bucket
    assert compose["services"]["bucket"]["command"][0].endswith(f" store/{bucket}")


def test_server_worker_and_store_have_the_same_keys(deploy: Path) -> None:
    found = parsed(deploy, HOME)["services"]
    server, worker, minio = (found[it]["environment"] for it in ("server", "worker", "minio"))
    assert server["S3_ACCESS_KEY_FILE"] == minio["MINIO_ROOT_USER_FILE"]
    assert server["S3_SECRET_KEY_FILE"] == minio["MINIO_ROOT_PASSWORD_FILE"]
    assert worker.items() <= server.items()


def test_servers_share_all_but_their_log(deploy: Path) -> None:
    compose = parsed(deploy, MANY)
    one, two = (it for name, it in services(compose) if name.startswith("server-"))
    assert one["environment"] == two["environment"]
    (own, *shared), (other, *same) = one["volumes"], two["volumes"]
    assert shared == same
    assert own.endswith(":/var/lib/dolbom")
    assert own != other
    (record,) = set(one["volumes"]) - set(compose["services"]["worker"]["volumes"])
    assert record == "record:/var/lib/dolbom-record"
    assert one["environment"]["RECORD_STORE"].endswith(":///var/lib/dolbom-record")
    migration = compose["services"]["migrate"]["environment"]
    assert migration.items() <= one["environment"].items()


def test_whoever_reads_pictures_reads_them_by_one_key(deploy: Path) -> None:
    found = ours(parsed(deploy, MANY))
    readers = [it for _, it, _ in found if any("/media" in path for path in it.get("volumes", []))]
    keys = {it["environment"]["MEDIA_KEY_FILE"] for it in readers}
    assert (len(readers), len(keys)) == (3, 1)


def test_folder_of_each_volume_is_the_user_s_in_the_image(deploy: Path) -> None:
    one = parsed(deploy, MANY)["services"]["server-one"]
    folders = {volume.partition(":")[2] for volume in one["volumes"]}
    made = (deploy / "server.Dockerfile").read_text(encoding="utf-8")
    (installed,) = re.findall(r"RUN install (.*?)\nENV", made, re.DOTALL)
    assert folders == set(re.findall(r"/var/\S+", installed))


def test_each_server_is_led_to_and_measured(deploy: Path) -> None:
    names = [f"{it}:8000" for it, _ in services(parsed(deploy, MANY)) if it.startswith("server-")]
    caddy = (deploy / "Caddyfile.many").read_text(encoding="utf-8")
    assert re.findall(r"reverse_proxy ((?:\S+:8000 ?)+)", caddy)[0].split() == names
    prometheus = (deploy / "prometheus" / "prometheus.many.yml").read_text(encoding="utf-8")
    assert re.findall(r'"(\S+:8000)"', prometheus) == names


@pytest.mark.parametrize("name", ["Caddyfile", "Caddyfile.many"])
def test_proxy_lets_pictures_through(deploy: Path, name: str) -> None:
    caddy = (deploy / name).read_text(encoding="utf-8")
    (most,) = re.findall(rf"request_body {PUT_FOLDER}\* {{\s+max_size (\d+)MiB\s+}}", caddy)
    assert int(most) << 20 >= MAX_IMAGE_BYTES
    assert f"@others not path {PUT_FOLDER}*" in caddy
    assert "request_body @others {" in caddy


def test_set_up_is_led_to_the_server_whose_code_the_docs_name(deploy: Path) -> None:
    caddy = (deploy / "Caddyfile.many").read_text(encoding="utf-8")
    first = re.findall(rf"reverse_proxy {SETUP_PATH}\* (\S+):8000 .*{{\s+lb_policy first", caddy)
    docs = (deploy.parent / "docs" / "containers.md").read_text(encoding="utf-8")
    assert re.findall(r"compose.many.yaml logs (\S+) \| grep 'set up", docs) == first
    assert len(first) == 1


def test_worker_has_what_its_jobs_need(compose: Json, deploy: Path) -> None:
    project = tomllib.loads((deploy.parent / "pyproject.toml").read_text(encoding="utf-8"))
    worker = compose["services"]["worker"]["build"]["args"]
    groups = re.findall(r"--group (\w+)", worker["INSTALLED"])
    lines = [line for it in groups for line in project["dependency-groups"][it]]
    lines += project["project"]["dependencies"]
    installed = {re.split(r"[<>=\[]", it)[0] for it in lines}
    installed |= {"torch"} if worker["TORCH"] else set()
    distributions = packages_distributions()
    for module in TrainingCarrier.modules:
        assert not installed.isdisjoint(distributions[module]), module


def test_secrets_are_made_once_and_are_all_that_the_files_name(
    deploy: Path, tmp_path: Path
) -> None:
    script = shutil.copy(deploy / "make-secrets", tmp_path)
    said = subprocess.run([script], capture_output=True, text=True, check=True).stdout
    folder = tmp_path / "secrets"
    made = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert [f"made secrets/{name}" for name in sorted(made)] == sorted(said.splitlines())
    named = {it["file"] for file in (HOME, MANY) for it in parsed(deploy, file)["secrets"].values()}
    assert {f"secrets/{name}" for name in made} == named
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}
    (folder / "mqtt-password").unlink()
    again = subprocess.run([script], capture_output=True, text=True, check=True).stdout
    assert again == "made secrets/mqtt-password\n"


def test_secrets_that_are_made_are_good_settings(deploy: Path, tmp_path: Path) -> None:
    subprocess.run([shutil.copy(deploy / "make-secrets", tmp_path)], check=True)
    for file in (HOME, MANY):
        for name, service, settings in ours(parsed(deploy, file)):
            given = {
                variable.removesuffix(IN_FILE).lower(): tmp_path / "secrets" / Path(value).name
                for variable, value in service.get("environment", {}).items()
                if variable.endswith(IN_FILE)
            }
            values = {it: path.read_text(encoding="utf-8") for it, path in given.items()}
            assert all(values.values()), name
            settings(_env_file=None, **values)
