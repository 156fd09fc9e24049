"""/settings: the household, and how long an alert waits for each step."""

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any

from fastapi import Request, Response

from backend.access.asking import owner_of
from backend.errors import ApiError, InvalidInput
from backend.http.bodies import Body
from backend.people.errors import NotSetUp
from backend.people.household import Household, HouseholdSettings
from backend.people.router import change_household
from backend.web.environment import SET
from backend.web.erased_words import counted
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
KEPT_DAYS: Mapping[int, str] = {
    30: N_("30 days"), 90: N_("90 days"), 180: N_("180 days"), 365: N_("a year"),
}  # fmt: skip
WHOLE = ("self_test_weekday", "self_test_hour", "daily_word_hour", "kept_days")
"""Whole numbers; a form has only text."""
CONFIRMED = "confirmed"
"""The field that says that somebody has seen what goes."""


@router.get("/settings")
def page(request: Request, done: str = "") -> Response:
    """The page."""
    return _page(request, done)


@router.post("/settings")
def change(request: Request, body: Body) -> Response:
    """Let these be the settings; what the form does not have stays as it is.

    Whoever lets the record be kept for a shorter time is shown what goes, and asked again.
    """
    before, fields = _household(request), fields_of(body)
    try:
        settings = _settings(before, fields)
        if _keeps_less(settings, before) and CONFIRMED not in fields:
            return _ask_again(request, settings, fields)
        change_household(request, settings)
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


def _keeps_less(settings: HouseholdSettings, before: Household) -> bool:
    if settings.kept_days is None:
        return False
    return before.kept_days is None or settings.kept_days < before.kept_days


def _ask_again(request: Request, settings: HouseholdSettings, fields: dict[str, str]) -> Response:
    """Raises Forbidden, and ErasureRunning while others count."""
    pages, retention = pages_of(request), request.app.state.retention
    planned = retention.plan(owner_of(request), settings.kept_days)
    return pages.render(
        request,
        "keep_less.html",
        kept_days=settings.kept_days,
        fields=fields,
        planned=planned,
        counted=counted(planned, pages.texts(request)),
    )


def _kept_days(household: Household, texts: NullTranslations) -> list[tuple[object, str]]:
    """What the form offers, with what somebody has chosen elsewhere."""
    chosen = household.kept_days
    offered = {days: texts.gettext(text) for days, text in KEPT_DAYS.items()}
    if chosen is not None and chosen not in offered:
        offered[chosen] = texts.gettext(N_("%(days)s days")) % {"days": chosen}
    whole = ("", texts.gettext(N_("As long as the server keeps it")))
    return [*sorted(offered.items()), whole]


def _page(request: Request, done: str, error: ApiError | None = None) -> Response:
    pages = pages_of(request)
    texts, household = pages.texts(request), _household(request)
    text = texts.gettext
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
        kept_days=_kept_days(household, texts),
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
