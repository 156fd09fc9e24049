"""GET and PUT /kakao/app: the household's app at Kakao, through which people connect theirs."""

import logging
from typing import Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from backend.access.asking import check_first_household, owner_of
from backend.access.middleware import check_household
from backend.alerts.channels.kakao.app import AppKey, AppSource, KakaoApp
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.contacts.errors import ContactsUnavailable, KakaoAppInEnvironment
from backend.contacts.kakao_router import redirect_uri_of
from backend.contacts.router import service_of
from backend.http.bodies import Body, parse_model
from backend.http.openapi import OF_A_BODY, answers, json_body
from contract.access import Token

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/kakao/app", tags=["contacts"])

APP = {"source": "page", "redirect_uri": "https://care.example.org/kakao/callback"}


class AppToKeep(BaseModel):
    """The app's REST API key and, if it has one, its client secret; a null key forgets both."""

    model_config = ConfigDict(extra="forbid")

    rest_api_key: Token | None
    client_secret: Token | None = None

    @model_validator(mode="after")
    def _no_secret_alone(self) -> Self:
        if self.client_secret and not self.rest_api_key:
            raise ValueError("expected a rest_api_key with the client_secret")
        return self


class ShownApp(BaseModel):
    """Where the key comes from, null while there is none, and what to register with the app.

    The key itself is shown to nobody.
    """

    source: AppSource | None
    redirect_uri: str


TO_KEEP = TypeAdapter(AppToKeep)
EXAMPLE = {"rest_api_key": "0123456789abcdef", "client_secret": "a1b2c3"}


@router.get("", responses=answers(APP))
def app(request: Request) -> ShownApp:
    """Whether the household has an app at Kakao, and the redirect URI to register with it."""
    check_household(request.state.caller)
    return ShownApp(source=_app(request).source, redirect_uri=redirect_uri_of(request))


@router.put(
    "",
    openapi_extra=json_body(TO_KEEP, EXAMPLE),
    responses=answers(APP, *OF_A_BODY, KakaoAppInEnvironment, ContactsUnavailable),
)
def set_app(request: Request, body: Body) -> ShownApp:
    """Keep the key of the household's app; it is used at once."""
    keep_app(request, parse_model(TO_KEEP, body))
    return ShownApp(source=_app(request).source, redirect_uri=redirect_uri_of(request))


def keep_app(request: Request, wanted: AppToKeep) -> None:
    """Keep it for an owner; raises Forbidden, KakaoAppInEnvironment, ContactsUnavailable."""
    check_first_household(owner_of(request))
    known, key = _app(request), wanted.rest_api_key
    if known.source is AppSource.ENVIRONMENT:
        raise KakaoAppInEnvironment("KAKAO_REST_API_KEY is set in the environment, which wins")
    try:
        known.keep(AppKey(key, wanted.client_secret) if key else None)
    except OSError as error:
        logger.error("the key of the Kakao app cannot be kept: %s", error.strerror)
        raise ContactsUnavailable("the key cannot be kept, the log says why") from error
    audit: AuditService = request.app.state.audit
    audit.note(request.state.caller, Action.CHANGED_KAKAO_APP, "")


def _app(request: Request) -> KakaoApp:
    return service_of(request).means.kakao_app
