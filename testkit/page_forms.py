"""What the forms of the pages send, by their paths; `{image_id}` stands for what one is called.

A form that is not here sends nothing.
"""

from collections.abc import Mapping

Form = Mapping[str, str | list[str]]
TEXT: Form = {"text": "x"}
EDIT: Form = {"text": "x", "edited_at": ""}
SIDE = ["{image_id}"] * 3
FORMS: Mapping[str, Form] = {
    "/cameras": {"camera_id": "{camera_id}"},
    "/cameras/chosen": {"camera_id": "{camera_id}", "camera": "1", "stream": "1"},
    "/cameras/place": {"camera_id": "{camera_id}", "place": "x"},
    "/cameras/removal": {"camera_id": "{camera_id}"},
    "/channels/{number}/arrival": {"arrived": "yes"},
    "/auth/household": {"household_id": "{household_id}"},
    "/datasets/from-record": {"first": "2026-11-01", "last": "2026-11-30", "verdicts": ["fall"]},
    "/datasets/{dataset_id}/share": {"days": "7"},
    "/datasets/{dataset_id}/versions/{version}/subset": {"labels": "fall"},
    "/detectors/comparisons": {
        "version_id": ["{version_id}", "{version_id}"],
        "dataset_version_id": "{dataset_version_id}",
    },
    "/detectors/deployments": {"version_id": "{version_id}", "kind": "endpoint", "name": "x"},
    "/detectors/deployments/{deployment_id}/shares": {"share-{version_id}": "100"},
    "/detectors/versions/{version_id}/alias": {"alias": "shadow", "reason": "x"},
    "/detectors/versions/{version_id}/exports": {"format": "onnx"},
    "/erase/count": {"camera_id": "{camera_id}"},
    "/fall-test": {"camera_id": "{camera_id}", "minutes": "5"},
    "/images/consents": {"camera_id": "{camera_id}"},
    "/images/consents/withdrawal": {"camera_id": "{camera_id}"},
    "/images/{image_id}/jobs": {"work": "apply_look", "look_id": "{look_id}"},
    "/images/{subject_id}/comments": TEXT,
    "/images/{subject_id}/comments/{number}": EDIT,
    "/images/{subject_id}/rating": {"stars": "4"},
    "/incidents/{incident_id}/acknowledgement": {"answer": "going"},
    "/incidents/{incident_id}/notes": TEXT,
    "/incidents/{incident_id}/notes/{number}": EDIT,
    "/incidents/{incident_id}/verdict": {"verdict": "fall"},
    "/people/{person_id}": {"name": "x"},
    "/styles": {
        "name": "x",
        "method": "lut",
        "learnt_from": "pairs",
        "before": SIDE,
        "after": SIDE,
    },
    "/styles/{look_id}/apply": {"image_id": "{image_id}"},
    "/styles/{look_id}/export": {"size": "17"},
    "/styles/{look_id}/night": {"used": "yes"},
    "/styles/{look_id}/share": {"days": "7"},
    "/styles/{subject_id}/comments": TEXT,
    "/styles/{subject_id}/comments/{number}": EDIT,
    "/styles/{subject_id}/rating": {"stars": "4"},
    "/training": {"dataset_version": "{dataset_version_id}", "base": "{version_id}"},
}


def form_of(path: str, names: Mapping[str, str]) -> dict[str, str | list[str]]:
    """What the form of this path sends with these names."""

    def named(text: str) -> str:
        return text.format_map(names)

    return {
        named(name): named(value) if isinstance(value, str) else [named(it) for it in value]
        for name, value in FORMS.get(path, {}).items()
    }
