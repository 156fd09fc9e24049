"""Templates into pages, in a person's language."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from backend.access.keys import FIRST_HOUSEHOLD, STRANGER, Caller
from backend.access.roles import Role
from backend.errors import ApiError, TooManyRequests
from backend.people.auth_router import households_of
from backend.people.household import Household
from backend.people.person import Person
from backend.people.schemas import MembershipShown
from backend.people.service import PeopleService
from backend.web import language as languages
from backend.web.moments import Moments
from backend.web.navigation import Item, items_for
from backend.web.sentences import said_of
from backend.web.static_files import StaticFiles
from contract.language import Language

UTC = ZoneInfo("UTC")
NAMES = (("ko", "한국어"), ("en", "English"))
TEMPLATES = Path(__file__).with_name("templates")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept, Accept-Language, Cookie",
}


@dataclass(frozen=True)
class View:
    """Who looks at a page, and in which words. Whoever has the API_KEY is no `person`.

    `homes` are all households of the person, `household` is the one that is looked at.
    """

    language: Language
    path: str
    items: tuple[Item, ...]
    moments: Moments
    household: Household | None
    person: Person | None
    role: Role | None
    homes: tuple[MembershipShown, ...] = ()

    def may(self, role: str) -> bool:
        """Whether who looks has this role, or one that may more."""
        return self.role is not None and self.role.includes(Role(role))

    @property
    def is_of_server(self) -> bool:
        """Whether it is the household that the server was set up for which is looked at."""
        return self.household is None or self.household.id == FIRST_HOUSEHOLD


class Pages:
    """Thread-safe. Its methods ask the database who looks. `clock` is seconds since 1970.

    `puts_to` is the origin to which browsers bring pictures, where it is not this server's.
    """

    def __init__(
        self,
        people: PeopleService,
        clock: Callable[[], float] = time.time,
        puts_to: str | None = None,
    ) -> None:
        """Raises OSError where a file of the pages is missing."""
        policy = POLICY.replace("connect-src 'self'", f"connect-src 'self' {puts_to}")
        self._headers = {**HEADERS, "Content-Security-Policy": policy if puts_to else POLICY}
        self.static = StaticFiles()
        self._people, self._clock = people, clock
        self._texts = languages.read_catalogues()
        self._templates = {
            language: self._environment(texts) for language, texts in self._texts.items()
        }

    def render(
        self, request: Request, template: str, status: int = 200, **values: object
    ) -> HTMLResponse:
        """The page of `template` for the caller; `view` is its View."""
        view = self.view(request)
        text = self._template(view, template).render(view=view, **values)
        answer = HTMLResponse(text, status, self._headers)
        if languages.named(request.query_params.get("lang")):
            answer.set_cookie(
                languages.COOKIE, view.language, languages.COOKIE_SEC, samesite="lax", httponly=True
            )
        return answer

    def problem(self, request: Request, error: ApiError) -> HTMLResponse:
        """The page that says what `error` says.

        It asks nobody who looks where that may be what has failed, or what is too often.
        """
        caller: Caller = getattr(request.state, "caller", STRANGER)
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(error, TooManyRequests):
            caller = STRANGER
        view = self._view_of(request, caller) if caller is not STRANGER else self._plain(request)
        sentence = said_of(error, self._texts[view.language], is_stranger=caller is STRANGER)
        text = self._template(view, "problem.html").render(view=view, sentence=sentence, kept={})
        return HTMLResponse(text, int(error.status), {**self._headers, **(error.headers or {})})

    def view(self, request: Request) -> View:
        """Who looks, asked for once a request."""
        known: View | None = getattr(request.state, "view", None)
        if known is None:
            known = request.state.view = self._view_of(request, request.state.caller)
        return known

    def _plain(self, request: Request) -> View:
        """Anybody."""
        language = language_of(request)
        moments = Moments(language, self._texts[language], UTC, self._clock())
        return View(language, request.url.path, (), moments, None, None, None)

    def _view_of(self, request: Request, caller: Caller) -> View:
        whose, number = caller.household_id, caller.person_id
        person = self._people.person(number, whose) if number is not None else None
        household = self._people.household(whose)
        language = person.language if person else language_of(request)
        zone = self._people.zone_of(household)
        moments = Moments(language, self._texts[language], zone, self._clock())
        path = request.url.path
        homes = households_of(self._people, caller) if person else ()
        items = items_for(path, caller.role, has_board=len(homes) > 1)
        return View(language, path, items, moments, household, person, caller.role, homes)

    def texts(self, request: Request) -> NullTranslations:
        """The texts in the language of whoever looks."""
        return self._texts[self.view(request).language]

    def sentence(self, request: Request, error: ApiError) -> str:
        """What went wrong, in the words of whoever looks."""
        return said_of(error, self.texts(request))

    def _template(self, view: View, name: str) -> Template:
        return self._templates[view.language].get_template(name)

    def _environment(self, texts: NullTranslations) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
        environment.globals |= {"static": self.static.url, "languages": NAMES}
        return environment


def language_of(request: Request) -> Language:
    """What somebody without an account has chosen, what the browser wants, or English."""
    said = languages.named(request.query_params.get("lang"))
    kept = languages.named(request.cookies.get(languages.COOKIE))
    wanted = languages.accepted(request.headers.get("accept-language", ""))
    return said or kept or wanted or "en"
