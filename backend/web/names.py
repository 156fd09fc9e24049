"""What people are called, by their ids."""

from collections.abc import Callable
from functools import cache

from fastapi import Request

from backend.people.service import PeopleService
from backend.web.page_route import pages_of


def namer(request: Request) -> Callable[[int | None], str]:
    """Says who a person is; without an id whoever has the household's key."""
    people: PeopleService = request.app.state.people
    text = pages_of(request).texts(request).gettext

    @cache
    def name(person_id: int | None) -> str:
        if person_id is None:
            return text("somebody with the household's key")
        person = people.person(person_id)
        return person.name if person else text("Somebody")

    return name
