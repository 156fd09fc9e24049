"""The cookies of a browser that is logged in."""

from typing import Literal, TypedDict

from fastapi import Request, Response

from backend.access.identity import ACCESS_COOKIE, REFRESH_COOKIE
from backend.errors import Forbidden
from backend.people.sessions import ACCESS_SEC, REFRESH_SEC, Tokens

REFRESH_PATH = "/auth"


class _How(TypedDict):
    path: str
    httponly: bool
    secure: bool
    samesite: Literal["lax", "strict"]


def set_cookies(request: Request, response: Response, tokens: Tokens) -> None:
    """Let the browser keep both tokens, where no script reads them."""
    access, refresh = _how(request)
    response.set_cookie(ACCESS_COOKIE, tokens.access, int(ACCESS_SEC), **access)
    response.set_cookie(REFRESH_COOKIE, tokens.refresh, int(REFRESH_SEC), **refresh)


def delete_cookies(request: Request, response: Response) -> None:
    """Let the browser forget them."""
    access, refresh = _how(request)
    response.delete_cookie(ACCESS_COOKIE, **access)
    response.delete_cookie(REFRESH_COOKIE, **refresh)


def _how(request: Request) -> tuple[_How, _How]:
    """A link in a memo leads to a page with the one; only our own pages send the other."""
    secure = is_secure(request)
    access: _How = {"path": "/", "httponly": True, "secure": secure, "samesite": "lax"}
    refresh: _How = {
        "path": REFRESH_PATH,
        "httponly": True,
        "secure": secure,
        "samesite": "strict",
    }
    return access, refresh


def refresh_cookie(request: Request) -> str | None:
    """The refresh token that a browser keeps; raises Forbidden where no page of ours asks by it.

    Access control has looked whose page it is, if one is named.
    """
    cookie = None if "authorization" in request.headers else request.cookies.get(REFRESH_COOKIE)
    if cookie and not {"origin", "sec-fetch-site"} & set(request.headers):
        raise Forbidden("expected the token in the body: a cookie is taken from pages only")
    return cookie


def is_secure(request: Request) -> bool:
    """Whether the browser asks by https: of a proxy that is not trusted its page still says so."""
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https:")
