"""What a version says of its files, and of those of the version before."""

import pytest

from backend.datasets.versioning import EXAMPLES, changes_between, summary_of
from contract.datasets import DatasetFile, Subset


def file(path: str, content: str = "0", **about: object) -> DatasetFile:
    fields = {"path": path, "sha256": content * 64, "size": 1, **about}
    return DatasetFile.model_validate(fields)


def test_what_was_added_changed_and_removed_is_counted() -> None:
    before = [file("a"), file("b"), file("c"), file("d")]
    after = [file("a"), file("b", "1"), file("c", labels=("fall",)), file("e")]
    changes = changes_between(before, after)
    assert (changes.added, changes.changed, changes.removed) == (1, 2, 1)
    assert changes.examples == ("e", "b", "c", "d")


def test_of_many_the_first_are_named() -> None:
    changes = changes_between([], [file(f"{number:03}") for number in range(100)])
    assert changes.added == 100
    assert changes.examples == tuple(f"{number:03}" for number in range(EXAMPLES))


def test_files_of_each_label_are_counted() -> None:
    files = [file("a", labels=("lying", "fall")), file("b", labels=("fall",)), file("c")]
    assert summary_of(files) == {"fall": 2, "lying": 1}


@pytest.mark.parametrize(
    ("subset", "expected"),
    [
        (Subset(), "nf"),
        (Subset(labels=("fall",)), "nf"),
        (Subset(labels=("lying", "앉음")), "n"),
        (Subset(camera_ids=("거실",)), "nf"),
        (Subset(camera_ids=("부엌",)), "n"),
        (Subset(people=("민지",)), "n"),
        (Subset(since="2026-11-29"), "nf"),
        (Subset(since="2026-11-30"), "n"),
        (Subset(until="2026-11-29"), "nf"),
        (Subset(until="2026-11-28"), "n"),
        (Subset(labels=("fall",), camera_ids=("부엌",)), "n"),
    ],
)
def test_a_subset_has_what_all_holds_for_and_what_is_about_all(
    subset: Subset, expected: str
) -> None:
    names = file("n")
    fall = file("f", labels=("fall",), camera_id="거실", date="2026-11-29", group="g")
    negative = file("o", group="g")
    assert "".join(it.path for it in (names, fall, negative) if subset.has(it)) == (
        expected if subset != Subset() else "nfo"
    )
