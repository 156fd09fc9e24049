"""The server's settings, from an environment and a `.env` of the test's own."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.config import BackendSettings, WorkerSettings
from common.settings import describe

LONG = "s3cr3t-of-the-house"
SECRETS = (
    "KAKAO_ACCESS_TOKEN",
    "KAKAO_REFRESH_TOKEN",
    "KAKAO_REST_API_KEY",
    "KAKAO_CLIENT_SECRET",
    "API_KEY",
)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests gets in."""
    monkeypatch.chdir(tmp_path)
    for name in BackendSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("TZ", raising=False)


def refusal() -> str:
    with pytest.raises(ValidationError) as caught:
        BackendSettings()
    return describe(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("TZ", "Seoul", "expected an IANA time zone such as Asia/Seoul"),
        ("TZ", "../etc/passwd", "expected an IANA time zone"),
        ("TZ", "Asia", "expected an IANA time zone"),
        ("TZ", "/etc/localtime", "expected an IANA time zone"),
        ("ALERT_LINK_URL", "example.org", "expected a URL such as"),
        ("ALERT_LINK_URL", "ftp://example.org", "expected a URL such as"),
        ("ALERT_BUTTON_TITLE", "가" * 15, "at most 14 characters"),
        ("KAKAO_API_URL", "kapi.kakao.com", "expected a URL such as"),
        ("KAKAO_AUTH_URL", "https://", "expected a URL such as"),
        ("KAKAO_AUTH_URL", "https://a b", "expected a URL such as"),
        ("CAMERA_SILENT_AFTER", "2", "greater than or equal to 3"),
        ("WATCHDOG_PING_URL", "hc-ping.example/uuid", "expected a URL such as"),
        ("WATCHDOG_PING_URL", "ftp://hc-ping.example", "expected a URL such as"),
        ("ALLOW_WITHOUT_KEY", "perhaps", "valid boolean"),
        ("TRUSTED_PROXIES", "127.0.0.1, proxy", "item 2: expected an address or a network"),
        ("TRUSTED_PROXIES", "*", "item 1: expected an address or a network"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "item 1: expected an address or a network"),
        ("PUBLIC_HOSTS", "*", "item 1: expected a name such as"),
        ("PUBLIC_HOSTS", "a.example https://b.example/", "item 2: expected a name such as"),
        ("ALLOWED_ORIGINS", "page.example.org", "item 1: expected such as https://"),
        ("ALLOWED_ORIGINS", "https://a.example/path", "item 1: expected such as https://"),
        ("ALLOWED_ORIGINS", "https://a.example, https://", "item 2: expected such as https://"),
        ("EVENT_LOG_DAYS", "0", "greater than or equal to 1"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "expected a URL that begins with sqlite:///"),
        ("EVENT_LOG_MAX_MB", "0", "greater than or equal to 64"),
    ],
)
def test_wrong_setting_is_refused_with_its_name_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    message = refusal()
    assert message.startswith(f"{name}: ")
    assert allowed in message


def test_secret_is_in_no_message_and_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, f"s3cr3t-s3cr3t-{name}")
    monkeypatch.setenv("WATCHDOG_PING_URL", "https://hc-ping.example/s3cr3t")
    assert "s3cr3t" not in repr(BackendSettings())
    monkeypatch.setenv("TZ", "Mars")
    monkeypatch.setenv("KAKAO_API_URL", "https://user:s3cr3t pass@host")
    monkeypatch.setenv("WATCHDOG_PING_URL", "s3cr3t")
    with pytest.raises(ValidationError) as caught:
        BackendSettings()
    assert "s3cr3t" not in describe(caught.value) + str(caught.value)


@pytest.mark.parametrize(
    ("value", "labels"),
    [("fall", {"fall"}), (" fall ,stagger,", {"fall", "stagger"}), (",", set())],
)
def test_alert_events_are_a_list_with_commas(
    monkeypatch: pytest.MonkeyPatch, value: str, labels: set[str]
) -> None:
    monkeypatch.setenv("ALERT_EVENTS", value)
    assert BackendSettings().alert_events == labels


def test_empty_setting_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = BackendSettings()
    for name in [field.upper() for field in BackendSettings.model_fields] + ["TZ"]:
        monkeypatch.setenv(name, "")
    assert BackendSettings() == defaults
    assert (defaults.alert_events, defaults.alert_link_url) == (None, None)
    assert defaults.time_zone is None


def test_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["TZ=Europe/Berlin", "ALERT_BUTTON_TITLE=보기", "DATA_DIR=here", "SOMETHING_ELSE=1"]
    Path(".env").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("DATA_DIR", "there")
    settings = BackendSettings()
    assert str(settings.time_zone) == "Europe/Berlin"
    assert settings.alert_button_title == "보기"
    assert settings.data_dir == Path("there")


def test_base_url_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKAO_API_URL", "http://127.0.0.1:8100/")
    assert BackendSettings().kakao_api_url == "http://127.0.0.1:8100"


def test_cameras_have_keys_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", f"{LONG}-0")
    monkeypatch.setenv("CAMERA_KEYS", f" 거실 = {LONG}-1== , bedroom={LONG}-2,")
    settings = BackendSettings()
    keys = {camera: key.get_secret_value() for camera, key in settings.camera_keys.items()}
    assert keys == {"거실": f"{LONG}-1==", "bedroom": f"{LONG}-2"}
    assert "s3cr3t" not in repr(settings)


@pytest.mark.parametrize("others", [LONG, f"{LONG}-1", "short"])
def test_key_of_the_figures_opens_nothing_else(
    monkeypatch: pytest.MonkeyPatch, others: str
) -> None:
    monkeypatch.setenv("API_KEY", LONG)
    monkeypatch.setenv("CAMERA_KEYS", f"hall={LONG}-1")
    monkeypatch.setenv("METRICS_KEY", others)
    message = refusal()
    assert message.startswith("METRICS_KEY: ")
    assert others not in message
    monkeypatch.setenv("METRICS_KEY", f"{LONG}-2")
    assert BackendSettings().metrics_key


@pytest.mark.parametrize(
    ("api_key", "value", "expected"),
    [
        (LONG, f"{LONG}-1", "entry 1 of 1: expected CAMERA_ID=KEY"),
        (LONG, f"hall={LONG}-1,={LONG}-2", "entry 2 of 2: expected CAMERA_ID=KEY"),
        (LONG, f"{LONG}-1=", "entry 1 of 1: expected CAMERA_ID=KEY"),
        (LONG, f"server={LONG}-1", "entry 1 of 1: CAMERA_ID=KEY: "),
        (LONG, f"hall={LONG}-열쇠", "printable ASCII characters without blanks"),
        (LONG, f"hall={LONG} {LONG}", "printable ASCII characters without blanks"),
        (LONG, f"hall={LONG}-1,hall={LONG}-2", "entry 2 of 2: expected one key per camera"),
        (LONG, f"hall={LONG}-1,bedroom={LONG}-1", "a key of its own for each camera"),
        (LONG, f"hall={LONG}", "none of them API_KEY"),
        ("", f"hall={LONG}-1", "expected an API_KEY too"),
        (LONG, "hall=s3cr3t-15-chars", "entry 1 of 1: CAMERA_ID=KEY: expected a key of 16"),
        *(
            (LONG, f"hall={LONG}-1{separator}bed={LONG}-2", "entry 1 of 1: ")
            for separator in (";", "; ", "|", " ", "/", "&", "\n", ":")
        ),
        (LONG, f"{{hall={LONG}-1}}", "entry 1 of 1: expected CAMERA_ID=KEY"),
        (LONG, f'{{"hall": "{LONG}-1"}}', "entry 1 of 1: expected CAMERA_ID=KEY"),
        (LONG, f'{{"hall": "{LONG}-1="}}', "entry 1 of 1: expected CAMERA_ID=KEY"),
        (LONG, f"“hall”={LONG}-1", "entry 1 of 1: expected CAMERA_ID=KEY"),
        (LONG, f"[hall={LONG}-1,bed={LONG}-2]", "entry 1 of 2: expected CAMERA_ID=KEY"),
        (LONG, " , ", "expected CAMERA_ID=KEY"),
    ],
)
def test_wrong_camera_key_is_reported_without_its_text(
    monkeypatch: pytest.MonkeyPatch, api_key: str, value: str, expected: str
) -> None:
    monkeypatch.setenv("API_KEY", api_key)
    monkeypatch.setenv("CAMERA_KEYS", value)
    message = refusal()
    assert message.startswith("CAMERA_KEYS: ")
    assert expected in message
    assert "s3cr3t" not in message


def test_addresses_are_a_list_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_URLS", "ntfys://s3cr3t\n json://s3cr3t.test")
    settings = BackendSettings()
    assert len(settings.alert_urls) == 2
    assert "s3cr3t" not in repr(settings)


def test_what_stands_around_the_server_is_read_as_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1,172.17.0.0/16  fd00::/8")
    monkeypatch.setenv("PUBLIC_HOSTS", "Care.example.org, nas.local:8443")
    monkeypatch.setenv("ALLOWED_ORIGINS", "HTTPS://Page.example.org/,http://192.168.0.20:3000 null")
    settings = BackendSettings()
    proxies = [str(network) for network in settings.trusted_proxies]
    assert proxies == ["127.0.0.1/32", "172.17.0.0/16", "fd00::/8"]
    assert settings.public_hosts == {"care.example.org", "nas.local"}
    assert settings.allowed_origins == {
        "https://page.example.org",
        "http://192.168.0.20:3000",
        "null",
    }
    assert not settings.allow_without_key


def test_what_stands_around_the_server_is_known_as_it_is_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "::ffff:127.0.0.1")
    monkeypatch.setenv("ALLOWED_ORIGINS", "http://a:80 https://b:443/ http://c:443 http://d:8080")
    settings = BackendSettings()
    assert [str(network) for network in settings.trusted_proxies] == ["127.0.0.1/32"]
    assert settings.allowed_origins == {"http://a", "https://b", "http://c:443", "http://d:8080"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_HOSTS", '"care.example.org",nas.local'),
        ("PUBLIC_HOSTS", "care.example.org;nas.local"),
        ("ALLOWED_ORIGINS", "http://“page.example.org”"),
        ("ALLOWED_ORIGINS", "http://page.example.org;http://b"),
        ("WATCHDOG_PING_URL", "https://hc.example/ping/<UUID>"),
        ("WATCHDOG_PING_URL", "https://hc.example/ping/{uuid}"),
        ("ALERT_LINK_URL", "http://<IP>:8000"),
        ("ALERT_BUTTON_TITLE", "   "),
        ("DATA_DIR", "$HOME/dolbom"),
        ("DATA_DIR", "${HOME}/dolbom"),
        ("DATA_DIR", "%h/dolbom"),
    ],
)
def test_value_that_would_mean_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    message = refusal()
    assert message.startswith(f"{name}: ")
    assert value not in message


@pytest.mark.parametrize("name", [*SECRETS, "CAMERA_KEYS", "ALERT_URLS", "WATCHDOG_PING_URL"])
def test_secret_of_blanks_alone_is_refused_and_counts_as_set(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "   ")
    assert refusal().startswith(f"{name}: expected ")


@pytest.mark.parametrize(
    "key",
    ["a", "fifteen-letters", f" {LONG}", f"{LONG} ", f"{LONG} {LONG}", f"{LONG}\t", "열쇠" * 9],
)
def test_household_s_key_has_16_characters_and_no_blank(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("API_KEY", key)
    assert refusal().startswith("API_KEY: expected ")
    monkeypatch.setenv("API_KEY", "sixteen-letters!")
    assert BackendSettings().api_key


@pytest.mark.parametrize(
    "name", ["WATCHDOG_PING_URL", "ALERT_LINK_URL", "KAKAO_API_URL", "VISION_URL"]
)
@pytest.mark.parametrize("behind", ["   # the check", " #the-check", " x"])
def test_what_an_environment_file_takes_for_a_part_of_an_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, behind: str
) -> None:
    monkeypatch.setenv(name, f"http://192.0.2.1/ping/uuid{behind}")
    assert refusal().startswith(f"{name}: expected ")


def test_queues_of_a_worker_are_named_with_how_many_jobs_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert WorkerSettings().worker_queues == {"usual": 1, "gpu": 1, "io": 1, "ml": 1}
    monkeypatch.setenv("WORKER_QUEUES", "usual:4, gpu:1")
    assert WorkerSettings().worker_queues == {"usual": 4, "gpu": 1}


@pytest.mark.parametrize("value", ["usual", "usual:0", "usual:1,usual:2", ",", "GPU:1", "a:b:1"])
def test_queues_that_are_written_wrongly_are_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKER_QUEUES", value)
    with pytest.raises(ValidationError) as caught:
        WorkerSettings()
    assert "expected QUEUE:JOBS" in describe(caught.value)


def test_trackers_are_a_list_with_commas_of_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert WorkerSettings().observability_backends == {"database"}
    monkeypatch.setenv("OBSERVABILITY_BACKENDS", "database, mlflow,wandb")
    assert WorkerSettings().observability_backends == {"database", "mlflow", "wandb"}
    monkeypatch.setenv("OBSERVABILITY_BACKENDS", "mlflow,neptune")
    with pytest.raises(ValidationError) as caught:
        WorkerSettings()
    assert "expected some of clearml,database,mlflow,wandb" in describe(caught.value)


@pytest.mark.parametrize("value", ["data/both", "file:both", "file:///", "s3://", "s3://A b"])
def test_record_store_is_a_bucket_or_a_whole_path(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORD_STORE", value)
    with pytest.raises(ValidationError) as caught:
        BackendSettings()
    assert "expected s3:// and the name of a bucket, or file:// and a whole path" in describe(
        caught.value
    )
