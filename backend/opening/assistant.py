"""Opens the assistant, over the tools."""

from starlette.datastructures import State

from backend.access.keys import Caller
from backend.assistant.conversations import Conversations
from backend.assistant.service import AssistantService
from backend.assistant.usage import UsageMeter
from backend.bus import Bus
from backend.config import BackendSettings
from backend.errors import shorten
from backend.people.service import PeopleChanged
from backend.tools.errors import UnknownTool
from contract.language import Language
from contract.tools import ToolAnswer, ToolAsked, ToolInfo


class NoTools:
    """Where no room of tools is open: nothing can be called."""

    def tools(self, _language: Language) -> list[ToolInfo]:
        """None."""
        return []

    def ask(self, _caller: Caller, name: str, _asked: ToolAsked) -> ToolAnswer:
        """Raise UnknownTool."""
        raise UnknownTool(f"no such tool: {shorten(name)}")


def open_assistant(state: State, settings: BackendSettings, bus: Bus) -> None:
    """After the tools and the people."""
    conversations = Conversations(state.database)
    usage = UsageMeter(state.database, settings, state.people.zone)
    tools = getattr(state, "tools", NoTools())
    state.assistant = AssistantService(conversations, usage, tools, state.people)
    bus.subscribe(PeopleChanged, lambda _: conversations.erase_of_the_removed())
