"""Opens the assistant, over the tools."""

from starlette.datastructures import State

from backend.assistant.conversations import Conversations
from backend.assistant.service import AssistantService
from backend.assistant.usage import UsageMeter
from backend.bus import Bus
from backend.config import BackendSettings
from backend.people.service import PeopleChanged


def open_assistant(state: State, settings: BackendSettings, bus: Bus) -> None:
    """After the tools and the people."""
    conversations = Conversations(state.database)
    usage = UsageMeter(state.database, settings, state.people.zone)
    state.assistant = AssistantService(conversations, usage, state.tools, state.people)
    bus.subscribe(PeopleChanged, lambda _: conversations.erase_of_the_removed())
