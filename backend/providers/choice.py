"""Which provider a request asks for, by the key that it brings."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

from backend.errors import InvalidInput
from backend.providers.anthropic import Anthropic
from backend.providers.base import Provider
from backend.providers.gemini import Gemini
from backend.providers.openai import OpenAI
from backend.providers.settings import ProviderSettings

LONGEST_KEY = 512
OPENAI_HOST = "api.openai.com"

KEY_HEADERS: Mapping[str, Callable[[ProviderSettings, SecretStr], Provider]] = {
    "X-Anthropic-API-Key": lambda its, key: Anthropic(
        its.anthropic_base_url, its.anthropic_model, key
    ),
    "X-Gemini-API-Key": lambda its, key: Gemini(its.gemini_base_url, its.gemini_model, key),
    "X-OpenAI-API-Key": lambda its, key: OpenAI(
        its.openai_base_url, its.openai_model, key, _title(its.openai_base_url)
    ),
}
KEY_PARAMETERS = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "A key of this provider, which then reads the message. It is not kept.",
    }
    for name in KEY_HEADERS
]
"""How the headers are described."""


def provider_of(headers: Mapping[str, str], settings: ProviderSettings) -> Provider | None:
    """The provider whose key is there; None without one. Raises InvalidInput, without the key."""
    named = [name for name in KEY_HEADERS if headers.get(name)]
    if len(named) > 1:
        raise InvalidInput(f"expected the key of one provider, found {' and '.join(named)}")
    if not named:
        return None
    key = headers[named[0]].strip()
    if not (key.isascii() and key.isprintable()) or " " in key or len(key) > LONGEST_KEY:
        raise InvalidInput(
            f"{named[0]}: expected at most {LONGEST_KEY} printable ASCII characters without blanks"
        )
    return KEY_HEADERS[named[0]](settings, SecretStr(key))


def _title(url: str) -> str:
    """What people are told: another server than OpenAI's is named by its host."""
    host = urlsplit(url).hostname or url
    return "OpenAI" if host == OPENAI_HOST else host
