"""Whose language models may be asked."""

from collections.abc import Mapping

PROVIDERS: Mapping[str, str] = {
    "X-Anthropic-API-Key": "Anthropic",
    "X-Gemini-API-Key": "Gemini",
    "X-OpenAI-API-Key": "OpenAI",
}
"""Their names, by the header that a key of theirs comes in."""
