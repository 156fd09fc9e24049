"""What can be set of webhooks."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_settings import NoDecode

from backend.integrations.webhooks.signing import Signer
from common import settings
from common.settings import WEB_URL


def _urls(value: object) -> object:
    if not isinstance(value, str):
        return value
    given = value.replace(",", " ").split()
    try:
        return tuple(SecretStr(str(WEB_URL.validate_python(url))) for url in given)
    except ValidationError:
        # An address may hold a secret: it is not repeated.
        raise ValueError(
            "expected addresses such as http://192.168.0.7:8080/dolbom, commas between"
        ) from None


def _secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        Signer.of(value)
    return value


class WebhookSettings(settings.Settings):
    """Each address hears of everything."""

    webhook_urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_urls), NoDecode] = ()
    webhook_secret: Annotated[SecretStr | None, AfterValidator(_secret)] = None
