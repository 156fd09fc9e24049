"""What can be set of talks with the assistant."""

from typing import Annotated

from pydantic import Field

from common import settings


class ChatSettings(settings.Settings):
    """How much each person may ask in a day."""

    chat_messages_a_day: Annotated[int, Field(ge=1, le=100_000)] = 200
    chat_tokens_a_day: Annotated[int, Field(ge=1000, le=1_000_000_000)] = 5_000_000
