"""What people say of things: who may write, change and delete it, and what is left of it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.access.keys import HOUSEHOLD, Caller
from backend.access.roles import Role
from backend.audit.actions import Action
from backend.audit.service import AuditService
from backend.comments.errors import CommentEdited, NotTheAuthor, UnknownComment, UnknownSubject
from backend.comments.service import CommentService
from backend.storage.database import SqliteDatabase
from contract.comments import Comment, CommentEdit, Rating, RatingSummary, Subject, SubjectKind
from testkit.clock import Clock
from testkit.households import HOME

OWNER = Caller("person 1", HOME, person_id=1, role=Role.OWNER)
JUNHO = Caller("person 2", HOME, person_id=2, role=Role.CAREGIVER)
SORA = Caller("person 3", HOME, person_id=3, role=Role.CAREGIVER)
NEIGHBOUR = Caller("person 4", person_id=4, role=Role.OWNER, household_id=2)
IMAGE = Subject(kind=SubjectKind.IMAGE, id="9f")
LOOK = Subject(kind=SubjectKind.LOOK, id="9f")
NOW = 1_800_000_000.0


class Album:
    """A room that knows pictures, each by its household."""

    def __init__(self, **kept: int) -> None:
        self.kept = kept

    def has(self, image_id: str, household_id: int) -> bool:
        return self.kept.get(image_id) == household_id


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def album() -> Album:
    return Album(**{"9f": 1, "8e": 1})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as database:
        yield database


@pytest.fixture
def service(database: SqliteDatabase, album: Album, clock: Clock) -> CommentService:
    return CommentService(database, {SubjectKind.IMAGE: album.has}, clock)


def edit_of(comment: Comment, text: str) -> CommentEdit:
    return CommentEdit(text=text, edited_at=comment.edited_at)


def texts(service: CommentService, subject: Subject = IMAGE) -> list[str]:
    return [it.text for it in service.newest(subject, 1)]


def test_comments_are_of_their_subject_newest_first(service: CommentService) -> None:
    service.add(JUNHO, IMAGE, "first")
    service.add(SORA, Subject(kind=SubjectKind.IMAGE, id="8e"), "of another")
    service.add(HOUSEHOLD, IMAGE, "second")
    found = service.newest(IMAGE, 1)
    assert [(it.person_id, it.text, it.at, it.edited_at) for it in found] == [
        (None, "second", NOW, None),
        (2, "first", NOW, None),
    ]


def test_list_goes_on_behind_the_last_one_also_where_that_is_deleted_by_now(
    service: CommentService,
) -> None:
    numbers = [service.add(JUNHO, IMAGE, str(of)).number for of in range(5)]
    service.add(JUNHO, Subject(kind=SubjectKind.IMAGE, id="8e"), "of another")
    first = [it.number for it in service.newest(IMAGE, 1, limit=2)]
    assert first == [numbers[4], numbers[3]]
    service.delete(JUNHO, first[-1])
    rest = [it.number for it in service.newest(IMAGE, 1, first[-1], limit=10)]
    assert rest == [numbers[2], numbers[1], numbers[0]]
    assert service.newest(IMAGE, 1, numbers[0]) == []


@pytest.mark.parametrize(
    ("caller", "subject"),
    [
        (JUNHO, Subject(kind=SubjectKind.IMAGE, id="7d")),
        (JUNHO, LOOK),  # nobody knows looks here
        (NEIGHBOUR, IMAGE),
    ],
)
def test_nothing_is_said_of_what_the_household_does_not_have(
    service: CommentService, caller: Caller, subject: Subject
) -> None:
    asked: tuple[Callable[[], object], ...] = (
        lambda: service.newest(subject, caller.household_id),
        lambda: service.add(caller, subject, "here"),
        lambda: service.rate(caller, subject, 5),
        lambda: service.summary(caller, subject),
    )
    for ask in asked:
        with pytest.raises(UnknownSubject):
            ask()


def test_edit_says_that_it_is_one(service: CommentService, clock: Clock) -> None:
    comment = service.add(JUNHO, IMAGE, "on the carpet")
    clock.sleep(60)
    edited = service.edit(JUNHO, comment.number, edit_of(comment, "on the rug"))
    assert edited == comment.model_copy(update={"text": "on the rug", "edited_at": NOW + 60})
    assert service.newest(IMAGE, 1) == [edited]


def test_edit_of_what_was_edited_meanwhile_is_refused_and_changes_nothing(
    service: CommentService,
) -> None:
    comment = service.add(JUNHO, IMAGE, "first")
    # The clock stands still: each edit is known from the one before all the same.
    once = service.edit(JUNHO, comment.number, edit_of(comment, "second"))
    twice = service.edit(JUNHO, comment.number, edit_of(once, "third"))
    for read in (comment, once):
        with pytest.raises(CommentEdited, match=f"expected edited_at {twice.edited_at}"):
            service.edit(JUNHO, comment.number, edit_of(read, "late"))
    assert texts(service) == ["third"]


@pytest.mark.parametrize("other", [SORA, OWNER, HOUSEHOLD])
def test_nobody_but_the_author_edits(service: CommentService, other: Caller) -> None:
    comment = service.add(JUNHO, IMAGE, "mine")
    with pytest.raises(NotTheAuthor):
        service.edit(other, comment.number, edit_of(comment, "theirs"))
    assert texts(service) == ["mine"]


def test_author_and_owner_delete_and_others_do_not(service: CommentService) -> None:
    first, second, third = (service.add(JUNHO, IMAGE, text) for text in ("1", "2", "3"))
    with pytest.raises(NotTheAuthor):
        service.delete(SORA, first.number)
    service.delete(JUNHO, first.number)
    service.delete(OWNER, second.number)
    service.delete(HOUSEHOLD, third.number)
    assert texts(service) == []


def test_comment_of_another_household_is_unknown(service: CommentService) -> None:
    comment = service.add(JUNHO, IMAGE, "ours")
    with pytest.raises(UnknownComment):
        service.edit(NEIGHBOUR, comment.number, edit_of(comment, "theirs"))
    with pytest.raises(UnknownComment):
        service.delete(NEIGHBOUR, comment.number)


def test_number_of_a_deleted_comment_is_not_given_again(
    service: CommentService, database: SqliteDatabase, tmp_path: Path
) -> None:
    comment = service.add(JUNHO, IMAGE, "gone")
    service.delete(JUNHO, comment.number)
    database.close()
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as again:
        after = CommentService(again, {SubjectKind.IMAGE: lambda *_: True})
        assert after.add(JUNHO, IMAGE, "new").number > comment.number


def test_last_stars_of_a_person_count(service: CommentService, clock: Clock) -> None:
    assert service.summary(JUNHO, IMAGE) == RatingSummary(mean=None, count=0, mine=None)
    for caller, stars in ((JUNHO, 1), (SORA, 5), (HOUSEHOLD, 3), (HOUSEHOLD, 5)):
        service.rate(caller, IMAGE, stars)
    clock.sleep(9)
    again = service.rate(JUNHO, IMAGE, 2)
    assert again == Rating(subject=IMAGE, person_id=2, stars=2, at=NOW + 9)
    assert service.summary(JUNHO, IMAGE) == RatingSummary(mean=4.0, count=3, mine=2)
    assert service.summary(OWNER, IMAGE) == RatingSummary(mean=4.0, count=3, mine=None)


def test_audit_log_says_who_said_something_of_what_and_not_what(
    service: CommentService, database: SqliteDatabase
) -> None:
    comment = service.add(JUNHO, IMAGE, "secret")
    service.edit(JUNHO, comment.number, edit_of(comment, "secret still"))
    service.rate(SORA, IMAGE, 4)
    service.delete(OWNER, comment.number)
    entries = AuditService(database).entries(0, 1e11, 10, HOME)
    assert [(it.person_id, it.action, it.subject) for it in entries] == [
        (1, Action.DELETED_COMMENT, "image 9f"),
        (3, Action.RATED, "image 9f"),
        (2, Action.EDITED_COMMENT, "image 9f"),
        (2, Action.COMMENTED, "image 9f"),
    ]


def test_nothing_is_left_of_what_was_said_of_something_erased(service: CommentService) -> None:
    other = Subject(kind=SubjectKind.IMAGE, id="8e")
    for subject in (IMAGE, other):
        service.add(JUNHO, subject, f"of {subject.id}")
        service.rate(JUNHO, subject, 4)
    assert service.erase(IMAGE) == 1
    assert (texts(service), service.summary(JUNHO, IMAGE).count) == ([], 0)
    assert (texts(service, other), service.summary(JUNHO, other).count) == (["of 8e"], 1)


def test_what_is_said_while_its_subject_is_erased_goes_with_it(
    database: SqliteDatabase, album: Album
) -> None:
    def erased_at_once(image_id: str, household_id: int) -> bool:
        has = album.has(image_id, household_id)
        album.kept.pop(image_id, None)
        return has

    service = CommentService(database, {SubjectKind.IMAGE: erased_at_once})
    with pytest.raises(UnknownSubject):
        service.add(JUNHO, IMAGE, "too late")
    album.kept["9f"] = 1
    assert CommentService(database, {SubjectKind.IMAGE: album.has}).newest(IMAGE, 1) == []
