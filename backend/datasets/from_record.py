"""A data set of the household's own record: what its cameras saw, and its people have judged."""

import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.datasets import store
from backend.datasets.errors import NothingToKeep, NoVerdict
from backend.datasets.formats.base import TakenFile
from backend.datasets.formats.tracks import labels_file, labels_said, track_name
from backend.datasets.record_tracks import RecordedClip, of_incident, of_ordinary_minute
from backend.datasets.schemas import RecordWanted
from backend.datasets.versioning import NewVersion, VersionMaker
from backend.escalation.answer import Verdict
from backend.escalation.service import EscalationService
from backend.incidents.errors import UnknownIncident
from backend.incidents.service import IncidentService
from backend.incidents.store import Wanted
from backend.people.service import PeopleService
from backend.poses.errors import NoPoses, PosesUnavailable
from backend.poses.service import PoseService
from backend.storage.blobs import Blobs, Staged
from backend.storage.database import Database
from common.files import sha256_of
from contract.datasets import Dataset, DatasetFile, DatasetKind, DatasetVersion
from contract.incidents import Incident
from contract.language import Language
from modeling.training.datasets.clips import LABELS_NAME, LabelsFile
from modeling.training.datasets.labels import ClipLabels

MOST_INCIDENTS = 1000
"""Of a span of time, that are looked at: the newest."""
NAMES: Mapping[Language, str] = {"ko": "기록에서", "en": "From the record"}


@dataclass(frozen=True)
class Record:
    """Where what has happened, and what was said of it, is asked for."""

    incidents: IncidentService
    escalation: EscalationService
    poses: PoseService
    people: PeopleService
    household_of: Callable[[str], int]


class RecordDatasets:
    """Thread-safe; its methods wait for disks and databases."""

    def __init__(
        self, database: Database, blobs: Blobs, maker: VersionMaker, record: Record
    ) -> None:
        self._database, self._blobs, self._maker = database, blobs, maker
        self._record = record

    def make(
        self, wanted: RecordWanted, household_id: int, created_by: int | None
    ) -> DatasetVersion:
        """A version of what is wanted, and of nothing else; raises NothingToKeep."""
        with self._maker.alone:  # before the poses are read: an erasure waits, or comes before
            clips = [*self._judged(wanted, household_id), *self._ordinary(wanted, household_id)]
            if not clips:
                raise NothingToKeep(
                    "expected an incident with such a verdict whose poses are kept, or ordinary "
                    "minutes: there is none in this span"
                )
            dataset = self._dataset(household_id, created_by)
            before = self._maker.files_before(dataset.id)
            files = self._files(clips, [])
            return self._make(dataset, files, before, created_by)

    def add(self, incident_id: str, household_id: int, created_by: int | None) -> DatasetVersion:
        """A version with this incident too, as it was judged.

        Raises UnknownIncident, NoVerdict, NoPoses and PosesUnavailable.
        """
        incident = self._record.incidents.find(incident_id, household_id)
        if incident is None:
            raise UnknownIncident(f"no incident {incident_id[:32]!r}")
        verdict = self._record.escalation.verdicts([incident.id]).get(incident.id)
        if verdict in (None, Verdict.NOT_SURE):
            raise NoVerdict("expected a verdict that says what it was: fall, false_alarm or test")
        with self._maker.alone:  # see `make`
            clip = self._clip(incident, verdict, household_id)
            if clip is None:
                raise NoPoses("nobody was in sight around this incident")
            dataset = self._dataset(household_id, created_by)
            before = self._maker.files_before(dataset.id)
            files = self._files([clip], self._labels(before.get(LABELS_NAME)))
            return self._make(dataset, before | files, before, created_by)

    def _judged(self, wanted: RecordWanted, household_id: int) -> Iterator[RecordedClip]:
        span = Wanted(
            is_trouble=False, since=wanted.since, until=wanted.until, household_id=household_id
        )
        found = {it.id: it for it in self._record.incidents.newest(span, MOST_INCIDENTS)}
        for incident_id, verdict in self._record.escalation.verdicts(list(found)).items():
            if verdict in wanted.verdicts:
                try:
                    clip = self._clip(found[incident_id], verdict, household_id)
                except (NoPoses, PosesUnavailable):
                    continue
                if clip:
                    yield clip

    def _ordinary(self, wanted: RecordWanted, household_id: int) -> Iterator[RecordedClip]:
        zone = self._record.people.zone(household_id)
        most = round(wanted.ordinary_hours * 60)
        if most:
            record = self._record
            found = record.poses.ordinary_minutes(
                wanted.since, wanted.until, lambda it: record.household_of(it) == household_id
            )
            yield from filter(None, (of_ordinary_minute(kept, zone) for kept in found[:most]))

    def _clip(self, incident: Incident, verdict: Verdict, household_id: int) -> RecordedClip | None:
        zone = self._record.people.zone(household_id)
        return of_incident(self._record.poses.kept(incident.id), incident, verdict, zone)

    def _dataset(self, household_id: int, created_by: int | None) -> Dataset:
        with self._database.reading() as db:
            found = store.of_record(db, household_id)
        if found:
            return found
        household = self._record.people.household(household_id)
        name = NAMES[household.language if household else "ko"]
        of = household_id, name, DatasetKind.TRACKS, created_by
        return self._maker.new_dataset(*of, of_record=True)

    def _labels(self, file: DatasetFile | None) -> list[ClipLabels]:
        if file is None:
            return []
        place = self._blobs.path(file.sha256)
        return labels_file(TakenFile(file.path, file.sha256, file.size, place)).clips

    def _make(
        self,
        dataset: Dataset,
        files: Mapping[str, DatasetFile],
        before: Mapping[str, DatasetFile],
        created_by: int | None,
    ) -> DatasetVersion:
        new = NewVersion(dataset, list(files.values()), before.values(), created_by)
        return self._maker.make(new)

    def _files(
        self, clips: Iterable[RecordedClip], known: Iterable[ClipLabels]
    ) -> dict[str, DatasetFile]:
        """The files of these clips, and the labels of them and of those that are `known`."""
        by_name = {clip.labels.name: clip for clip in clips}
        labels = {it.name: it for it in known} | {
            name: clip.labels for name, clip in by_name.items()
        }
        said = LabelsFile(clips=[labels[name] for name in sorted(labels)])
        content = said.model_dump_json(indent=1).encode()
        digest = self._blobs.keep_bytes(content)
        names = DatasetFile(path=LABELS_NAME, sha256=digest, size=len(content))
        return {LABELS_NAME: names, **self._kept(by_name.values())}

    def _kept(self, clips: Iterable[RecordedClip]) -> dict[str, DatasetFile]:
        """The files of these clips' tracks, which are among the blobs then."""
        folder = self._blobs.staging(f"record-{uuid.uuid4().hex}")
        folder.mkdir(mode=0o700, parents=True)
        try:
            files = {clip.labels.name: _written(clip, folder) for clip in clips}
            self._blobs.adopt([Staged(it.sha256, folder / name) for name, it in files.items()])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return {file.path: file for file in files.values()}


def _written(clip: RecordedClip, folder: Path) -> DatasetFile:
    place = folder / clip.labels.name
    clip.track.save(place)
    return DatasetFile(
        path=track_name(clip.labels.name),
        sha256=sha256_of(place),
        size=place.stat().st_size,
        labels=labels_said(clip.labels),
        camera_id=clip.camera_id,
        group=clip.labels.group,
        date=clip.day,
        recorded=clip.recorded,
    )
