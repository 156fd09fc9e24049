"""/log: who looked when, and who did what."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response

from backend.access.keys import Caller
from backend.audit.actions import Action
from backend.audit.service import AuditService, Entry
from backend.escalation.answer import Way
from backend.people.service import PeopleService
from backend.web.marks import N_
from backend.web.page_route import page_router, pages_of

router = page_router()

SHOWN = 100
LAST = 1e11
"""Seconds since 1970 that no entry comes after."""
DID: Mapping[Action, str] = {
    Action.SET_UP: N_("set up the household"),
    Action.LOGGED_IN: N_("logged in"),
    Action.LOOKED: N_("looked at:"),
    Action.INVITED: N_("made an invitation"),
    Action.JOINED: N_("joined the household"),
    Action.CHANGED_PERSON: N_("changed {name}"),
    Action.REMOVED_PERSON: N_("removed {name}"),
    Action.CHANGED_HOUSEHOLD: N_("changed the settings"),
    Action.NAMED_OPERATOR: N_("let {name} make and end households"),
    Action.UNNAMED_OPERATOR: N_("let {name} make and end households no more"),
    Action.MADE_HOUSEHOLD: N_("made the household {subject}"),
    Action.ENDED_HOUSEHOLD: N_("ended the household {subject}"),
    Action.MADE_KEY: N_("made the key {subject}"),
    Action.ENDED_KEY: N_("ended the key {subject}"),
    Action.CHANGED_CONTACTS: N_("changed the channels of {name}"),
    Action.CHANGED_KAKAO_APP: N_("changed the app at Kakao"),
    Action.PAIRED_CAMERA: N_("made a code for the camera {subject}"),
    Action.REMOVED_CAMERA: N_("removed the camera {subject}"),
    Action.CHOSE_CAMERA: N_("chose a network camera for {subject}"),
    Action.TRIED_CAMERA: N_("tried out the camera {subject} by a fall"),
    Action.ANSWERED: N_("answered:"),
    Action.GAVE_VERDICT: N_("judged:"),
    Action.COMMENTED: N_("wrote of:"),
    Action.EDITED_COMMENT: N_("changed what was written of:"),
    Action.DELETED_COMMENT: N_("deleted what was written of:"),
    Action.RATED: N_("gave stars to:"),
    Action.ERASED: N_("erased {subject}"),
    Action.MOVED_ALIAS: N_("let {subject} serve"),
    Action.REMOVED_VERSION: N_("removed a version of a model"),
    Action.COMPARED_VERSIONS: N_("compared versions of a model"),
    Action.SHARED_DATASET: N_("shared a data set by a link"),
    Action.DOWNLOADED_DATASET: N_("had a data set downloaded by a link"),
    Action.REMOVED_DATASET: N_("deleted a data set"),
    Action.UPLOADED_IMAGE: N_("began to upload a picture"),
    Action.CONFIRMED_IMAGE: N_("uploaded a picture"),
    Action.ERASED_IMAGE: N_("erased a picture"),
    Action.GAVE_CONSENT: N_("let pictures be kept: {subject}"),
    Action.WITHDREW_CONSENT: N_("let pictures be kept no more: {subject}"),
    Action.CHOSE_NIGHT_LOOK: N_("chose by what camera boxes brighten dark pictures"),
    Action.SHARED_LOOK: N_("shared a look of pictures by a link"),
    Action.DOWNLOADED_LOOK: N_("had a look of pictures downloaded by a link"),
    Action.REMOVED_LOOK: N_("deleted a look of pictures"),
    Action.ERASED_PREDICTIONS: N_("erased the answers of the model {subject}"),
    Action.REMOVED_BATCH: N_("deleted a table that {subject} answered"),
    Action.DEPLOYED: N_("deployed {subject}"),
    Action.CHANGED_DEPLOYMENT: N_("changed what {subject} serves"),
    Action.ROLLED_BACK: N_("rolled back {subject}"),
    Action.ENDED_DEPLOYMENT: N_("ended {subject}"),
}
OF_WHAT_IS_SEEN = frozenset(
    {
        Action.LOOKED,
        Action.ANSWERED,
        Action.GAVE_VERDICT,
        Action.COMMENTED,
        Action.EDITED_COMMENT,
        Action.DELETED_COMMENT,
        Action.RATED,
    }
)
SEEN: Mapping[str, str] = {
    "now": N_("the live view"),
    "record": N_("the record"),
    "incident": N_("an incident"),
    "replay": N_("the skeletons of an incident"),
    "image": N_("a picture"),
    "images": N_("the pictures"),
    "look": N_("a look"),
}
"""By the first word of what was looked at; its id comes after it."""
PAGES = {"incident": "/incidents", "replay": "/incidents", "image": "/images", "look": "/styles"}
"""Where the page is of what has an id."""


@dataclass(frozen=True)
class EntryView:
    """One line. `at` is in seconds since 1970, and `link` leads to what `seen` names."""

    who: str
    did: str
    at: float
    seen: str = ""
    link: str | None = None


@router.get("/log")
def page(request: Request, before: Annotated[float, Query(ge=0, le=LAST)] = LAST) -> Response:
    """The page, with what was done `before`."""
    caller: Caller = request.state.caller
    audit: AuditService = request.app.state.audit
    found = audit.entries(0.0, before, SHOWN, caller.household_id)
    pages = pages_of(request)
    day = pages.view(request).moments.day
    entries = list(_views(request, found))
    days = [(name, list(group)) for name, group in groupby(entries, lambda it: day(it.at))]
    earlier = found[-1].at if len(found) == SHOWN else None
    return pages.render(request, "log.html", days=days, before=earlier)


def _views(request: Request, entries: list[Entry]) -> Iterator[EntryView]:
    text = pages_of(request).texts(request).gettext
    people: PeopleService = request.app.state.people
    names: dict[int | None, str] = {None: text(N_("The API_KEY"))}
    for entry in entries:
        who = _who(people, names, entry)
        if entry.action in OF_WHAT_IS_SEEN:
            yield _of_what_is_seen(who, entry, text)
            continue
        subject = entry.subject or ""
        number = int(subject) if subject.isdecimal() and len(subject) < 10 else None
        name = _name(people, names, number) if number else subject
        did = text(DID[entry.action]).format(subject=subject, name=name)
        yield EntryView(who, did, entry.at)


def _of_what_is_seen(who: str, entry: Entry, text: Callable[[str], str]) -> EntryView:
    kind, _, its_id = (entry.subject or "").partition(" ")
    seen = text(SEEN[kind]) if kind in SEEN else entry.subject or ""
    link = f"{PAGES[kind]}/{quote(its_id, safe='')}" if kind in PAGES and its_id else None
    return EntryView(who, text(DID[entry.action]), entry.at, seen, link)


def _who(people: PeopleService, names: dict[int | None, str], entry: Entry) -> str:
    is_pressed_there = entry.way == Way.HOME_ASSISTANT
    return "Home Assistant" if is_pressed_there else _name(people, names, entry.person_id)


def _name(people: PeopleService, names: dict[int | None, str], person_id: int | None) -> str:
    """What the person is called; `names` remembers it."""
    if person_id not in names and person_id is not None:
        person = people.person(person_id)
        names[person_id] = person.name if person else str(person_id)
    return names[person_id]
