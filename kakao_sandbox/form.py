"""Form-encoded bodies, as strictly as Kakao reads them."""

from urllib.parse import parse_qsl

from fastapi import Request

FORM = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form-encoded UTF-8 body; None when it is anything else."""
    media_type, _, charset = request.headers.get("content-type", "").lower().partition(";")
    if media_type.strip() != FORM or charset.strip() not in ("", "charset=utf-8"):
        return None
    try:
        body = (await request.body()).decode("ascii")
        return dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
    except ValueError:
        return None
