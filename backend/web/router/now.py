"""/: whether all is well, and each camera with its live skeleton."""

from typing import Any

from fastapi import Request, Response

from backend.access.keys import Caller
from backend.audit.service import AuditService
from backend.cameras.visits import VisitService
from backend.escalation.service import EscalationService
from backend.http.bodies import Body
from backend.incidents.service import IncidentService
from backend.web.fall_test_views import fall_test_of
from backend.web.forms import fields_of
from backend.web.overview import PARTS, Overview, overview_of
from backend.web.page_route import page_router, pages_of, see
from backend.web.router.incidents import views_of
from backend.web.states import CAMERAS

router = page_router()

HOUR = 60


@router.get("/")
def page(request: Request) -> Response:
    """The page."""
    return pages_of(request).render(request, "now.html", **_values(request))


@router.get("/now")
def state(request: Request) -> Response:
    """What of it changes; the page asks again and again."""
    return pages_of(request).render(request, "parts/now_news.html", **_values(request))


@router.post("/visits")
def visit(request: Request, body: Body) -> Response:
    """Somebody is there for an hour."""
    fields_of(body)
    caller: Caller = request.state.caller
    _visits(request).begin(caller.household_id, caller.person_id, HOUR)
    return see("/")


def _values(request: Request) -> dict[str, Any]:
    texts = pages_of(request).texts(request)
    caller: Caller = request.state.caller
    audit: AuditService = request.app.state.audit
    audit.looked(caller, "now")
    return {
        "overview": _overview(request),
        "household": pages_of(request).view(request).household,
        "fall_test": fall_test_of(request),
        "visits": _visits(request).lasting(caller.household_id),
        "camera_states": {state: texts.gettext(it.text) for state, it in CAMERAS.items()},
        "parts": {name: texts.gettext(text) for name, text in PARTS.items()},
    }


def _overview(request: Request) -> Overview:
    app, views = request.app.state, views_of(request)
    incidents: IncidentService = app.incidents
    escalation: EscalationService = app.escalation
    whose: int = request.state.caller.household_id
    states = escalation.open_states(whose)
    open_now = ((incidents.find(it.incident_id, whose), it) for it in states)
    answered = [views.with_state(incident, state) for incident, state in open_now if incident]
    troubles = [views.of(incident) for incident in incidents.open_troubles(whose)]
    now = pages_of(request).view(request).moments.now
    return overview_of(
        answered,
        troubles,
        app.health.check(whose),
        app.cameras.all(whose),
        now,
    )


def _visits(request: Request) -> VisitService:
    visits: VisitService = request.app.state.visits
    return visits
