"""docs/tools.md says what the tools say of themselves."""

from testkit.tool_reference import COMMAND, PAGE, tool_reference


def test_page_is_what_the_tools_say_of_themselves() -> None:
    assert PAGE.read_text(encoding="utf-8") == tool_reference(), f"write it again: {COMMAND}"
