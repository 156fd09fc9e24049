"""Signatures as Standard Webhooks has them."""

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from backend.integrations.webhooks.settings import WebhookSettings
from backend.integrations.webhooks.signing import EXPECTED, Signer

SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


def test_example_of_the_specification_has_its_signature() -> None:
    headers = Signer.of(SECRET).headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', 1_614_265_330.7
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_own_key_is_made_once(tmp_path: Path) -> None:
    assert Signer.own(tmp_path) == Signer.own(tmp_path)
    assert Signer.own(tmp_path / "other") != Signer.own(tmp_path)
    assert len(Signer.own(tmp_path).key) == 32


@pytest.mark.parametrize(
    "secret",
    ["s3cret", "whsec_s3cret!", "whsec_czNjcmV0", base64.b64encode(b"s3cret" * 6).decode()],
)
def test_wrong_secret_is_refused_without_it(secret: str) -> None:
    with pytest.raises(ValueError, match=EXPECTED):
        Signer.of(SecretStr(secret))
    with pytest.raises(ValidationError) as error:
        WebhookSettings(webhook_secret=SecretStr(secret))
    assert secret not in str(error.value)


def test_addresses_are_read_and_a_wrong_one_is_not_repeated() -> None:
    given = "http://192.168.0.7:8080/x?key=s3cret, https://b.example"
    read = WebhookSettings.model_validate({"webhook_urls": given}).webhook_urls
    assert [it.get_secret_value() for it in read] == [
        "http://192.168.0.7:8080/x?key=s3cret", "https://b.example/",
    ]  # fmt: skip
    for wrong in ("ftp://s3cret", "http://a,s3cret"):
        with pytest.raises(ValidationError) as error:
            WebhookSettings.model_validate({"webhook_urls": wrong})
        assert "s3cret" not in str(error.value)
