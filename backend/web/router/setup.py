"""/setup: from a new server to an alert that has rung, in steps that each end with a test."""

from collections.abc import Mapping
from functools import partial
from zoneinfo import available_timezones

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from backend.access.asking import owner_of
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.cameras.service import CameraState
from backend.contacts.contact import Standing
from backend.contacts.router import service_of
from backend.errors import ApiError
from backend.http.bodies import Body
from backend.people.accounts import AccountService
from backend.people.auth_router import begin_session
from backend.people.cookies import set_cookies
from backend.people.errors import AlreadySetUp, NotSetUp, WrongCode
from backend.people.household import USUAL_ZONE, Household, HouseholdSettings
from backend.people.router import change_household
from backend.people.schemas import SetUp
from backend.people.setup_code import SetupCode
from backend.web.forms import checked, fields_of
from backend.web.page_route import page_router, pages_of, see
from backend.web.pages import language_of
from backend.web.router.cameras import cameras_values
from backend.web.router.channels import WhatWasSaid, values_of
from backend.web.setup_steps import setup_values

router = page_router()

OF_HELP = ("resident", "address", "entry_code", "language", "time_zone")


@router.get("/setup")
def owner_page(request: Request, code: str = "") -> Response:
    """The first step; once somebody has done it, the next one."""
    if request.app.state.people.is_set_up:
        return see("/setup/household")
    _check(request, code)
    return _owner_page(request, code, {}, None)


@router.post("/setup")
async def set_up(request: Request, body: Body) -> Response:
    """Make the household and its first owner, and log in."""
    fields = fields_of(body)
    code = fields.get("code", "")
    await run_in_threadpool(_check, request, code)
    try:
        accounts: AccountService = request.app.state.accounts
        enter = partial(accounts.set_up, _wanted(request, fields))
        tokens = await begin_session(request, enter, Action.SET_UP)
    except ApiError as error:
        return await run_in_threadpool(_owner_page, request, code, fields, error)
    answer = see("/setup/household")
    set_cookies(request, answer, tokens)
    return answer


@router.get("/setup/household")
def household_page(request: Request, confirm: str = "") -> Response:
    """Where help has to come; in the end as it is read to 119."""
    household = _household(request)
    return _household_page(request, household.model_dump(), is_to_confirm=bool(confirm))


@router.post("/setup/household")
def set_household(request: Request, body: Body) -> Response:
    """Keep it, and show what comes of it."""
    fields = fields_of(body)
    given = {name: fields.get(name) or None for name in OF_HELP}
    try:
        before = _household(request).model_dump(include=set(HouseholdSettings.model_fields))
        change_household(request, checked(HouseholdSettings, before | given))
    except ApiError as error:
        return _household_page(request, given, error)
    return see("/setup/household?confirm=1")


@router.get("/setup/channels")
def channels_page(request: Request, said: WhatWasSaid) -> Response:
    """A way to the owner, that has rung."""
    values = values_of(request, said, in_setup=True) | setup_values(request, "channels")
    return pages_of(request).render(
        request, "setup_channels.html", **values, rang=_has_rung(request)
    )


@router.get("/setup/cameras")
def cameras_page(request: Request) -> Response:
    """A camera that watches."""
    values = cameras_values(request) | setup_values(request, "cameras")
    return pages_of(request).render(request, "setup_cameras.html", **values)


@router.get("/setup/done")
def done_page(request: Request) -> Response:
    """What works by now, and what does not."""
    cameras = request.app.state.cameras.all(request.state.caller.household_id)
    return pages_of(request).render(
        request,
        "setup_done.html",
        **setup_values(request, "done"),
        rang=_has_rung(request),
        watching=[it.camera_id for it in cameras if it.state is CameraState.WATCHING],
        household=_household(request),
        has_links=request.app.state.public_url is not None,
    )


def _owner_page(
    request: Request, code: str, fields: dict[str, str], error: ApiError | None
) -> Response:
    pages = pages_of(request)
    usual = {"name": "", "login": "", "household": "", "time_zone": USUAL_ZONE}
    return pages.render(
        request,
        "setup_owner.html",
        int(error.status) if error else 200,
        **setup_values(request, "owner") | {"kept": {"code": code}},
        code=code,
        values={name: fields.get(name, value) for name, value in usual.items()},
        sentence=pages.sentence(request, error) if error else "",
    )


def _household_page(
    request: Request,
    values: Mapping[str, object],
    error: ApiError | None = None,
    *,
    is_to_confirm: bool = False,
) -> Response:
    pages = pages_of(request)
    return pages.render(
        request,
        "setup_household.html",
        int(error.status) if error else 200,
        **setup_values(request, "household"),
        values={name: values.get(name) or "" for name in OF_HELP},
        household=_household(request),
        zones=sorted(available_timezones()),
        is_to_confirm=is_to_confirm,
        sentence=pages.sentence(request, error) if error else "",
    )


def _check(request: Request, code: str) -> None:
    """Raise AlreadySetUp or WrongCode unless the caller may set up the household."""
    if request.app.state.people.is_set_up:
        raise AlreadySetUp("the household is set up: log in, or be invited")
    known: SetupCode = request.app.state.setup_code
    if request.state.caller.role is not Role.OWNER and not known.fits(code):
        raise WrongCode("expected the code that the server shows at its start")


def _wanted(request: Request, fields: dict[str, str]) -> SetUp:
    language = language_of(request)
    household = {
        "name": fields.get("household", ""),
        "language": language,
        "time_zone": fields.get("time_zone", USUAL_ZONE),
    }
    own = {name: fields.get(name, "") for name in ("name", "login", "password")}
    return checked(SetUp, own | {"language": language, "household": household})


def _household(request: Request) -> Household:
    """That of who asks; raises Forbidden and NotSetUp."""
    owner_of(request)
    found: Household | None = request.app.state.people.household(request.state.caller.household_id)
    if found is None:
        raise NotSetUp("the household is not set up yet")
    return found


def _has_rung(request: Request) -> bool:
    """Whether a person has confirmed some way to the household."""
    return any(it.standing is Standing.CONFIRMED for it in service_of(request).contacts())
