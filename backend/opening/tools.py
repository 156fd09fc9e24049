"""Opens the tools, over the tables that they are asked of."""

from starlette.datastructures import State

from backend.access.keys import Caller
from backend.people.service import PeopleService
from backend.tools.service import ToolService
from backend.tools.tables import Tables
from contract.language import Language

USUAL_LANGUAGE: Language = "ko"


def open_tools(state: State) -> None:
    """After the record and the data sets."""
    people: PeopleService = state.people

    def language(caller: Caller) -> Language:
        if caller.person_id is not None and (person := people.person(caller.person_id)):
            return person.language
        household = people.household(caller.household_id)
        return household.language if household else USUAL_LANGUAGE

    tables = Tables(state.record, state.dataset_tables, people.zone)
    state.tools = ToolService(tables, language)
