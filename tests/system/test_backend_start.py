"""How the server starts, and how it says that it cannot."""

from typing import Any

import httpx2 as httpx
import pytest


def test_port_in_use_is_one_plain_line_and_touches_no_data(
    common_server: Any, command: Any
) -> None:
    status, said = command.run(
        "run-backend",
        "--host",
        "127.0.0.1",
        "--port",
        str(common_server.port),
        DATA_DIR="elsewhere",
    )
    assert status == 1
    assert said.startswith("cannot listen: Address already in use")
    assert said.count("\n") == 1
    assert not (command.parts[-1].log.parent / "elsewhere").exists()


def test_second_server_on_the_same_data_does_not_start(common_server: Any, command: Any) -> None:
    status, said = command.run("run-backend", "--port", "0", **common_server.settings)
    assert status == 1
    assert "another server writes here" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert common_server.health()["log"]["status"] == "ok"


def test_data_dir_that_cannot_be_made_is_one_plain_line(command: Any) -> None:
    status, said = command.run("run-backend", "--port", "0", DATA_DIR="/dev/null/data")
    assert status == 1
    assert said.splitlines()[-1].startswith("cannot use DATA_DIR /dev/null/data: ")
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["run-backend", "run-backend-dev"])
def test_wrong_setting_stops_the_start_with_its_name(command: Any, name: str) -> None:
    secret = "s3cr3t-tok3n"
    status, said = command.run(
        name, "--port", "0", TZ="Mars", ALERT_BUTTON_TITLE="가" * 15, KAKAO_ACCESS_TOKEN=secret
    )
    assert status == 2
    assert said.splitlines() == [
        "wrong setting: ALERT_BUTTON_TITLE: String should have at most 14 characters; "
        "TZ: expected an IANA time zone such as Asia/Seoul"
    ]


@pytest.mark.parametrize("name", ["run-backend", "run-backend-dev", "run-vision"])
def test_help_names_the_options(command: Any, name: str) -> None:
    status, said = command.run(name, "-h")
    assert status == 0
    assert "--host" in said
    assert "--port" in said


def test_key_is_asked_for_over_http_and_health_is_open(server_factory: Any) -> None:
    server = server_factory(API_KEY="key-of-the-house")
    assert server.recent() == []
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        assert stranger.get("/health").status_code == 200
        refusal = stranger.get("/event/recent")
    assert (refusal.status_code, refusal.json()["code"]) == (401, "unauthorized")
    assert "key-of-the-house" not in refusal.text + server.log()
