"""Stand-ins for all three providers, and a server that asks them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testkit.asked_home import AskedHome, asked_home
from testkit.language_models.anthropic import AnthropicDialect
from testkit.language_models.base import LanguageModel
from testkit.language_models.gemini import GeminiDialect
from testkit.language_models.openai import OpenAIDialect

KEY_HEADERS = {
    "anthropic": "X-Anthropic-API-Key",
    "gemini": "X-Gemini-API-Key",
    "openai": "X-OpenAI-API-Key",
}

Models = dict[str, LanguageModel]
"""By their providers."""


@contextmanager
def three_models() -> Iterator[Models]:
    """One of each, which answers until the end."""
    made = {
        "anthropic": LanguageModel(AnthropicDialect()),
        "gemini": LanguageModel(GeminiDialect()),
        "openai": LanguageModel(OpenAIDialect()),
    }
    yield made
    for model in made.values():
        model.close()


@contextmanager
def home_that_asks(models: Models, folder: Path) -> Iterator[AskedHome]:
    """A server in this process whose providers these are."""
    urls = {f"{name}_base_url": model.url for name, model in models.items()}
    urls["openai_base_url"] += "/v1"
    with asked_home(folder, **urls) as home:
        yield home
