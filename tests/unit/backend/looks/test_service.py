"""What looks are learnt from, who gets them, and what becomes of their files."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from backend.access.share_links import DAY_SEC
from backend.jobs.service import JobService
from backend.jobs.tables import jobs
from backend.looks.carriers import CubeCarrier, LookCarrier
from backend.looks.errors import (
    BadLook,
    UnfinishedLook,
    UnknownCube,
    UnknownLook,
    UnknownLookShare,
)
from backend.looks.files import LookFiles
from backend.looks.service import LookService
from backend.looks.sharing import LookShares
from backend.looks.tables import looks
from backend.media.errors import UnknownImage, WrongImageState
from backend.media.service import MediaService
from backend.media.sweeping import Sweeper
from backend.storage.shared_file import SharedFile
from contract.jobs import Job, JobKind, JobState
from contract.looks import LearntFrom, Look, LookFigures, LookMethod, LookWanted
from contract.media import ImageState, ImageType
from testkit.clock import Clock
from testkit.households import HOME
from testkit.kept_pictures import NOW, keep_picture
from testkit.memory_driver import MemoryDriver

FIGURES = LookFigures(pairs=2, held_out=1, psnr={"lut": 30.0, "as_it_was": 18.0}, seconds=1.0)
FILES = {"model.onnx": "network", "manifest.json": "{}", "CARD.md": "# A look"}


@dataclass
class House:
    """The services on a folder, with files in memory."""

    folder: Path
    driver: MemoryDriver = field(default_factory=MemoryDriver)
    clock: Clock = field(default_factory=lambda: Clock(NOW))

    def __post_init__(self) -> None:
        self.database = SharedFile(self.folder / "factory.sqlite3")
        self.jobs = JobService(self.database, self.clock)
        self.media = MediaService(self.database, self.driver, self.clock)
        files = LookFiles(self.driver)
        self.looks = LookService(self.database, self.jobs, self.media, files, self.clock)
        self.shares = LookShares(self.database, self.looks, self.clock)
        self.carrier = LookCarrier(self.looks, self.media)

    def picture(self, **fields: object) -> str:
        """The id of a picture that is kept."""
        return keep_picture(self.database, self.driver, **fields).id

    def wanted(self, *, pairs: int = 2, **fields: object) -> LookWanted:
        """A look from so many pairs."""
        before, after = ([self.picture() for _ in range(pairs)] for _ in range(2))
        asked = {"name": "밝게", "method": LookMethod.LUT, "learnt_from": LearntFrom.PAIRS}
        asked |= {"before": before, "after": after}
        return LookWanted.model_validate(asked | fields)

    def made(self, name: str = "made") -> Path:
        """A look in a folder, as its process leaves it."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for file, text in FILES.items():
            (folder / file).write_text(text)
        return folder

    def learnt(self) -> Look:
        """A look that is finished."""
        look = self.looks.learn(self.wanted(), HOME)
        return self.looks.keep(self.jobs.find(look.job_id, HOME), FIGURES, self.made())

    def exported(self, look: Look, size: int = 17) -> Job:
        """That its `.cube` file was written."""
        job = self.looks.export(look.id, 17 if size == 17 else 65, HOME)
        path = self.folder / "look.cube"
        path.write_text("LUT_3D_SIZE")
        self.looks.keep_cube(job, path)
        return job


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    with closing(house.database):
        yield house


def test_look_is_learnt_by_a_job_and_offered_once_it_is_kept(house: House) -> None:
    wanted = house.wanted()
    look = house.looks.learn(wanted, HOME, created_by=7)
    job = house.jobs.find(look.job_id, HOME)
    assert (job.kind, job.queue, job.title, job.created_by) == (JobKind.LOOK, "ml", "밝게", 7)
    assert LookWanted.model_validate(job.spec) == wanted
    assert (look.state, look.figures) == (JobState.QUEUED, None)
    for _ in range(2):  # a worker that was killed keeps it again
        house.carrier.keep(job, house.made("look").parent, FIGURES.model_dump())
    found = house.looks.find(look.id, HOME)
    assert (found.figures, found.bytes) == (FIGURES, sum(map(len, FILES.values())))
    assert [it.id for it in house.looks.newest(HOME)] == [look.id]
    house.looks.put_into(look.id, 1, house.folder / "there")
    assert (house.folder / "there" / "model.onnx").read_text() == "network"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pairs": 1}, "expected 2 pairs or more that differ, got 1"),
        ({"after": ["one"]}, "expected as many pictures after as before: 1 and 2"),
        ({"before": ["a", "a"], "after": ["b", "b"]}, "expected 2 pairs or more that differ"),
        ({"learnt_from": "style", "after": []}, "expected pictures of the style as after"),
        ({"learnt_from": "night"}, "expected 2 bright pictures or more as before alone"),
        ({"learnt_from": "night", "before": ["a"], "after": []}, "expected 2 bright pictures"),
    ],
)
def test_what_no_look_can_be_learnt_from_is_said(
    house: House, fields: dict[str, object], said: str
) -> None:
    pairs = fields.pop("pairs", 2)
    assert isinstance(pairs, int)
    with pytest.raises(BadLook, match=said):
        house.looks.learn(house.wanted(pairs=pairs, **fields), HOME)
    assert house.looks.newest(HOME) == []


def test_pictures_have_to_be_of_the_household_kept_and_readable(house: House) -> None:
    for error, image_id in [
        (UnknownImage, "nobody's"),
        (UnknownImage, house.picture(household_id=2)),
        (WrongImageState, house.picture(state=ImageState.PENDING)),
        (BadLook, house.picture(content_type=ImageType.HEIC)),
        (BadLook, house.picture(bytes=5 * 2**30)),
    ]:
        with pytest.raises(error):
            house.looks.learn(house.wanted(after=[house.picture(), image_id]), HOME)


def test_both_of_a_pair_have_one_name_and_those_of_an_incident_one_group(house: House) -> None:
    of_incident = [house.picture(incident_id="of/the hall", content_type=kind) for kind in
                   (ImageType.JPEG, ImageType.PNG)]  # fmt: skip
    alone = house.picture()
    wanted = house.wanted(before=[*of_incident, alone], after=[house.picture() for _ in range(3)])
    look = house.looks.learn(wanted, HOME)
    folder = house.folder / "work"
    (folder / "before" / "left").mkdir(parents=True)  # by a try that was killed
    command = house.carrier.command(house.jobs.find(look.job_id, HOME), folder)
    assert command[1:4] == ["-m", "modeling.training.carried.look", str(folder)]
    assert LookWanted.model_validate_json(command[4]) == wanted
    before, after = (sorted(it.name for it in (folder / name).iterdir()) for name in
                     ("before", "after"))  # fmt: skip
    assert before == after
    groups = [name.split("#")[0] for name in before]
    assert sorted(map(groups.count, groups)) == [1, 2, 2]
    assert f"{alone}#0002" in before
    assert all("/" not in name for name in before)


def test_look_that_is_not_finished_does_nothing_and_says_why(house: House) -> None:
    look, picture = house.looks.learn(house.wanted(), HOME), house.picture()
    with house.database.writing() as db:
        failed = {"state": JobState.FAILED, "failure": "a picture is black"}
        db.execute(update(jobs).where(jobs.c.id == look.job_id).values(failed))
    for ask in (
        lambda: house.looks.apply(look.id, picture, HOME),
        lambda: house.looks.export(look.id, 33, HOME),
        lambda: house.looks.put_into(look.id, 1, house.folder / "there"),
    ):
        with pytest.raises(UnfinishedLook, match="the look is failed: a picture is black, expec"):
            ask()


def test_look_is_applied_by_a_job_of_the_picture(house: House) -> None:
    look, picture = house.learnt(), house.picture()
    job = house.looks.apply(look.id, picture, HOME, created_by=3)
    assert (job.kind, job.queue, job.created_by) == (JobKind.IMAGE, "ml", 3)
    assert job.spec == {"image_id": picture, "work": "apply_look", "look_id": look.id}
    with pytest.raises(UnknownImage):
        house.looks.apply(look.id, house.picture(household_id=2), HOME)


def test_cube_file_is_written_by_a_job_and_then_there(house: House) -> None:
    look = house.learnt()
    with pytest.raises(UnknownCube, match="expected that an export made one"):
        house.looks.cube(look, 17)
    job = house.exported(look)
    assert (job.kind, job.queue, job.spec) == (JobKind.CUBE, "io", {"look_id": look.id, "size": 17})
    assert b"".join(house.looks.cube(look, 17)) == b"LUT_3D_SIZE"
    command = CubeCarrier(house.looks).command(job, house.folder / "work")
    assert command[1:] == ["-m", "modeling.perception.carried.cube", str(house.folder / "work"),
                           "17"]  # fmt: skip
    assert (house.folder / "work" / "look" / "manifest.json").read_text() == "{}"


def test_look_that_is_deleted_leaves_no_file_and_is_learnt_no_further(house: House) -> None:
    look, other = house.learnt(), house.looks.learn(house.wanted(), HOME)
    export = house.exported(look)
    for it in (look, other):
        house.looks.remove(it.id, HOME)
    assert [key for key in house.driver.files if not key.startswith("images/")] == []
    assert house.jobs.find(other.job_id, HOME).state is JobState.CANCELLED
    with pytest.raises(UnknownLook):
        house.looks.keep(house.jobs.find(other.job_id, HOME), FIGURES, house.made())
    with pytest.raises(UnknownLook):
        house.looks.keep_cube(export, house.folder / "look.cube")
    assert [key for key in house.driver.files if not key.startswith("images/")] == []
    with pytest.raises(UnknownLook):
        house.looks.find(look.id, HOME)


def test_other_households_do_not_have_it(house: House) -> None:
    look = house.learnt()
    assert house.looks.newest(household_id=2) == []
    for ask in (
        lambda: house.looks.find(look.id, 2),
        lambda: house.looks.remove(look.id, 2),
        lambda: house.looks.apply(look.id, house.picture(household_id=2), 2),
        lambda: house.looks.export(look.id, 33, 2),
        lambda: house.looks.put_into(look.id, 2, house.folder / "there"),
    ):
        with pytest.raises(UnknownLook):
            ask()


def test_link_gives_the_look_until_it_expires_or_the_look_is_deleted(house: House) -> None:
    look, other = house.learnt(), house.learnt()
    house.exported(look, 65)
    token, expires_at = house.shares.share(look, 7, 3)
    gone, _ = house.shares.share(other, 7, 3)
    shared = house.shares.find(token)
    assert (shared.look.id, shared.created_by, expires_at) == (look.id, 3, NOW + 7 * DAY_SEC)
    with zipfile.ZipFile(io.BytesIO(house.looks.zipped(shared.look))) as archive:
        assert archive.namelist() == [*FILES, "look-65.cube"]
        assert archive.read("model.onnx") == b"network"
    house.looks.remove(other.id, HOME)
    house.clock.now = expires_at
    for lost in (token, gone, "made up"):
        with pytest.raises(UnknownLookShare):
            house.shares.find(lost)


def test_look_of_a_picture_that_was_erased_meanwhile_is_not_kept(house: House) -> None:
    look = house.looks.learn(wanted := house.wanted(), HOME)
    house.media.erase(wanted.before[0], HOME)
    with pytest.raises(UnknownImage):
        house.looks.keep(house.jobs.find(look.job_id, HOME), FIGURES, house.made())
    assert house.looks.find(look.id, HOME).finished_at is None
    assert not [key for key in house.driver.files if key.startswith("styles/")]


def test_files_that_no_look_owns_are_swept_and_others_stay(house: House) -> None:
    look, gone = house.learnt(), house.learnt()
    house.exported(look)
    kept = set(house.driver.keys("styles/")) | set(house.driver.keys("cubes/"))
    with house.database.writing() as db:  # as by a kill between its row and its files
        db.execute(delete(looks).where(looks.c.id == gone.id))
    house.driver.write("cubes/none/17.cube", [b"stray"], "text/plain")
    sweeper = Sweeper(house.database, house.driver, house.media, house.clock)
    sweeper.also(house.looks.strays)
    assert sweeper.sweep() == len(FILES) + 1
    left = set(house.driver.keys("styles/")) | set(house.driver.keys("cubes/"))
    assert left == {key for key in kept if gone.id not in key}


def test_files_of_looks_of_another_database_are_left_alone(house: House, tmp_path: Path) -> None:
    house.learnt()
    sweeper = Sweeper(house.database, house.driver, house.media, house.clock)
    sweeper.sweep()
    (tmp_path / "new").mkdir()
    other = House(tmp_path / "new", house.driver)
    theirs = Sweeper(other.database, other.driver, other.media, other.clock)
    theirs.also(other.looks.strays)
    assert theirs.sweep() == 0
    assert len(list(house.driver.keys("styles/"))) == len(FILES)
