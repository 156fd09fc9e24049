"""What is told of an incident."""

from backend.integrations.webhooks.messages import Kind, Said, messages_of
from contract.incidents import Incident, IncidentState
from contract.trouble import SERVER
from testkit.households import HOME

NOW = 1_800_000_000.0


def incident(**fields: object) -> Incident:
    known = {
        "id": "i1", "camera_id": "hall", "label": "fall", "person": None, "state": "open",
        "began_at": NOW, "ended_at": None, "duration_sec": None, "seen": None, "detail": None,
        "received_at": NOW, "sent_id": None, "household_id": HOME,
    }  # fmt: skip
    return Incident.model_validate(known | fields)


def kinds(of: Incident, *said: Said) -> list[Kind]:
    return [it.body.type for it in messages_of(of, said, NOW)]


def test_each_thing_that_happens_is_a_message() -> None:
    answer, verdict = (Said(kind, 1, "i1", "x", NOW) for kind in (Kind.ANSWERED, Kind.VERDICT))
    over = incident(ended_at=NOW, state=IncidentState.RESOLVED)
    assert kinds(incident()) == [Kind.BEGAN]
    assert kinds(over, answer, verdict) == [
        Kind.BEGAN, Kind.ENDED, Kind.ANSWERED, Kind.VERDICT, Kind.RESOLVED,
    ]  # fmt: skip


def test_camera_that_is_silent_and_back_is_no_incident_of_a_person() -> None:
    silent = incident(label="camera_silent", ended_at=NOW, state=IncidentState.RESOLVED)
    assert kinds(silent) == [Kind.CAMERA_SILENT, Kind.CAMERA_BACK]
    (of_server,) = messages_of(incident(camera_id=SERVER, label="disk_low"), (), NOW)
    assert of_server.body.data.camera_id is None


def test_ids_are_the_same_each_time_and_each_answer_has_its_own() -> None:
    said = [Said(Kind.ANSWERED, number, "i1", "going", NOW) for number in (1, 2)]
    first, again = ([it.id for it in messages_of(incident(), said, at)] for at in (NOW, NOW + 60))
    assert first == again
    assert len(set(first)) == 3
