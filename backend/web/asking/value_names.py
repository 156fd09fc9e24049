"""Words that stand in cells, and units."""

from collections.abc import Mapping

from backend.web.marks import N_

VALUE_NAMES: Mapping[str, str] = {
    "fall": N_("a fall"),
    "on_floor": N_("on the floor"),
    "false_alarm": N_("a false alarm"),
    "not_sure": N_("not sure"),
    "unjudged": N_("nobody has said what it was"),
    "test": N_("a test"),
    "going": N_("I am going"),
    "called_119": N_("I have called 119"),
    "all_well": N_("All is well"),
    "resolved": N_("It was over"),
    "unanswered": N_("Not answered"),
    "active": N_("active"),
    "still": N_("in sight, still"),
    "lying": N_("lying"),
    "nobody": N_("nobody in sight"),
    "blind": N_("the camera saw nothing"),
    "silent": N_("no word of the camera box"),
    "incident": N_("an incident"),
    "number": N_("number"),
    "text": N_("text"),
    "yes_no": N_("yes or no"),
    "day": N_("day"),
    "time": N_("day and time"),
    "row": N_("row"),
}
UNITS: Mapping[str, str] = {
    "h": N_("h"),
    "min": N_("min"),
    "s": N_("s"),
    "%": N_("%"),
    "body lengths/s": N_("body lengths/s"),
    "body lengths": N_("body lengths"),
}
