"""What the answer of a service means for who told it something."""

from typing import Any

import httpx2 as httpx

from backend.tracking.base import Unwanted

ANSWER_SEC = 10.0
WORTH_ASKING_AGAIN = {401, 403, 408, 429}
"""Of the refusals: a wrong key may be mended, and who asks too often is heard later."""


def said_by(answer: httpx.Response) -> Any:
    """Its JSON. Raises Unwanted where it refuses, HTTPStatusError where it may not next time."""
    status = answer.status_code
    if 400 <= status < 500 and status not in WORTH_ASKING_AGAIN:
        raise Unwanted(f"{status}: {answer.text[:200]}")
    answer.raise_for_status()
    return answer.json() if answer.content else None
