"""/settings: the household, and how long an alert waits for each step."""

from typing import Any

from fastapi import Request, Response

from backend.errors import ApiError, InvalidInput
from backend.http.bodies import Body
from backend.people.errors import NotSetUp
from backend.people.household import Household, HouseholdSettings
from backend.people.router import change_household
from backend.web.environment import SET
from backend.web.forms import checked, fields_of
from backend.web.marks import N_
from backend.web.moments import MINUTE
from backend.web.page_route import page_router, pages_of, see

router = page_router()

SPANS = (
    ("repeat_sec", N_("Ring again every (minutes)"), ""),
    ("second_after_sec", N_("The second are notified after (minutes)"), ""),
    ("all_after_sec", N_("Everybody is notified after (minutes)"), ""),
    (
        "ask_again_sec",
        N_("Ask again after (minutes)"),
        N_("Whoever said “I am going” is asked then whether they are there."),
    ),
    (
        "unanswered_sec",
        N_("When everybody was notified: again every (minutes)"),
        "",
    ),
    (
        "accompanied_sec",
        N_("While somebody is with them, wait (minutes)"),
        N_("For “all is well”, before anybody is notified."),
    ),
)
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
HOURS = range(24)


WHOLE = ("self_test_weekday", "self_test_hour", "daily_word_hour")
"""Whole numbers; a form has only text."""


@router.get("/settings")
def page(request: Request, done: str = "") -> Response:
    """The page."""
    return _page(request, done)


@router.post("/settings")
def change(request: Request, body: Body) -> Response:
    """Let these be the settings; what the form does not have stays as it is."""
    try:
        change_household(request, _settings(_household(request), fields_of(body)))
    except ApiError as error:
        return _page(request, "", error)
    return see("/settings?done=saved")


def _settings(before: Household, fields: dict[str, str]) -> HouseholdSettings:
    """Raises InvalidInput."""
    values: dict[str, Any] = before.model_dump(include=set(HouseholdSettings.model_fields))
    values |= {name: fields[name] or None for name in fields.keys() & values.keys()}
    values |= {name: int(values[name]) for name in WHOLE if str(values[name]).isdecimal()}
    try:
        values |= {name: float(fields[name]) * MINUTE for name, *_ in SPANS if name in fields}
    except ValueError as error:
        raise InvalidInput("expected minutes as numbers") from error
    return checked(HouseholdSettings, values)


def _page(request: Request, done: str, error: ApiError | None = None) -> Response:
    pages = pages_of(request)
    text, household = pages.texts(request).gettext, _household(request)
    never = [("", text(N_("Never")))]
    return pages.render(
        request,
        "settings.html",
        int(error.status) if error else 200,
        household=household,
        spans=[(name, text(label), text(hint) if hint else "") for name, label, hint in SPANS],
        minutes={name: f"{getattr(household, name) / MINUTE:g}" for name, *_ in SPANS},
        weekdays=never + [(number, text(day)) for number, day in enumerate(WEEKDAYS)],
        hours=never + [(hour, f"{hour:02}:00") for hour in HOURS],
        fixed_zone=request.app.state.people.fixed_zone,
        from_environment=[
            (name, text(SET) if value == SET else value)
            for name, value in request.app.state.environment
        ],
        said=text(N_("Saved.")) if done else "",
        sentence=pages.sentence(request, error) if error else "",
    )


def _household(request: Request) -> Household:
    found: Household | None = request.app.state.people.household(request.state.caller.household_id)
    if found is None:
        raise NotSetUp("the household is not set up yet")
    return found
