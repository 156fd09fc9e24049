"""POST /setup, and what is below /auth: logging in and out, and the sessions of who asks."""

from collections.abc import Callable
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.errors import Forbidden, InvalidInput
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from backend.people.accounts import AccountService, Entered
from backend.people.cookies import delete_cookies, refresh_cookie, set_cookies
from backend.people.errors import (
    AlreadySetUp,
    LoginTaken,
    SessionOver,
    UnknownHousehold,
    UnknownSession,
    WrongCode,
    WrongLogin,
)
from backend.people.schemas import (
    Credentials,
    Done,
    HouseholdChoice,
    LoggedIn,
    Me,
    MembershipShown,
    PasswordChange,
    RefreshToken,
    Registration,
    SessionShown,
    SetUp,
)
from backend.people.service import PeopleService
from backend.people.sessions import ACCESS_SEC, EndReason, SessionService, Tokens, as_caller
from backend.people.setup_code import SETUP_PATH, SetupCode

router = APIRouter(tags=["people"])

CREDENTIALS = TypeAdapter(Credentials)
REGISTRATION = TypeAdapter(Registration)
SET_UP = TypeAdapter(SetUp)
REFRESH_TOKEN = TypeAdapter(RefreshToken)
CHOICE = TypeAdapter(HouseholdChoice)
PASSWORD_CHANGE = TypeAdapter(PasswordChange)

PASSWORD = "as long as a sentence"  # noqa: S105
LOGIN = {"login": "minji", "password": PASSWORD}
NEW = LOGIN | {"name": "민지", "language": "ko"}
HOUSEHOLD = {"name": "할머니 댁", "address": "서울시 종로구 1", "resident": "김영희, 84"}
TOKENS = {
    "session_id": "2nIYrW4lFKVOTnU9r1e3Ug",
    "expires_in": 3600,
    "token_type": "Bearer",
    "access_token": "eyJhbGciOi…",
    "refresh_token": "eyJhbGciOi…",
}
ME = {
    "household_id": 1,
    "role": "owner",
    "person_id": 1,
    "login": "minji",
    "name": "민지",
    "language": "ko",
    "session_id": "2nIYrW4lFKVOTnU9r1e3Ug",
    "is_operator": True,
    "households": [{"household_id": 1, "name": "할머니 댁", "role": "owner"}],
}
SESSION = {
    "id": "2nIYrW4lFKVOTnU9r1e3Ug",
    "device": "Mozilla/5.0 (Linux; Android 16)",
    "address": "192.168.0.7",
    "created_at": 1_795_939_200.0,
    "used_at": 1_795_942_800.0,
    "expires_at": 1_796_547_600.0,
    "is_current": True,
}
DONE = {"success": True}


@router.post(
    SETUP_PATH,
    openapi_extra=json_body(SET_UP, NEW | {"code": "Xq3…", "household": HOUSEHOLD}),
    responses=answers(TOKENS, *OF_A_BODY, WrongCode, AlreadySetUp),
)
async def set_up(request: Request, response: Response, body: Body) -> LoggedIn:
    """Make the household and its first owner, who is logged in with it.

    By the code that the server shows at its start while there is no owner, or by the API_KEY.
    """
    wanted = parse_model(SET_UP, body)
    code: SetupCode = request.app.state.setup_code
    if request.state.caller.role is not Role.OWNER and not code.fits(wanted.code or ""):
        raise WrongCode("expected the code that the server shows at its start, or the API_KEY")
    return await _let_in(
        request, response, partial(_accounts(request).set_up, wanted), Action.SET_UP
    )


@router.post(
    "/auth/register",
    openapi_extra=json_body(REGISTRATION, NEW | {"invitation": "b6Yk…"}),
    responses=answers(TOKENS, *OF_A_BODY, WrongCode, LoginTaken),
)
async def register(request: Request, response: Response, body: Body) -> LoggedIn:
    """Become one of the household, by an invitation that was not used."""
    new = parse_model(REGISTRATION, body)
    enter = partial(_accounts(request).register, new, _address(request))
    return await _let_in(request, response, enter, Action.JOINED)


@router.post(
    "/auth/login",
    openapi_extra=json_body(CREDENTIALS, LOGIN),
    responses=answers(TOKENS, *OF_A_BODY, WrongLogin),
)
async def log_in(request: Request, response: Response, body: Body) -> LoggedIn:
    """Begin a session. A browser gets cookies, a program finds the tokens in the answer.

    After some failures the next attempt has to wait, whether there is such an account or not.
    """
    given = parse_model(CREDENTIALS, body)
    enter = partial(_accounts(request).log_in, given, _address(request))
    return await _let_in(request, response, enter, Action.LOGGED_IN)


@router.post(
    "/auth/refresh",
    openapi_extra=json_body(REFRESH_TOKEN, {"refresh_token": "eyJhbGciOi…"}, required=False),
    responses=answers(TOKENS, *OF_A_BODY, SessionOver),
    response_model_exclude_none=True,
)
async def refresh(request: Request, response: Response, body: Body) -> LoggedIn:
    """New tokens for the refresh token, of the body or else of the cookie.

    It is good once: one that comes a second time ends the session, since two have it.
    """
    given = _given(body)
    token = given or refresh_cookie(request)
    if not token:
        raise InvalidInput("refresh_token: expected one, or the cookie that has it")
    tokens = await run_in_threadpool(_sessions(request).refresh, token)
    response.headers["Cache-Control"] = "no-store"
    if given:
        return _shown(tokens)
    set_cookies(request, response, tokens)
    return LoggedIn(session_id=tokens.session_id, expires_in=int(ACCESS_SEC))


@router.post(
    "/auth/logout",
    openapi_extra=json_body(REFRESH_TOKEN, {"refresh_token": "eyJhbGciOi…"}, required=False),
    responses=answers(DONE, *OF_A_BODY),
)
async def log_out(request: Request, response: Response, body: Body) -> Done:
    """End the caller's session, known by either token. It may be over already."""
    token = _given(body) or refresh_cookie(request)
    await run_in_threadpool(_sessions(request).end_of, request.state.caller.session_id, token)
    delete_cookies(request, response)
    return Done()


@router.get("/auth/me", responses=answers(ME))
def me(request: Request) -> Me:
    """Who asks; with the API_KEY it is nobody by name."""
    caller: Caller = request.state.caller
    people: PeopleService = request.app.state.people
    whose, person_id = caller.household_id, caller.person_id
    person = people.person(person_id, whose) if person_id is not None else None
    shown = person.model_dump(include={"login", "name", "language"}) if person else {}
    return Me(
        household_id=caller.household_id,
        role=caller.role or Role.VIEWER,
        person_id=caller.person_id,
        session_id=caller.session_id,
        is_operator=caller.is_operator,
        households=households_of(people, caller),
        **shown,
    )


@router.post(
    "/auth/household",
    openapi_extra=json_body(CHOICE, {"household_id": 1}),
    responses=answers(ME, *OF_A_BODY, UnknownHousehold),
)
async def choose_household(request: Request, body: Body) -> Me:
    """Let the session of whoever asks look at another household of hers.

    Its live connections are hung up, and come again for the other household.
    """
    wanted = parse_model(CHOICE, body).household_id
    request.state.caller = await run_in_threadpool(look_at, request, wanted)
    return await run_in_threadpool(me, request)


def look_at(request: Request, household_id: int) -> Caller:
    """Who asks, now of that household; raises Forbidden and UnknownHousehold."""
    caller: Caller = request.state.caller
    person_id = person_id_of(caller)
    if caller.session_id is None or household_id == caller.household_id:
        return caller
    person = _sessions(request).look_at(caller.session_id, person_id, household_id)
    return as_caller(person, caller.session_id)


def households_of(people: PeopleService, caller: Caller) -> tuple[MembershipShown, ...]:
    """Those that the person belongs to who asks; a key is of one."""
    if caller.person_id is None:
        whose = [(caller.household_id, caller.role or Role.VIEWER)]
    else:
        whose = [(it.household_id, it.role) for it in people.memberships(caller.person_id)]
    names = {it.id: it.name for it in people.households()}
    return tuple(
        MembershipShown(household_id=number, name=names[number], role=role)
        for number, role in whose
        if number in names
    )


@router.get("/auth/sessions", responses=answers([SESSION]))
def sessions(request: Request) -> list[SessionShown]:
    """Where the person who asks is logged in, the session that was used last first."""
    caller: Caller = request.state.caller
    return [
        SessionShown(**each.model_dump(), is_current=each.id == caller.session_id)
        for each in _sessions(request).sessions(person_id_of(caller))
    ]


@router.delete("/auth/sessions/{session_id}", responses=answers(DONE, UnknownSession))
def end_session(request: Request, session_id: str) -> Done:
    """Log the person who asks out there; what that device sends is refused at once."""
    _sessions(request).end(session_id, person_id_of(request.state.caller))
    return Done()


@router.put(
    "/auth/password",
    openapi_extra=json_body(PASSWORD_CHANGE, {"old": PASSWORD, "new": "an even longer sentence"}),
    responses=answers(DONE, *OF_A_BODY, WrongLogin),
)
async def change_password(request: Request, body: Body) -> Done:
    """Choose another password; the person's other sessions are over."""
    await choose_password(request, parse_model(PASSWORD_CHANGE, body))
    return Done()


async def choose_password(request: Request, change: PasswordChange) -> None:
    """Change the caller's; raises Forbidden, WrongLogin, TooManyRequests."""
    caller: Caller = request.state.caller
    person_id, accounts = person_id_of(caller), _accounts(request)
    work = partial(accounts.change_password, person_id, change, _address(request))
    await to_thread.run_sync(work, limiter=accounts.limiter)
    end_others = partial(_sessions(request).end_all, person_id, EndReason.PASSWORD)
    await run_in_threadpool(end_others, caller.session_id)


def person_id_of(caller: Caller) -> int:
    """Raises Forbidden for the API_KEY, which is no person's."""
    if caller.person_id is None:
        raise Forbidden("expected a person who is logged in, the API_KEY is nobody's")
    return caller.person_id


async def _let_in(
    request: Request, response: Response, enter: Callable[[], Entered], action: Action
) -> LoggedIn:
    """Begin the session of the person whom `enter` finds or makes."""
    tokens = await begin_session(request, enter, action)
    set_cookies(request, response, tokens)
    response.headers["Cache-Control"] = "no-store"
    return _shown(tokens)


async def begin_session(request: Request, enter: Callable[[], Entered], action: Action) -> Tokens:
    """Begin the session of the person whom `enter` finds or makes; raises what `enter` raises.

    Where the password is changed meanwhile, it raises WrongLogin.
    """
    work = partial(_begin, request, enter, action)
    return await to_thread.run_sync(work, limiter=_accounts(request).limiter)


def _begin(request: Request, enter: Callable[[], Entered], action: Action) -> Tokens:
    entered = enter()
    person, device = entered.person, request.headers.get("user-agent", "")
    tokens = _sessions(request).begin(person, device, _address(request))
    try:
        _accounts(request).check_same(entered)
    except WrongLogin:
        _sessions(request).end_of(tokens.session_id, None)  # it may be over by the change
        raise
    audit: AuditService = request.app.state.audit
    audit.note(as_caller(person, tokens.session_id), action)
    return tokens


def _shown(tokens: Tokens) -> LoggedIn:
    return LoggedIn(
        session_id=tokens.session_id,
        expires_in=int(ACCESS_SEC),
        access_token=tokens.access,
        refresh_token=tokens.refresh,
    )


def _given(body: bytes) -> str | None:
    return parse_model(REFRESH_TOKEN, body).refresh_token if body.strip() else None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _accounts(request: Request) -> AccountService:
    accounts: AccountService = request.app.state.accounts
    return accounts


def _sessions(request: Request) -> SessionService:
    service: SessionService = request.app.state.sessions
    return service
