"""The tools of one caller."""

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.assistant.cache import GivenCall
from backend.assistant.toolbox import Toolbox
from backend.providers.talk import WantedCall
from testkit.households import HOME
from testkit.scripted_talk import on
from testkit.some_tools import SomeTools

CALLER = Caller("somebody", HOME, role=Role.VIEWER)


def test_answer_is_the_same_of_newer_data_and_in_other_last_digits_and_no_other() -> None:
    tools = SomeTools(rows=[("거실", 0.3)])
    toolbox = Toolbox(tools, CALLER, "ko")
    answer = toolbox.ask(WantedCall("1", "count_by", on("incidents", column="place")))
    tools.rows, tools.version = [("거실", 0.1 + 0.2)], "v2"
    assert toolbox.ask_again(GivenCall.of("1", answer))
    tools.rows = [("거실", 0.300001)]
    assert not toolbox.ask_again(GivenCall.of("1", answer))
    tools.rows = [("거실", 0.3), ("침실", 0.0)]
    assert not toolbox.ask_again(GivenCall.of("1", answer))
