"""What a person is told where a provider has not answered."""

from backend.assistant.errors import ProviderKeyRefused, ProviderRefused, ProviderUnavailable
from backend.assistant.words import Words
from backend.errors import ApiError
from backend.providers.base import Failure, Provider, ProviderFailed


def failure_of(failed: ProviderFailed, provider: Provider, words: Words) -> ApiError:
    """A plain sentence, without anything of the key or of what was sent."""
    said = words.failures[failed.failure].format(provider=provider.title)
    if failed.failure is Failure.KEY:
        return ProviderKeyRefused(said)
    if failed.failure is Failure.REFUSED:
        return ProviderRefused(said)
    return ProviderUnavailable(said, failed.retry_after)
