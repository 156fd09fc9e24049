"""What stands in the server's environment, which wins over what the pages set."""

from collections.abc import Iterator

from backend.config import BackendSettings
from backend.web.marks import N_

SHOWN = ("public_url", "time_zone", "alert_events", "alert_link_url", "camera_silent_after")
HIDDEN = (
    "alert_urls",
    "kakao_access_token",
    "kakao_refresh_token",
    "kakao_rest_api_key",
    "kakao_client_secret",
)
SET = N_("set")


def environment_of(settings: BackendSettings) -> tuple[tuple[str, str], ...]:
    """Names and values that are set there, without a secret: of those only that they are."""
    return tuple(_found(settings))


def _found(settings: BackendSettings) -> Iterator[tuple[str, str]]:
    fields = type(settings).model_fields
    for name in sorted((*SHOWN, *HIDDEN, "camera_keys")):
        value = getattr(settings, name)
        if name not in settings.model_fields_set or not value:
            continue
        shown = SET if name in HIDDEN else str(value)
        if name == "camera_keys":
            shown = ", ".join(sorted(value))
        yield str(fields[name].validation_alias or name).upper(), shown
