"""The server as the camera box sees it: one HTTP client with its time-outs and its key."""

import httpx2 as httpx
from pydantic import SecretStr

from common.trust import trusted

UPLOAD_TIMEOUT_SEC = 10.0
REFUSALS = {
    401: "it answers 401: API_KEY must be the server's, or this camera's of CAMERA_KEYS",
    403: "it answers 403: without a key it serves only its own machine; or the key is another "
    "camera's",
    429: "it answers 429: too many requests, or too many with a wrong API_KEY",
}


def connect(base_url: str, api_key: SecretStr | None, read_timeout_sec: float) -> httpx.Client:
    """A client of the server; it follows no redirect, since that could carry the key elsewhere."""
    headers = {"Authorization": f"Bearer {api_key.get_secret_value()}"} if api_key else {}
    timeout = httpx.Timeout(read_timeout_sec, connect=2.0)
    return httpx.Client(
        base_url=base_url, headers=headers, timeout=timeout, verify=trusted(), trust_env=False
    )


def describe_failure(error: httpx.HTTPError) -> str:
    """Why the server did not answer, in a few words."""
    match error:
        case httpx.HTTPStatusError():
            status = error.response.status_code
            return REFUSALS.get(status, f"it answers {status}")
        case httpx.ConnectError():
            return "it cannot be reached"
        case httpx.TimeoutException():
            return "it does not answer in time"
        case httpx.DecodingError():
            return "its answer is not the server's"
        case _:
            return f"the connection broke ({type(error).__name__})"
