"""A household with something of everything, each with a text in what somebody has typed of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.access.keys import FIRST_HOUSEHOLD
from backend.cameras.found_router import CAMERA as CAMERA_FOUND
from backend.cameras.names import name_in
from backend.jobs.service import JobWanted
from contract.jobs import JobKind
from contract.versions import DETECTOR, Version
from testkit.asked_home import AskedHome
from testkit.households import HOME
from testkit.kept_pictures import keep_picture
from testkit.past_of_household import Names, add_past
from testkit.versions import altered, compared, register

CANARY = "canary-3b9f"
WAIT_SEC = 20.0


@dataclass
class FullHousehold:
    """Fills it, over HTTP where there is a route. The server's data is in `data_dir`.

    Of another household than 1 `home` has the keys of its owner and of `household`. Two on a server
    have a `text` each.
    """

    home: AskedHome
    data_dir: Path
    household_id: int = HOME
    text: str = CANARY

    @property
    def camera_id(self) -> str:
        """What its camera is called on the server."""
        return self._named(f"{self.text}-hall")

    @property
    def _me(self) -> int:
        number: int = self._ask("GET", "/auth/me")["person_id"]
        return number

    def _named(self, name: str) -> str:
        return name_in(self.household_id, name)

    def fill(self) -> Names:
        """Do it; the ids of what there is now."""
        self._erase_nothing()
        names = self._cameras() | self._incident() | self._people()
        names |= self._pictures(names["incident_id"]) | self._datasets() | self._models()
        names |= self._ask_models(names)
        names |= add_past(self.home, self.data_dir, names, self.text, self.household_id)
        self._settle()
        return names | self._elsewhere(names)

    def _ask(self, method: str, path: str, body: object = None, who: str = "owner") -> Any:
        options = {} if body is None else {"json": body}
        return self.home.ask(who, method, path, **options).raise_for_status().json()

    def _erase_nothing(self) -> None:
        asked = {"camera_id": f"{self.text} garage", "confirm": True}
        self._ask("POST", "/erasures", asked)
        self._until(lambda: self._ask("GET", "/erasures")[0]["finished_at"])

    def _until(self, ask: Callable[[], Any]) -> Any:
        """What it answers once there is an answer."""
        give_up_at = time.monotonic() + WAIT_SEC
        while not (answer := ask()):
            if time.monotonic() > give_up_at:
                raise TimeoutError
            time.sleep(0.01)
        return answer

    def _cameras(self) -> Names:
        code = self._ask("POST", "/cameras", {"camera_id": self.camera_id})["code"]
        paired = self._ask("POST", "/pairing", {"code": code}, "stranger")
        self.home.keys["their box"] = paired["key"]
        self._event("HEARTBEAT", state="watching")
        self._ask("PUT", f"/cameras/{self.camera_id}", {"place": f"{self.text} shelf"})
        zone = {"name": self.text, "kind": "rest", "polygon": [[0.1, 0.5], [0.5, 0.5], [0.5, 0.8]]}
        self._ask("PUT", f"/cameras/{self.camera_id}/zones", {"zones": [zone]})
        found = CAMERA_FOUND | {"id": self.text, "name": self.text}
        self._ask("PUT", f"/cameras/{self.camera_id}/found", {"cameras": [found]}, "their box")
        self._ask("POST", "/cameras", {"camera_id": f"{self.text} kitchen"})
        visit = self._ask("POST", "/visits", {"minutes": 60})
        self._ask("POST", "/self-tests", {"camera_id": self.camera_id})
        self._ask("POST", "/fall-test", {"camera_id": self._named("hall"), "minutes": 5})
        return {"camera_id": self.camera_id, "visit_id": str(visit["id"])}

    def _event(self, kind: str, **fields: object) -> None:
        event: dict[str, object] = {
            "event_type": kind,
            "event_id": f"{self.text}-{kind}",
            "camera_id": self.camera_id,
        }
        event |= {"ts": time.time(), **fields}
        self._ask("POST", "/event/payload", event, "their box")

    def _incident(self) -> Names:
        fall = {"event": "fall", "incident_id": f"{self.text}-1"}
        self._event("START", **fall)
        self._event("END", state="lying", **fall)
        (incident, *_) = self._ask("GET", "/incidents")
        path = f"/incidents/{incident['id']}"
        self._ask("POST", f"{path}/acknowledgement", {"answer": "going"})
        self._ask("POST", f"{path}/notes", {"text": self.text})
        (note,) = self._ask("GET", f"{path}/notes")
        self._ask("POST", f"{path}/verdict", {"verdict": "fall"})
        self._ask("PUT", f"{path}/rating", {"stars": 4})
        return {"incident_id": incident["id"], "number": str(note["number"])}

    def _people(self) -> Names:
        words = dict.fromkeys(("name", "resident", "address"), self.text)
        self._ask("PUT", "/household", words)
        ids = [person["id"] for person in self._ask("GET", "/people", who="household")]
        for number in ids:
            self._ask("PUT", f"/people/{number}", {"name": f"{self.text} {number}"}, "household")
        contact = self._ask("POST", "/contacts", {"kind": "ntfy", "label": self.text})
        self._ask("POST", "/people/invitations", {"role": "viewer"})
        key = self._ask("POST", f"/households/{self.household_id}/keys", {"name": self.text})
        (session, *_) = self._ask("GET", "/auth/sessions")
        return {
            "contact_id": str(contact["id"]),
            "person_id": str(ids[1]),
            "household_id": str(self.household_id),
            "key_id": str(key["key_id"]),
            "session_id": session["id"],
        }

    def _pictures(self, incident_id: str) -> Names:
        state = self.home.app.state
        of_camera = {"incident_id": incident_id, "camera_id": self.camera_id}
        fields: list[dict[str, Any]] = [of_camera, {}, {}, {}, {}, {}]
        own: dict[str, Any] = {"household_id": self.household_id, "person_id": self._me}
        kept = [
            keep_picture(
                state.factory_database, state.media_driver, name=f"{self.text}.jpg", **own, **more
            )
            for more in fields
        ]
        ids = [it.id for it in kept]
        self._ask("PUT", "/images/consents", {"camera_id": self.camera_id, "days": 30})
        said = self._ask("POST", f"/images/{ids[0]}/comments", {"text": self.text})
        self.home.ask("owner", "GET", f"/images/{ids[0]}/original").raise_for_status()
        pairs = {"before": ids[:3], "after": ids[3:], "learnt_from": "pairs", "method": "lut"}
        look = self._ask("POST", "/styles", {"name": self.text} | pairs)
        return {"image_id": ids[0], "look_id": look["id"], "comments before": str(said["number"])}

    def _datasets(self) -> Names:
        content = f"day,{self.text}\n2026-11-01,71.5\n2026-11-02,72.5\n".encode()
        wanted = {"name": self.text, "kind": "table", "size": len(content)}
        upload = self._ask("POST", "/datasets", wanted)["id"]
        path, headers = f"/datasets/uploads/{upload}", {"Upload-Offset": "0"}
        self.home.ask("owner", "PATCH", path, content=content, headers=headers).raise_for_status()
        version = self._until(lambda: self._ask("GET", path)["version_id"])
        (dataset,) = self._ask("GET", "/datasets")
        self._ask("POST", f"/datasets/{dataset['id']}/share", {"days": 7})
        return {
            "upload_id": upload,
            "dataset_id": dataset["id"],
            "dataset_version_id": version,
        }

    def _models(self) -> Names:
        state = self.home.app.state
        made = [self._register(name, least) for name, least in (("one", 0.4), ("two", 0.6))]
        compared(state.factory_database, *made, household_id=self.household_id)
        ids = [it.id for it in made]
        asked = self._ask("POST", "/comparisons", {"version_ids": ids})
        export = self._ask("POST", "/exports", {"version_id": ids[0], "format": "onnx"})
        why = {"alias": "shadow", "reason": self.text}
        self._ask("POST", f"/versions/{ids[1]}/alias", why)
        shares = {"kind": "endpoint", "recipe": DETECTOR, "shares": {ids[0]: 100}}
        deployment = self._ask("POST", "/deployments", shares | {"name": self.text})
        wanted = JobWanted(
            JobKind.TRAINING, self.text, {"recipe": DETECTOR}, household_id=self.household_id
        )
        job = state.jobs.ask(wanted)
        return {
            "version_id": ids[0],
            "comparison_id": asked["id"],
            "export_id": export["id"],
            "deployment_id": deployment["id"],
            "job_id": job.id,
        }

    def _register(self, name: str, threshold: float) -> Version:
        name = f"{self.text} {name}"
        folder = altered(self.data_dir.parent / name, name, threshold=threshold)
        return register(self.home.app.state.versions, folder, household_id=self.household_id)

    def _ask_models(self, names: Names) -> Names:
        row = {"weather": "rain", "speed_limit": 60, "hour": 18}
        self._ask("POST", "/api/predict/eclo", row)
        table = {"dataset_version_id": names["dataset_version_id"]}
        batch = self._ask("POST", "/api/predict/eclo/batch", table)
        if self.household_id == FIRST_HOUSEHOLD:  # what boxes are offered is its own
            self._ask("GET", f"/deployments/edge/{DETECTOR}", who="their box")
        return {"api job_id": batch["job_id"]}

    def _settle(self) -> None:
        """Let nothing wait that is written after it was answered."""
        state = self.home.app.state
        state.tabular.history.write()
        while state.activity.count_piece():
            pass

    def _elsewhere(self, names: Names) -> Names:
        """What the same name is in each room, and what is nobody's."""
        version = self._ask("GET", f"/datasets/{names['dataset_id']}/versions/1")
        return {
            "activity camera": names["camera_id"],
            "ask camera": names["camera_id"],
            "datasets version_id": names["dataset_version_id"],
            "images before": names["image_id"],
            "images notes_before": names["comments before"],
            "styles notes_before": names["comments before"],
            "incidents number": names["number"],
            "jobs before": names["job_id"],
            "training before": names["job_id"],
            "incidents subject_id": names["incident_id"],
            "images subject_id": names["image_id"],
            "images key": f"camera/{names['image_id']}/original.jpg",
            "styles subject_id": names["look_id"],
            "channels number": names["contact_id"],
            "sha256": version["manifest"],
        }
