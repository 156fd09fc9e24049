"""/incidents: what has happened, newest first, and each incident with its whole course."""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any

from fastapi import Query, Request, Response

from backend.access.keys import Caller
from backend.access.middleware import check_role
from backend.access.roles import Role
from backend.audit.service import AuditService
from backend.contacts.service import ContactService
from backend.datasets.errors import UnknownDataset
from backend.datasets.record_router import add_incident
from backend.datasets.service import DatasetService
from backend.errors import ApiError
from backend.escalation.answer import Verdict, Way
from backend.escalation.answering import Speaker
from backend.escalation.router import Acknowledgement, Judgement
from backend.escalation.service import EscalationService
from backend.http.bodies import Body
from backend.incidents.errors import UnknownIncident
from backend.incidents.service import IncidentService
from backend.incidents.store import Wanted
from backend.poses.service import PoseService
from backend.web.channel_views import name_of
from backend.web.course_words import course_lines, figure_lines
from backend.web.forms import checked, fields_of
from backend.web.incident_views import IncidentView, IncidentViews
from backend.web.marks import N_
from backend.web.note_views import Draft, note_views
from backend.web.page_route import page_router, pages_of, see
from contract.datasets import DatasetVersion

router = page_router()

LISTED = 30
KINDS = {
    "people": N_("People"),
    "troubles": N_("Devices"),
}
VERDICTS = {
    Verdict.FALL: N_("A fall"),
    Verdict.FALSE_ALARM: N_("A false alarm"),
    Verdict.TEST: N_("A test"),
    Verdict.NOT_SURE: N_("Not sure"),
}


@router.get("/incidents")
def page(
    request: Request, kind: str = "people", before: Annotated[float | None, Query(gt=0)] = None
) -> Response:
    """The list, a page of it."""
    pages = pages_of(request)
    caller: Caller = request.state.caller
    wanted = Wanted(is_trouble=kind == "troubles", until=before, household_id=caller.household_id)
    found = _incidents(request).newest(wanted, LISTED)
    views = [views_of(request).of(incident) for incident in found]
    return pages.render(
        request,
        "incidents.html",
        days=list(_by_day(request, views)),
        kinds={name: pages.texts(request).gettext(text) for name, text in KINDS.items()},
        kind=kind if kind in KINDS else "people",
        before=found[-1].began_at if len(found) == LISTED else None,
    )


@router.get("/incidents/{incident_id}")
def incident_page(request: Request, incident_id: str, kept: str = "") -> Response:
    """One incident; `kept` is the version of a data set that it was put into just now."""
    return show(request, incident_id, kept)


def show(
    request: Request,
    incident_id: str,
    kept: str = "",
    draft: Draft | None = None,
    error: ApiError | None = None,
) -> Response:
    """The page of an incident, with the note that could not be kept, and why."""
    caller: Caller = request.state.caller
    incident = _incidents(request).find(incident_id, caller.household_id)
    if incident is None:
        raise UnknownIncident(f"no incident {incident_id[:32]!r}")
    audit: AuditService = request.app.state.audit
    audit.looked(caller, f"incident {incident_id}")
    each = views_of(request).of(incident)
    values = _course(request, each) | _notes(request, incident_id, draft, error)
    status = int(error.status) if error else 200
    kept_in = _kept(request, kept)
    pages = pages_of(request)
    return pages.render(request, "incident.html", status, each=each, kept=kept_in, **values)


@router.post("/incidents/{incident_id}/acknowledgement")
def acknowledge(request: Request, incident_id: str, body: Body) -> Response:
    """Answer the alert."""
    fields = fields_of(body)
    back = "/" if fields.pop("back", "") == "/" else _path(incident_id)
    said = checked(Acknowledgement, {"answer": fields.get("answer")})
    _escalation(request).answer(incident_id, speaker_of(request), said.answer)
    return see(back)


@router.post("/incidents/{incident_id}/resolution")
def resolve(request: Request, incident_id: str) -> Response:
    """It is over."""
    _escalation(request).resolve(incident_id, speaker_of(request))
    return see(_path(incident_id))


@router.post("/incidents/{incident_id}/verdict")
def judge(request: Request, incident_id: str, body: Body) -> Response:
    """Say what it was."""
    said = checked(Judgement, fields_of(body))
    _escalation(request).verdict(incident_id, speaker_of(request), said.verdict)
    return see(_path(incident_id))


@router.post("/incidents/{incident_id}/dataset")
def into_dataset(request: Request, incident_id: str) -> Response:
    """Let it be in the household's own data set, as it was judged."""
    made = add_incident(request, incident_id)
    return see(f"{_path(incident_id)}?kept={made.id}#verdict")


def views_of(request: Request) -> IncidentViews:
    """Incidents for whoever looks."""
    pages, app = pages_of(request), request.app.state
    language = pages.view(request).language
    return IncidentViews(app.escalation, app.people, language, pages.texts(request))


def _course(request: Request, each: IncidentView) -> dict[str, Any]:
    """What the page of an incident shows besides the incident."""
    texts = pages_of(request).texts(request)
    caller: Caller = request.state.caller
    poses: PoseService = request.app.state.poses
    whole = _escalation(request).course(each.incident.id, caller.household_id)
    said = [entry.detail for entry in whole.entries if entry.kind == "verdict"]
    return {
        "household": pages_of(request).view(request).household,
        "entries": course_lines(whole.entries, _channels(request), texts),
        "figures": figure_lines(whole.figures, texts),
        "verdict": said[-1] if said else None,
        "verdicts": {name: texts.gettext(text) for name, text in VERDICTS.items()},
        "has_poses": each.is_person and poses.has_replay(each.incident.id),
    }


def _notes(
    request: Request, incident_id: str, draft: Draft | None, error: ApiError | None
) -> dict[str, Any]:
    """The notes; a draft of a note that is deleted by now would be a new one."""
    caller: Caller = request.state.caller
    written = _escalation(request).notes(incident_id, caller.household_id)
    views = list(note_views(written, request.app.state.people, caller, draft))
    is_new = draft is not None and all(each.draft is None for each in views)
    return {
        "notes": views,
        "new_note": draft.text if draft and is_new else "",
        "sentence": pages_of(request).sentence(request, error) if error else "",
    }


def _kept(request: Request, version_id: str) -> DatasetVersion | None:
    """The version that an owner has just put the incident into."""
    if not version_id or not pages_of(request).view(request).may(Role.OWNER):
        return None
    datasets: DatasetService = request.app.state.datasets
    try:
        return datasets.version(version_id, request.state.caller.household_id)
    except UnknownDataset:
        return None


def _channels(request: Request) -> dict[str, str]:
    """What people call the channels that are theirs."""
    contacts: ContactService = request.app.state.contacts
    language = pages_of(request).view(request).language
    return {contact.channel: name_of(contact, language) for contact in contacts.contacts()}


def _by_day(
    request: Request, views: list[IncidentView]
) -> Iterator[tuple[str, list[IncidentView]]]:
    moments = pages_of(request).view(request).moments
    for day, listed in groupby(views, lambda each: moments.day(each.incident.began_at)):
        yield day, list(listed)


def speaker_of(request: Request) -> Speaker:
    """Who says something; raises Forbidden for those who only look."""
    caller: Caller = request.state.caller
    check_role(caller, Role.CAREGIVER)
    return Speaker(caller.household_id, caller.person_id, Way.PAGE)


def _path(incident_id: str) -> str:
    return f"/incidents/{incident_id}"


def _incidents(request: Request) -> IncidentService:
    incidents: IncidentService = request.app.state.incidents
    return incidents


def _escalation(request: Request) -> EscalationService:
    escalation: EscalationService = request.app.state.escalation
    return escalation
