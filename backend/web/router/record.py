"""/record: the days as bands of hours, and the weeks by what people have said of them."""

from datetime import timedelta

from fastapi import Request, Response

from backend.access.keys import Caller
from backend.activity.service import ActivityService
from backend.audit.service import AuditService
from backend.incidents.days import bounds_of
from backend.web.day_bands import STATES, bars, day_bands
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of

router = page_router()

DAYS, WEEKS = 14, 8
NAMES = {
    "active": N_("active"),
    "still": N_("in sight, still"),
    "lying": N_("lying"),
    "nobody": N_("nobody in sight"),
    "blind": N_("the camera saw nothing"),
}


@router.get("/record")
def page(request: Request) -> Response:
    """The page."""
    pages, activity = pages_of(request), _activity(request)
    caller: Caller = request.state.caller
    audit: AuditService = request.app.state.audit
    audit.looked(caller, "record")
    whose = caller.household_id
    zone, today = activity.zone(whose), activity.today(whose)
    begin = bounds_of(today - timedelta(days=DAYS - 1), zone)[0]
    hours = activity.between(whose, begin, bounds_of(today, zone)[1])
    texts = pages.texts(request)
    return pages.render(
        request,
        "record.html",
        cameras=day_bands(hours, zone),
        bars=bars(activity.weeks(whose, WEEKS)),
        names={state: texts.gettext(NAMES[state]) for state in STATES},
    )


def _activity(request: Request) -> ActivityService:
    activity: ActivityService = request.app.state.activity
    return activity
