"""What the page of a training knows of providers."""

from backend.providers.choice import KEY_HEADERS
from backend.web.provider_names import PROVIDERS


def test_page_names_each_provider_that_a_key_can_be_of() -> None:
    assert PROVIDERS.keys() == KEY_HEADERS.keys()
