"""MQTT_URL: what it says, and what is refused without repeating it."""

import pytest
from pydantic import SecretStr, ValidationError

from backend.integrations.home_assistant.broker import EXPECTED, Broker, HomeAssistantSettings


def broker(url: str) -> Broker:
    return Broker.of(SecretStr(url))


def test_address_and_login_are_read_and_ports_have_defaults() -> None:
    found = broker("mqtt://dol%20bom:p%40ss:word@192.168.0.5:1884")
    assert (found.host, found.port, found.user) == ("192.168.0.5", 1884, "dol bom")
    assert found.password_text() == "p@ss:word"
    assert found.tls_context() is None
    assert broker("mqtt://broker.local").port == 1883
    assert broker("mqtt://[::1]").host == "::1"
    assert broker("mqtt://broker.local/").password_text() is None


def test_encrypted_broker_must_show_a_certificate_that_is_good() -> None:
    found = broker("mqtts://broker.local")
    context = found.tls_context()
    assert found.port == 8883
    assert context is not None
    assert context.check_hostname


@pytest.mark.parametrize(
    "url",
    [
        "http://u:s3cret@broker",
        "mqtt://",
        "mqtt://u:s3cret@broker:port",
        "mqtt://u:s3cret@broker:0",
        "mqtt://u:s3cret@broker:70000",
        "mqtt://u:s3cret@broker/topic",
        "mqtt://u:s3cret@broker?x=1",
        "mqtt://u:s3cret@[broker",
        "broker:1883",
    ],
)
def test_wrong_url_is_refused_with_what_is_expected_and_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match=EXPECTED):
        broker(url)
    with pytest.raises(ValidationError) as error:
        HomeAssistantSettings(mqtt_url=SecretStr(url))
    assert "s3cret" not in str(error.value)
