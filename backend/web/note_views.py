"""Notes as the page of an incident shows them: whose each is, and what may be done with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.access.keys import Caller
from backend.access.roles import Role
from backend.people.service import PeopleService
from contract.comments import Comment


@dataclass(frozen=True)
class Draft:
    """What somebody has written and is not kept: the note of this number was another by then."""

    number: int
    text: str


@dataclass(frozen=True)
class NoteView:
    """One note. `author` is None for the household's key; `draft` is what its form has instead."""

    comment: Comment
    author: str | None
    may_edit: bool
    may_delete: bool
    draft: str | None


def note_views(
    comments: Sequence[Comment], people: PeopleService, caller: Caller, draft: Draft | None
) -> Iterator[NoteView]:
    """The notes for whoever looks, oldest first."""
    is_writer = caller.role is not None and caller.role.includes(Role.CAREGIVER)
    for comment in comments:
        person = None if comment.person_id is None else people.person(comment.person_id)
        may_edit = is_writer and comment.person_id == caller.person_id
        yield NoteView(
            comment=comment,
            author=person.name if person else None,
            may_edit=may_edit,
            may_delete=may_edit or caller.role is Role.OWNER,
            draft=draft.text if draft and draft.number == comment.number else None,
        )
