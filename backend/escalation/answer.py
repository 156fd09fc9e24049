"""What a person may say of an incident."""

from enum import StrEnum


class Answer(StrEnum):
    """To an alert; each is a notice to the others too."""

    GOING = "going"
    CALLED_119 = "called_119"
    ALL_WELL = "all_well"
    """It was a false alarm, or the person is well again: the incident is over."""


RESOLVED = "resolved"
"""Stands among the answers for: it is over."""


class Way(StrEnum):
    """How an answer came."""

    PAGE = "page"
    LINK = "link"
    PUSH = "push"
    API = "api"
    HOME_ASSISTANT = "home_assistant"


class Verdict(StrEnum):
    """What an incident was, as a person says."""

    FALL = "fall"
    FALSE_ALARM = "false_alarm"
    TEST = "test"
    NOT_SURE = "not_sure"
