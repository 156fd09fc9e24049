"""/login, and the button that logs out."""

from functools import partial

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.people.accounts import AccountService, Entered
from backend.people.auth_router import begin_session
from backend.people.cookies import delete_cookies, refresh_cookie, set_cookies
from backend.people.schemas import Credentials
from backend.web.forms import checked, fields_of
from backend.web.page_route import address_of, own_page, page_router, pages_of, see

router = page_router()


@router.get("/login")
def page(request: Request, next: str = "/") -> Response:  # noqa: A002 (in the address)
    """The page."""
    return _page(request, next)


@router.post("/login")
async def log_in(request: Request, body: Body) -> Response:
    """Begin a session, and go where the person wanted to."""
    fields = fields_of(body)
    try:
        enter = partial(_enter, request, fields)
        tokens = await begin_session(request, enter, Action.LOGGED_IN)
    except ApiError as error:
        return await run_in_threadpool(_page, request, fields.get("next", "/"), fields, error)
    answer = see(own_page(fields.get("next", "/")))
    set_cookies(request, answer, tokens)
    return answer


@router.post("/auth/logout")
async def log_out(request: Request) -> Response:
    """End the session of this browser."""
    caller: Caller = request.state.caller
    token = refresh_cookie(request)
    await run_in_threadpool(request.app.state.sessions.end_of, caller.session_id, token)
    answer = see("/login")
    delete_cookies(request, answer)
    return answer


def _enter(request: Request, fields: dict[str, str]) -> Entered:
    given = {name: fields.get(name, "") for name in Credentials.model_fields}
    accounts: AccountService = request.app.state.accounts
    return accounts.log_in(checked(Credentials, given), address_of(request))


def _page(
    request: Request,
    wanted: str,
    fields: dict[str, str] | None = None,
    error: ApiError | None = None,
) -> Response:
    pages = pages_of(request)
    return pages.render(
        request,
        "login.html",
        int(error.status) if error else 200,
        kept={"next": own_page(wanted)},
        next=own_page(wanted),
        login=(fields or {}).get("login", ""),
        is_set_up=request.app.state.people.is_set_up,
        sentence=pages.sentence(request, error) if error else "",
    )
