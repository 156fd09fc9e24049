"""Which paths are open to strangers and to cameras, and what a person may change."""

from backend.access.roles import Role
from contract.looks import NIGHT_LOOK_PATH

OPEN_PATHS = {"/health", "/docs", "/openapi.json"}
DOCS_FILES = "/docs/"
METRICS_PATH = "/metrics"
"""The one that a scraper's key opens."""
PUBLIC_PATHS = {
    "/login",
    "/setup",
    "/pairing",
    "/manifest.webmanifest",
    "/service-worker.js",
    "/auth/login",
    "/auth/logout",
    "/auth/refresh",
    "/auth/register",
}
PUBLIC_FOLDERS = ("/answer/", "/images/put/", "/invitation/", "/shared/", "/static/")
LOGGING_IN = {
    "/auth/login",
    "/auth/logout",
    "/auth/refresh",
    "/auth/register",
    "/login",
    "/pairing",
    "/setup",
}
CAMERA_PATHS = {
    *("/behavior/analyze", "/event/payload", "/event/payloads", "/api/v1/predict"),
    "/images/of-camera",
}
PACKAGE_FOLDERS = ("/deployments/edge/", NIGHT_LOOK_PATH)
"""What every camera box is to serve."""
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

WRITERS: tuple[tuple[str, Role], ...] = (
    ("/auth/", Role.VIEWER),
    ("/people/invitations/accept", Role.VIEWER),
    ("/people/invitations", Role.OWNER),
    ("/people/", Role.VIEWER),  # the route lets each change what is each one's own
    ("/households", Role.VIEWER),  # the route lets operators, and for keys its owners
    ("/operators", Role.VIEWER),  # the route lets operators
    ("/contacts", Role.VIEWER),  # the same
    ("/channels/kakao-app", Role.OWNER),
    ("/channels/", Role.VIEWER),  # their page
    ("/incidents/", Role.CAREGIVER),
    ("/comments/", Role.CAREGIVER),  # the route lets each change what is each one's own
    ("/visits", Role.CAREGIVER),
    ("/fall-test", Role.CAREGIVER),
    ("/images/consents", Role.OWNER),
    ("/images/of-camera", Role.OWNER),
    ("/images/", Role.CAREGIVER),
    ("/styles/night", Role.OWNER),
    ("/styles", Role.CAREGIVER),
    ("/tools/", Role.VIEWER),  # a question changes nothing
    ("/api/predict/", Role.CAREGIVER),  # the route lets only owners forget
    ("/ask/", Role.VIEWER),  # their page
    ("/api/chat/", Role.VIEWER),  # each one's own conversations, by tools that only read
)
"""Who may do more than read, by how a path begins; elsewhere an owner."""


def is_for_everybody(path: str) -> bool:
    """Whether what is there says next to nothing of this household."""
    return path in OPEN_PATHS or path.startswith(DOCS_FILES)


def is_public(path: str) -> bool:
    """Whether no log-in is needed there: it is for those who want one, or have a code."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_FOLDERS)


def begins_session(path: str) -> bool:
    """Whether a page of another site is refused there, also where it brings no cookie.

    What is no page needs none there, and brings what it logs in by.
    """
    return path in LOGGING_IN or path.startswith("/invitation/")


def is_for_camera(path: str, camera_id: str) -> bool:
    """Whether a camera's key opens it."""
    is_its_own = path in (f"/cameras/{camera_id}/zones", f"/cameras/{camera_id}/found")
    return path in CAMERA_PATHS or is_its_own or path.startswith(PACKAGE_FOLDERS)


def needed_role(method: str, path: str) -> Role:
    """What a person must be to do this."""
    if method in SAFE_METHODS:
        return Role.VIEWER
    return next((role for start, role in WRITERS if path.startswith(start)), Role.OWNER)
