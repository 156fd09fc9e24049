"""/detectors/comparisons: what would have been otherwise with another version."""

from fastapi import Request, Response

from backend.errors import ApiError
from backend.http.bodies import Body
from backend.jobs.service import JobService
from backend.versions.comparisons import ComparisonService
from backend.versions.comparisons_router import compare
from backend.versions.errors import UnknownVersion
from backend.versions.service import VersionService
from backend.web.factory_words import CHANGES, JOB_STATES, TRUTHS, states_worded, worded
from backend.web.forms import checked, chosen, pairs_of
from backend.web.learnt_from import learnt_from
from backend.web.names import namer
from backend.web.page_route import owner_router, pages_of, see
from backend.web.router.detectors import shown as detectors_page
from contract.comparisons import ComparisonAsked
from contract.jobs import ENDS
from contract.versions import Version

router = owner_router()

PATH = "/detectors/comparisons"


@router.post(PATH)
def ask(request: Request, body: Body) -> Response:
    """Ask for a comparison."""
    pairs = pairs_of(body)
    measured_on = dict(pairs).get("dataset_version_id") or None
    said = {"version_ids": chosen(pairs, "version_id"), "dataset_version_id": measured_on}
    asked = checked(ComparisonAsked, said)
    try:
        made = compare(request, asked.model_dump_json().encode())
    except ApiError as error:
        return detectors_page(request, "", error)
    return see(f"{PATH}/{made.id}")


@router.get(PATH + "/{comparison_id}")
def page(request: Request, comparison_id: str) -> Response:
    """The page."""
    pages, caller = pages_of(request), request.state.caller
    texts = pages.texts(request)
    service: ComparisonService = request.app.state.comparisons
    jobs: JobService = request.app.state.jobs
    found = service.find(comparison_id, caller.household_id)
    measured_on = found.report.dataset_version_id if found.report else None
    return pages.render(
        request,
        "comparison.html",
        comparison=found,
        job=jobs.find(found.id, caller.household_id) if found.report is None else None,
        is_over=found.state in ENDS,
        measured_on=learnt_from(
            request.app.state.datasets, filter(None, [measured_on]), caller.household_id
        ),
        versions=[_version(request, each) for each in found.version_ids],
        state=states_worded(JOB_STATES, texts)[found.state],
        changes=states_worded(CHANGES, texts),
        truths=worded(TRUTHS, texts),
        name=namer(request),
    )


def _version(request: Request, version_id: str) -> Version | None:
    """None where it has been taken off the list."""
    service: VersionService = request.app.state.versions
    try:
        return service.find(version_id, request.state.caller.household_id)
    except UnknownVersion:
        return None
