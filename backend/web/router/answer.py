"""/answer/{token}: what a link in a memo or a push leads to; it needs no log-in."""

from fastapi import Request, Response

from backend.escalation.answering import Speaker
from backend.escalation.errors import AnswerLinkOver
from backend.escalation.links import AnswerClaims
from backend.escalation.router import LinkAnswer
from backend.escalation.service import EscalationService
from backend.http.bodies import Body
from backend.incidents.service import IncidentService
from backend.web.forms import checked, fields_of
from backend.web.page_route import page_router, pages_of
from backend.web.router.incidents import views_of

router = page_router()


@router.get("/answer/{token}")
def page(request: Request, token: str) -> Response:
    """What has happened, and the buttons to answer."""
    return _page(request, _escalation(request).claims(token), is_given=False)


@router.post("/answer/{token}")
def answer(request: Request, token: str, body: Body) -> Response:
    """Answer."""
    claims = _escalation(request).claims(token)
    said = checked(LinkAnswer, fields_of(body))
    speaker = Speaker(claims.household_id, claims.person_id, said.way)
    _escalation(request).answer(claims.incident_id, speaker, said.answer)
    return _page(request, claims, is_given=True)


def _page(request: Request, claims: AnswerClaims, *, is_given: bool) -> Response:
    incidents: IncidentService = request.app.state.incidents
    incident = incidents.find(claims.incident_id, claims.household_id)
    if incident is None:
        raise AnswerLinkOver("the incident of this link is not there any more")
    each = views_of(request).of(incident)
    household = request.app.state.people.household(claims.household_id)
    return pages_of(request).render(
        request, "answer.html", each=each, is_given=is_given, household=household
    )


def _escalation(request: Request) -> EscalationService:
    escalation: EscalationService = request.app.state.escalation
    return escalation
