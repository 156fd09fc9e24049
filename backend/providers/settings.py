"""What can be set of the assistant: which models are asked, and where."""

from typing import Annotated

from pydantic import Field

from common import settings
from common.settings import BaseUrl

ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\w.:/@-]+$")]


class ProviderSettings(settings.Settings):
    """Of three kinds of providers; their keys come with each request."""

    anthropic_base_url: BaseUrl = "https://api.anthropic.com"
    anthropic_model: ModelName = "claude-haiku-5-5"
    gemini_base_url: BaseUrl = "https://generativelanguage.googleapis.com"
    gemini_model: ModelName = "gemini-3.5-flash-lite"
    openai_base_url: BaseUrl = "https://api.openai.com/v1"
    openai_model: ModelName = "gpt-5.6-luna"
