"""Uploads that make versions, and uploads that are refused, on a real disk."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.datasets.errors import (
    DiskFull,
    TooManyUploads,
    UnknownDataset,
    UploadBusy,
    UploadOver,
    WrongOffset,
)
from backend.datasets.piece import Piece
from backend.datasets.tables import dataset_versions, datasets
from backend.datasets.uploads import ABANDONED_SEC, MOST_OPEN
from backend.errors import BodyTooLarge, InvalidInput
from backend.storage.room import ROOM_BYTES
from contract.datasets import DatasetKind, UploadWanted
from testkit import dataset_zips as good
from testkit.bad_uploads import bad_uploads
from testkit.clock import Clock
from testkit.dataset_zips import zipped
from testkit.datasets_alone import DatasetsAlone
from testkit.households import HOME

NOW = 1_800_014_400.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DatasetsAlone]:
    with DatasetsAlone(tmp_path) as home:
        yield home


def rows(home: DatasetsAlone) -> int:
    with home.database.reading() as db:
        return sum(
            db.scalar(select(func.count()).select_from(table)) or 0
            for table in (datasets, dataset_versions)
        )


@pytest.mark.parametrize(
    ("files", "kind", "summary"),
    [
        (good.folders(), DatasetKind.PICTURES, {"lying": 2, "서 있음": 2}),
        (good.coco(), DatasetKind.PICTURES, {"lying": 2, "서 있음": 2}),
        (good.yolo(), DatasetKind.PICTURES, {"lying": 1, "서 있음": 2}),
        (good.tracks(), DatasetKind.TRACKS, {"fall": 1}),
        (good.clips(), DatasetKind.CLIPS, {"fall": 2}),
    ],
)
def test_each_format_makes_a_version(
    home: DatasetsAlone, files: good.Files, kind: DatasetKind, summary: dict[str, int]
) -> None:
    version = home.take(files, kind)
    assert (version.version, version.summary, version.files) == (1, summary, len(files))
    assert version.changes.added == len(files)
    manifest = home.service.manifest(version)
    assert [file.path for file in manifest.files] == sorted(files)
    for file in manifest.files:
        assert home.blobs.path(file.sha256).read_bytes() == files[file.path]
    kept = {file.sha256 for file in manifest.files} | {version.manifest}
    assert home.left_behind() == sorted(f"blobs/{it[:2]}/{it}" for it in kept)


def test_names_of_a_korean_windows_are_read(home: DatasetsAlone) -> None:
    data = zipped({"QQQQ/a.png": good.picture()})  # as long as 누움 in CP949
    version = home.send(data.replace(b"QQQQ", "누움".encode("cp949"))).version_id
    assert version is not None
    assert home.service.version(version, HOME).summary == {"누움": 1}


def test_bad_uploads_are_refused_and_leave_nothing_behind(home: DatasetsAlone) -> None:
    count = 0
    for bad in bad_uploads(200):
        ended = home.send(bad.content, bad.kind)
        assert ended.version_id is None, bad.name
        assert bad.expected in (ended.failure or ""), (bad.name, ended.failure)
        count += 1
    assert count == 200
    assert home.left_behind() == []
    assert rows(home) == 0
    assert home.intake.health().status == "ok"


def test_digest_that_was_said_is_checked(home: DatasetsAlone) -> None:
    content = zipped(good.folders())
    for digest, is_taken in ((sha256(content).hexdigest(), True), (64 * "0", False)):
        wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=len(content), sha256=digest)
        upload = home.uploads.begin(wanted, 1, None)
        piece = home.uploads.piece(upload.id, 0, 1)
        piece.write(content)
        piece.close()
        assert (home.ended(upload.id).version_id is not None) == is_taken


def test_pieces_go_on_where_the_upload_ends(home: DatasetsAlone) -> None:
    content = zipped(good.folders())
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=len(content))
    upload = home.uploads.begin(wanted, 1, None)
    first = home.uploads.piece(upload.id, 0, 1)
    with pytest.raises(UploadBusy):
        home.uploads.piece(upload.id, 0, 1)
    with pytest.raises(UploadBusy):
        home.uploads.give_up(upload.id, 1)
    first.write(content[:100])
    first.close()
    with pytest.raises(WrongOffset, match=f"at 100 of {len(content)} bytes"):
        home.uploads.piece(upload.id, 0, 1)
    second = home.uploads.piece(upload.id, 100, 1)
    with pytest.raises(BodyTooLarge):
        second.write(content)
    second.write(content[100:])
    second.close()
    assert home.ended(upload.id).failure is None
    with pytest.raises(UploadOver):
        home.uploads.piece(upload.id, 0, 1)


def test_what_was_written_after_the_last_sync_of_a_killed_run_does_not_count(
    home: DatasetsAlone,
) -> None:
    content = zipped(good.folders())
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=len(content))
    upload = home.uploads.begin(wanted, 1, None)
    piece = home.uploads.piece(upload.id, 0, 1)
    piece.write(content[:50])
    piece.close()
    with home.uploads.zip_of(upload.id).open("ab") as file:
        file.write(b"\0" * 4096)
    piece = home.uploads.piece(upload.id, 50, 1)
    piece.write(content[50:])
    piece.close()
    assert home.ended(upload.id).failure is None


def test_a_new_version_says_what_has_changed_and_keeps_the_same_once(home: DatasetsAlone) -> None:
    first = home.take(good.folders())
    before = len(home.left_behind())
    files = good.folders() | {"lying/new.png": good.picture(77)}
    del files["lying/1.png"]
    second = home.take(files, dataset_id=first.dataset_id)
    assert (second.version, second.name) == (2, "모음")
    assert (second.changes.added, second.changes.changed, second.changes.removed) == (1, 0, 1)
    assert second.changes.examples == ("lying/new.png", "lying/1.png")
    assert len(home.left_behind()) == before + 2
    assert home.take(files, dataset_id=first.dataset_id) == second


def test_only_changes_are_put_upon_the_version_before(home: DatasetsAlone) -> None:
    first = home.take(good.folders())
    files = {"lying/1.png": good.picture(99), "lying/new.png": good.picture(98)}
    second = home.take(files, dataset_id=first.dataset_id, only_changes=True)
    assert second.files == first.files + 1
    assert (second.changes.added, second.changes.changed, second.changes.removed) == (1, 1, 0)


def test_only_changes_are_checked_together_with_the_rest(home: DatasetsAlone) -> None:
    first = home.take(good.clips(), DatasetKind.CLIPS)
    with pytest.raises(ValueError, match="expected a video of the same name"):
        home.take({"film.xml": good.cvat()}, DatasetKind.CLIPS, first.dataset_id, True)


def test_two_uploads_at_once_both_count(home: DatasetsAlone) -> None:
    wholes = [zipped(good.folders(count)) for count in (4, 6)]
    opened = []
    for content in wholes:
        wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=len(content))
        upload = home.uploads.begin(wanted, 1, None)
        opened.append((content, home.uploads.piece(upload.id, 0, 1)))
    for begin in range(0, max(map(len, wholes)), 64):
        for content, piece in opened:
            piece.write(content[begin : begin + 64])
    for _, piece in opened:
        piece.close()
    found = [home.ended(piece.upload.id) for _, piece in opened]
    assert [home.service.version(it.version_id or "", HOME).files for it in found] == [4, 6]


def received(home: DatasetsAlone, content: bytes) -> str:
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=len(content))
    upload = home.uploads.begin(wanted, HOME, None)
    piece = home.uploads.piece(upload.id, 0, HOME)
    piece.write(content)
    piece.close()
    return upload.id


def test_upload_that_another_server_takes_in_is_left_to_it(tmp_path: Path) -> None:
    home = DatasetsAlone(tmp_path)
    upload_id = received(home, zipped(good.folders()))
    with home.uploads.claimed():  # as a server with the same folder does
        assert home.intake._round() is None
        assert home.intake._failure is None
        assert home.uploads.find(upload_id, HOME).finished_at is None
    assert home.intake._round() is not None
    assert home.uploads.find(upload_id, HOME).version_id is not None
    home.database.close()


def test_upload_that_lies_at_another_server_is_left_to_it_for_an_hour(tmp_path: Path) -> None:
    clock = Clock(NOW)
    home = DatasetsAlone(tmp_path, clock)
    upload_id = received(home, zipped(good.folders()))
    home.uploads.zip_of(upload_id).unlink()
    assert home.intake._round() is not None
    assert home.uploads.find(upload_id, HOME).finished_at is None
    clock.now += 3601.0
    home.intake._round()
    assert "the disk refuses" in (home.uploads.find(upload_id, HOME).failure or "")
    home.database.close()


def test_what_does_not_fit_is_refused_at_once(home: DatasetsAlone, tmp_path: Path) -> None:
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=1000)
    of_nobody = UploadWanted(dataset_id="nobody", kind=DatasetKind.PICTURES, size=1000)
    with pytest.raises(UnknownDataset):
        home.uploads.begin(of_nobody, 1, None)
    first = home.take(good.folders())
    other_kind = UploadWanted(dataset_id=first.dataset_id, kind=DatasetKind.CLIPS, size=1000)
    with pytest.raises(InvalidInput, match="expected pictures"):
        home.uploads.begin(other_kind, 1, None)
    for _ in range(MOST_OPEN):
        home.uploads.begin(wanted, 1, None)
    with pytest.raises(TooManyUploads):
        home.uploads.begin(wanted, 1, None)
    full = DatasetsAlone(tmp_path / "full", free=lambda _: ROOM_BYTES + 1999)
    with pytest.raises(DiskFull):
        full.uploads.begin(wanted, 1, None)
    full.database.close()


def test_what_other_uploads_have_still_to_write_is_not_free(tmp_path: Path) -> None:
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=1000)
    home = DatasetsAlone(tmp_path, free=lambda _: ROOM_BYTES + 4500)
    first = home.uploads.begin(wanted, 1, None)
    home.uploads.begin(wanted, 1, None)
    with pytest.raises(DiskFull):
        home.uploads.begin(wanted, 1, None)
    home.uploads.give_up(first.id, 1)
    assert home.uploads.begin(wanted, 1, None).received == 0
    home.database.close()


def test_a_disk_that_is_full_at_the_end_of_a_piece_is_said(home: DatasetsAlone) -> None:
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=1000)
    upload, ended = home.uploads.begin(wanted, 1, None), list[int]()
    with Path("/dev/full").open("wb") as full:
        piece = Piece(upload, full, ended.append, lambda: ended.append(-1))
        piece.write(b"x")
        with pytest.raises(DiskFull):
            piece.close()
    assert ended == [-1]


def test_no_room_to_unpack_is_said(tmp_path: Path) -> None:
    content = zipped({f"lying/{n}.png": good.picture(n) for n in range(20)})
    room = ROOM_BYTES + 2 * len(content)
    with DatasetsAlone(tmp_path, free=lambda folder: room * ("staged" not in str(folder))) as home:
        assert "room on the disk to unpack" in (home.send(content).failure or "")
        assert home.left_behind() == []


def test_an_abandoned_upload_is_given_up_after_a_day(tmp_path: Path) -> None:
    clock = Clock(NOW)
    home = DatasetsAlone(tmp_path, clock)
    wanted = UploadWanted(name="a", kind=DatasetKind.PICTURES, size=1000)
    upload = home.uploads.begin(wanted, 1, None)
    piece = home.uploads.piece(upload.id, 0, 1)
    piece.write(b"x" * 10)
    piece.close()
    clock.now += ABANDONED_SEC - 1
    home.intake.clean()
    assert home.uploads.find(upload.id, 1).finished_at is None
    clock.now += 2
    home.intake.clean()
    assert home.uploads.find(upload.id, 1).failure is not None
    assert home.left_behind() == []
    home.database.close()
