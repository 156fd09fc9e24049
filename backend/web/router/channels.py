"""/channels: the ways to each person, and a test of each that the person confirms."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, ValidationError

from backend.contacts.errors import KakaoAppInEnvironment, KindUnavailable
from backend.contacts.kakao_app_router import AppToKeep, keep_app
from backend.contacts.registry import FORM, KINDS
from backend.contacts.router import Number, add_contact, managed, say_arrived, service_of
from backend.contacts.router import remove as remove_contact
from backend.contacts.schemas import Confirmation
from backend.errors import ApiError, InvalidInput, describe
from backend.http.bodies import Body
from backend.web.channel_views import KindView, channels_path, channels_values, kind_view
from backend.web.forms import checked, fields_of, filled
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of, see
from backend.web.sentences import SENTENCES

router = page_router()

IN_SETUP = "in_setup"
DONE = {
    "added": N_("Added. Now let it ring once."),
    "sent": N_("The test has left."),
    "confirmed": N_("Good: this way works."),
    "silent": N_("Then it does not count yet."),
    "removed": N_("Removed."),
    "connected": N_("KakaoTalk is connected. Now send a test."),
    "app": N_("The app's key is kept. Now connect KakaoTalk."),
    "no_app": N_("The app's key is forgotten."),
}
REFUSED = {
    "invalid_input": N_("A key of Kakao's has letters and digits, and no blanks."),
    "kakao_app_in_environment": SENTENCES["kakao_app_in_environment"],
}


class Said(BaseModel):
    """What the address of the page says of what was done, or of why it was not."""

    done: str = ""
    kakao: str = ""
    failed: str = ""
    refused: str = ""


WhatWasSaid = Annotated[Said, Query()]


@router.get("/channels")
def page(request: Request, said: WhatWasSaid) -> Response:
    """The page."""
    return pages_of(request).render(request, "channels.html", **values_of(request, said))


@router.get("/channels/new/{kind}")
def form(request: Request, kind: str, in_setup: str = "") -> Response:
    """The form of one kind."""
    return _form(request, kind, {}, bool(in_setup))


@router.post("/channels/new/{kind}")
def add(request: Request, kind: str, body: Body) -> Response:
    """Add one of one's own."""
    fields = filled(fields_of(body))
    in_setup = bool(fields.pop(IN_SETUP, ""))
    try:
        add_contact(request, FORM.validate_python(fields | {"kind": kind}))
    except ValidationError as error:
        return _form(request, kind, fields, in_setup, InvalidInput(describe(error)))
    except ApiError as error:
        return _form(request, kind, fields, in_setup, error)
    return _back(in_setup, done="added")


@router.post("/channels/kakao-app")
def set_kakao_app(request: Request, body: Body) -> Response:
    """Keep the key of the household's app at Kakao, or forget it."""
    fields = filled(fields_of(body))
    in_setup = bool(fields.pop(IN_SETUP, ""))
    is_forgotten = fields.pop("forget", "") == "yes"
    try:
        wanted = {"rest_api_key": None} if is_forgotten else fields
        keep_app(request, checked(AppToKeep, wanted))
    except (InvalidInput, KakaoAppInEnvironment) as error:
        return _back(in_setup, refused=error.code)
    return _back(in_setup, done="no_app" if is_forgotten else "app")


@router.post("/channels/{number}/test")
def test(request: Request, number: Number, body: Body) -> Response:
    """Send a test through one."""
    in_setup = IN_SETUP in fields_of(body)
    trial = service_of(request).test(managed(request, number))
    if not trial.sent:
        return _back(in_setup, failed=trial.reason or "-")
    return _back(in_setup, done="sent")


@router.post("/channels/{number}/arrival")
def arrival(request: Request, number: Number, body: Body) -> Response:
    """Take what the person says: whether the test has arrived."""
    fields = fields_of(body)
    has_arrived = fields.get("arrived") == "yes"
    say_arrived(request, number, Confirmation(arrived=has_arrived))
    return _back(IN_SETUP in fields, done="confirmed" if has_arrived else "silent")


@router.post("/channels/{number}/removal")
def remove(request: Request, number: Number, body: Body) -> Response:
    """Notify nobody through it any more."""
    remove_contact(request, number)
    return _back(IN_SETUP in fields_of(body), done="removed")


def values_of(request: Request, said: Said, *, in_setup: bool = False) -> dict[str, Any]:
    """What parts/channels.html shows, after what was done or has failed."""
    text = pages_of(request).texts(request).gettext
    done = DONE.get("connected" if said.kakao == "connected" else said.done)
    return channels_values(request, in_setup=in_setup) | {
        "said": text(done) if done else "",
        "sentence": _why_not(said, text),
    }


def _why_not(said: Said, text: Callable[[str], str]) -> str:
    if said.kakao and said.kakao != "connected":
        return text(N_("KakaoTalk was not connected. Please try again and allow messages."))
    if said.failed:
        return text(N_("The test did not leave: {reason}")).format(reason=said.failed[:300])
    return text(REFUSED[said.refused]) if said.refused in REFUSED else ""


def _back(in_setup: bool, **said: str) -> Response:
    return see(f"{channels_path(in_setup=in_setup)}?{urlencode(said)}")


def _form(
    request: Request,
    kind: str,
    values: dict[str, str],
    in_setup: bool,
    error: ApiError | None = None,
) -> Response:
    pages = pages_of(request)
    return pages.render(
        request,
        "channel.html",
        int(error.status) if error else 200,
        kind=_kind(request, kind),
        values=values,
        in_setup=in_setup,
        back=channels_path(in_setup=in_setup),
        sentence=pages.sentence(request, error) if error else "",
    )


def _kind(request: Request, name: str) -> KindView:
    """The kind of this name, if it has a form; raises KindUnavailable."""
    known = KINDS.get(name)
    if known is None or known.connect:
        raise KindUnavailable(f"no form for {name[:32]!r}")
    language = pages_of(request).view(request).language
    return kind_view(known, service_of(request).means, language)
