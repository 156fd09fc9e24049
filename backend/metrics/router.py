"""GET /metrics."""

from fastapi import APIRouter, Request, Response

from backend.access.asking import caregiver_of, check_first_household
from backend.access.keys import SCRAPER
from backend.access.rights import METRICS_PATH
from backend.http.openapi import Responses
from backend.metrics.service import MEDIA_TYPE, MetricsService

EXAMPLE = """\
# HELP dolbom_camera_heartbeat_age_seconds Since the last heartbeat of the camera box.
# TYPE dolbom_camera_heartbeat_age_seconds gauge
dolbom_camera_heartbeat_age_seconds{camera="hall"} 4.2
"""
FIGURES: Responses = {200: {"content": {"text/plain": {"example": EXAMPLE}}}}

router = APIRouter(tags=["metrics"])


@router.get(METRICS_PATH, response_class=Response, responses=FIGURES)
def metrics(request: Request) -> Response:
    """Every figure of this server, as Prometheus reads them: by METRICS_KEY, or for caregivers."""
    if request.state.caller is not SCRAPER:
        check_first_household(caregiver_of(request))
    service: MetricsService = request.app.state.metrics
    return Response(service.text(), media_type=MEDIA_TYPE)
