"""/invitation/{code}: somebody who was invited becomes one of the household."""

from functools import partial

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from backend.access.roles import Role
from backend.audit.actions import Action
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.people.accounts import AccountService
from backend.people.auth_router import begin_session
from backend.people.cookies import set_cookies
from backend.people.invitations import InvitationService
from backend.people.router import accept
from backend.people.schemas import Registration
from backend.web.forms import checked, fields_of
from backend.web.page_route import address_of, page_router, pages_of, see
from backend.web.pages import language_of
from backend.web.roles import ROLES

router = page_router()


@router.get("/invitation/{code}")
def page(request: Request, code: str) -> Response:
    """The page; raises WrongCode."""
    return _page(request, code, {}, None)


@router.post("/invitation/{code}")
async def join(request: Request, code: str, body: Body) -> Response:
    """Make the account, and log in with it."""
    fields = fields_of(body)
    try:
        registration = _registration(request, code, fields)
        accounts: AccountService = request.app.state.accounts
        enter = partial(accounts.register, registration, address_of(request))
        role = await run_in_threadpool(_role, request, code)
        tokens = await begin_session(request, enter, Action.JOINED)
    except ApiError as error:
        return await run_in_threadpool(_page, request, code, fields, error)
    answer = see("/setup/household" if role is Role.OWNER else "/channels")
    set_cookies(request, answer, tokens)
    return answer


@router.post("/invitation/{code}/acceptance")
def accept_it(request: Request, code: str) -> Response:
    """Who is logged in belongs to one household more, and looks at it."""
    try:
        joined = accept(request, code)
    except ApiError as error:
        return _page(request, code, {}, error)
    return see("/setup/household" if joined.role is Role.OWNER else "/")


def _role(request: Request, code: str) -> Role:
    """As what somebody was invited; raises WrongCode."""
    invitations: InvitationService = request.app.state.invitations
    return invitations.find(code).role


def _registration(request: Request, code: str, fields: dict[str, str]) -> Registration:
    given = {name: fields.get(name, "") for name in ("name", "login", "password")}
    return checked(Registration, given | {"invitation": code, "language": language_of(request)})


def _page(request: Request, code: str, fields: dict[str, str], error: ApiError | None) -> Response:
    invitations: InvitationService = request.app.state.invitations
    invitation = invitations.find(code)
    pages = pages_of(request)
    return pages.render(
        request,
        "invitation.html",
        int(error.status) if error else 200,
        kept={},
        code=code,
        household=invitation.household,
        may_have_account=len(request.app.state.people.households()) > 1,
        role=pages.texts(request).gettext(ROLES[invitation.role].name),
        values={name: fields.get(name, "") for name in ("name", "login")},
        sentence=pages.sentence(request, error) if error else "",
    )
