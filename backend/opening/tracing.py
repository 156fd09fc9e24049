"""Opens what sends spans, where a collector is set."""

from typing import TYPE_CHECKING

from backend.bus import Bus
from backend.config import BackendSettings
from common.settings import SettingError

if TYPE_CHECKING:
    from backend.tracing.service import TracingService

LACKS_SDK = "it needs opentelemetry-sdk, which is not installed: `uv sync --extra otel`"


def open_tracing(settings: BackendSettings, bus: Bus) -> "TracingService | None":
    """None unless OTEL_EXPORTER_OTLP_ENDPOINT is set; raises SettingError."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None:
        return None
    try:
        from backend.tracing.service import TracingService
    except ModuleNotFoundError:
        raise SettingError("OTEL_EXPORTER_OTLP_ENDPOINT", LACKS_SDK) from None
    return TracingService(str(endpoint), bus)
