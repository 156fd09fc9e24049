"""Each route, asked by everybody who can ask: who is let in stands in the table below.

A route that is not in it fails: whoever adds one says for whom it is.
"""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from backend.access.rights import is_public
from testkit.asked_home import AskedHome, asked_home

LOGOUT = "POST /auth/logout"
"""Asked last: whoever has logged out is a stranger."""

TABLE = {
    "stranger camera viewer caregiver owner": """
        GET /answer/{token}
        POST /answer/{token}
        POST /auth/login
        POST /auth/logout
        POST /auth/refresh
        POST /auth/register
        GET /docs
        GET /docs/start.js
        GET /health
        PUT /images/put/{key:path}
        GET /invitation/{code}
        POST /invitation/{code}
        POST /invitation/{code}/acceptance
        GET /login
        POST /login
        GET /manifest.webmanifest
        GET /openapi.json
        HEAD /openapi.json
        POST /pairing
        GET /service-worker.js
        GET /setup
        POST /setup
        GET /shared/{token}
        GET /shared/styles/{token}
        GET /static/{version}/{name:path}
    """,
    "": """
        GET /datasets/blobs/{sha256}
        PUT /datasets/blobs/{sha256}
    """,
    "camera owner": """
        POST /api/v1/predict
        POST /behavior/analyze
        GET /deployments/edge/{recipe}
        GET /deployments/edge/{recipe}/files/{sha256}
        GET /styles/night/package
        GET /styles/night/package/files/{sha256}
        POST /event/payload
        POST /event/payloads
        POST /images/of-camera
    """,
    "viewer caregiver owner": """
        GET /
        GET /activity
        DELETE /api/chat/conversations
        GET /api/chat/conversations
        DELETE /api/chat/conversations/{conversation_id}
        GET /api/chat/conversations/{conversation_id}
        GET /api/chat/conversations/{conversation_id}/export
        POST /api/chat/message
        GET /api/chat/usage
        GET /activity/summary
        GET /alerts/dead-letters
        GET /api/predict
        GET /api/v1/health
        GET /audit
        GET /board
        GET /board/rooms
        POST /auth/household
        GET /auth/me
        PUT /auth/password
        GET /auth/sessions
        DELETE /auth/sessions/{session_id}
        GET /cameras
        GET /cameras/waiting
        GET /cameras/{camera_id:path}
        GET /cameras/{camera_id:path}/found
        GET /cameras/{camera_id:path}/zones
        GET /channels
        GET /channels/new/{kind}
        POST /channels/new/{kind}
        POST /channels/{number}/arrival
        POST /channels/{number}/removal
        POST /channels/{number}/test
        GET /contacts
        POST /contacts
        GET /contacts/kinds
        DELETE /contacts/{contact_id}
        POST /contacts/{contact_id}/confirmation
        GET /contacts/{contact_id}/qr.svg
        GET /contacts/{contact_id}/subscription
        POST /contacts/{contact_id}/test
        GET /debug/kakao/token-check
        GET /erasures
        GET /event/incidents
        GET /event/recent
        GET /fall-test
        GET /fall-test/state
        GET /household
        GET /households
        GET /incidents
        GET /incidents/{incident_id}
        GET /images/{subject_id}/comments
        GET /images/{subject_id}/rating
        GET /incidents/{incident_id}/course
        GET /incidents/{incident_id}/notes
        GET /incidents/{incident_id}/poses
        GET /incidents/{subject_id}/rating
        GET /ask
        POST /ask/conversations/removal
        POST /ask/conversations/{conversation_id}/removal
        GET /ask/days
        GET /ask/days/file
        GET /ask/report
        GET /ask/report/file
        GET /ask/tools
        POST /ask/turn
        GET /kakao/app
        GET /kakao/callback
        GET /kakao/connect
        GET /log
        GET /now
        POST /people/invitations/accept
        GET /people
        GET /people/{person_id}
        POST /people/{person_id}/password
        POST /people/{person_id}/sessions/{session_id}/end
        GET /push/key
        GET /record
        GET /record/days
        GET /self-tests
        GET /settings
        GET /setup/cameras
        GET /setup/channels
        GET /styles/{subject_id}/comments
        GET /styles/{subject_id}/rating
        GET /tools
        GET /tools/tables
        POST /tools/{name}
        GET /visits
    """,
    "caregiver owner": """
        POST /api/predict/{model}
        GET /api/predict/{model}/batch
        POST /api/predict/{model}/batch
        GET /api/predict/{model}/batch/{job_id}
        GET /api/predict/{model}/batch/{job_id}/download
        GET /api/predict/{model}/history
        GET /metrics
        GET /images/{image_id}/work
        POST /images/{image_id}/removal
        POST /images/{subject_id}/comments/{number}
        POST /images/{subject_id}/comments/{number}/removal
        POST /images/{subject_id}/rating
        POST /styles/{subject_id}/comments/{number}
        POST /styles/{subject_id}/comments/{number}/removal
        POST /styles/{subject_id}/rating
        DELETE /comments/{number}
        PATCH /comments/{number}
        DELETE /fall-test
        POST /fall-test
        POST /fall-test/end
        GET /images
        GET /images/consents
        POST /images/upload
        DELETE /images/{image_id}
        GET /images/{image_id}
        POST /images/{image_id}/confirm
        GET /images/{image_id}/original
        GET /images/{image_id}/results/{name}
        GET /images/{image_id}/thumbnail
        GET /images/{image_id}/views
        POST /images/{subject_id}/comments
        PUT /images/{subject_id}/rating
        POST /incidents/{incident_id}/acknowledgement
        POST /incidents/{incident_id}/notes
        POST /incidents/{incident_id}/notes/{number}
        POST /incidents/{incident_id}/notes/{number}/removal
        PUT /incidents/{subject_id}/rating
        POST /incidents/{incident_id}/resolution
        POST /incidents/{incident_id}/verdict
        POST /styles/{subject_id}/comments
        PUT /styles/{subject_id}/rating
        POST /images/{image_id}/jobs
        GET /styles
        POST /styles
        GET /styles/{look_id}
        POST /styles/{look_id}/apply
        GET /styles/{look_id}/cubes/{size}
        POST /styles/{look_id}/export
        POST /visits
        DELETE /visits/{visit_id}
    """,
    "owner": """
        POST /images/consents
        POST /images/consents/withdrawal
        POST /styles/{look_id}/removal
        POST /alerts/dead-letters/resend
        POST /alerts/test
        POST /cameras
        POST /cameras/chosen
        POST /cameras/place
        POST /cameras/removal
        POST /chat/training
        POST /channels/kakao-app
        GET /datasets/of-version/{version_id}
        POST /datasets/uploads/{upload_id}/removal
        POST /datasets/{dataset_id}/removal
        GET /detectors
        POST /detectors/comparisons
        GET /detectors/comparisons/{comparison_id}
        GET /detectors/deployments
        POST /detectors/deployments
        POST /detectors/deployments/{deployment_id}/end
        POST /detectors/deployments/{deployment_id}/rollback
        POST /detectors/deployments/{deployment_id}/shares
        GET /detectors/versions/{version_id}
        POST /detectors/versions/{version_id}/alias
        POST /detectors/versions/{version_id}/exports
        POST /detectors/versions/{version_id}/removal
        POST /detectors/{recipe}/rollback
        GET /jobs/list
        GET /jobs/{job_id}/state
        PUT /kakao/app
        DELETE /cameras/{camera_id:path}
        PUT /cameras/{camera_id:path}
        PUT /cameras/{camera_id:path}/chosen
        PUT /cameras/{camera_id:path}/found
        PUT /cameras/{camera_id:path}/zones
        GET /comparisons
        POST /comparisons
        GET /comparisons/{comparison_id}
        GET /datasets
        POST /datasets
        POST /datasets/from-record
        GET /datasets/uploads
        DELETE /datasets/uploads/{upload_id}
        GET /datasets/uploads/{upload_id}
        PATCH /datasets/uploads/{upload_id}
        DELETE /datasets/{dataset_id}
        GET /datasets/{dataset_id}
        POST /datasets/{dataset_id}/share
        GET /datasets/{dataset_id}/versions/{version}
        GET /datasets/{dataset_id}/versions/{version}/table
        POST /datasets/{dataset_id}/versions/{version}/subset
        POST /debug/kakao/send-test
        GET /deployments
        POST /deployments
        DELETE /deployments/{deployment_id}
        GET /deployments/{deployment_id}
        POST /deployments/{deployment_id}
        GET /deployments/{deployment_id}/file
        GET /deployments/{deployment_id}/history
        POST /deployments/{deployment_id}/predict
        POST /deployments/{deployment_id}/rollback
        POST /echo
        GET /erase
        POST /erase
        POST /erase/count
        POST /erasures
        GET /exports
        POST /exports
        GET /exports/{export_id}
        GET /exports/{export_id}/download
        PUT /household
        POST /households
        DELETE /households/{household_id}
        GET /operators
        PUT /operators/{person_id}
        DELETE /operators/{person_id}
        POST /people/{person_id}/operator
        GET /households/{household_id}/keys
        POST /households/{household_id}/keys
        DELETE /households/{household_id}/keys/{key_id}
        DELETE /images/consents
        PUT /images/consents
        GET /jobs
        GET /jobs/{job_id}
        POST /jobs/{job_id}/cancel
        GET /jobs/{job_id}/lines
        GET /jobs/{job_id}/metrics
        POST /jobs/{job_id}/resume
        POST /incidents/{incident_id}/dataset
        POST /people/invitations
        DELETE /people/{person_id}
        POST /people/{person_id}
        PUT /people/{person_id}
        POST /people/{person_id}/removal
        POST /self-tests
        POST /settings
        GET /training
        POST /training
        GET /training/jobs
        POST /training/jobs
        GET /training/jobs/{job_id}
        POST /training/jobs/{job_id}/cancel
        GET /training/jobs/{job_id}/metrics
        POST /training/jobs/{job_id}/resume
        GET /training/recipes
        GET /setup/done
        GET /setup/household
        POST /setup/household
        DELETE /api/predict/{model}/batch/{job_id}
        DELETE /api/predict/{model}/history
        DELETE /styles/{look_id}
        PUT /styles/night
        POST /styles/{look_id}/night
        POST /styles/{look_id}/share
        POST /training/words
        GET /versions
        GET /versions/moves
        DELETE /versions/{version_id}
        GET /versions/{version_id}
        POST /versions/{version_id}/alias
        GET /versions/{version_id}/card
        GET /versions/{version_id}/shadow
    """,
}
"""No person opens what nobody stands before: workers do, by the household's key.

Some of what a viewer may post is for each one's own only: `test_people.py`, `test_contacts.py`.

The person and the camera of the addresses are others than who asks.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedHome]:
    with asked_home(tmp_path_factory.mktemp("rights")) as home:
        yield home


def routes(app: FastAPI) -> list[str]:
    """Every method and path that the application has."""
    found = iter_route_contexts(app.routes)
    names = {f"{method} {route.path}" for route in found for method in route.methods or ()}
    return sorted(names, key=lambda name: (name == LOGOUT, name))


def is_let_in(home: AskedHome, who: str, route: str) -> bool:
    """Whether neither a page nor a program is refused; what nobody would take goes with it."""
    method, path = route.split(" ")
    there = re.sub(r"\{[^}]*\}", "9999", path.replace("{person_id}", "1"))
    for accept, body in (("*/*", b"{}"), ("text/html", b"")):
        content = body if method in ("POST", "PUT") else None
        answer = home.ask(who, method, there, headers={"Accept": accept}, content=content)
        is_sent_away = answer.headers.get("location", "").startswith("/login?")
        is_wrong_code = is_public(path) and answer.status_code == 403
        if is_sent_away or (answer.status_code in (401, 403) and not is_wrong_code):
            return False
    return True


def expected() -> dict[str, str]:
    lines = ((line.strip(), who) for who, block in TABLE.items() for line in block.splitlines())
    return {route: who for route, who in lines if route}


def test_who_is_let_in_where(home: AskedHome) -> None:
    names = ("stranger", "camera", "viewer", "caregiver", "owner")
    found = {
        route: " ".join(name for name in names if is_let_in(home, name, route))
        for route in routes(home.app)
    }
    assert found == expected()
