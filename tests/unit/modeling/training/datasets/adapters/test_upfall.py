import numpy as np
import pytest

from modeling.training.datasets.adapters.upfall import read_skeletons, read_upfall
from modeling.training.datasets.source import SourceError

HEADER = ",".join([f"Joint{joint}_{axis}" for joint in range(1, 34) for axis in "XYZ"] + ["LABEL"])


def write(folder, name, impact=30, frames=100, columns=100):
    file = folder / "subject1" / f"{name}.csv"
    file.parent.mkdir(exist_ok=True)
    table = np.random.default_rng(0).random((frames, columns))
    table[:, -1] = np.arange(frames) >= impact
    np.savetxt(file, table, delimiter=",", header=HEADER, comments="")
    return file


def spans(recording, label):
    return [(s.first, s.last, s.certain) for s in recording.spans if s.label == label]


def test_both_cameras_of_a_trial_are_one_group(tmp_path):
    for name in ("C1S10A2T3", "C2S10A2T3"):
        write(tmp_path, name)
    first, second = read_upfall(tmp_path)
    assert first.group == second.group == "upfall-s10-a2-t3"
    assert (first.view, second.view) == ("cam1", "cam2")
    assert first.name != second.name
    assert first.room == second.room == "upfall"


@pytest.mark.parametrize(
    ("misnamed", "name"),
    [
        ("C2S1_A1_T2", "upfall-s1-a1-t2-cam2"),
        ("3S3A4T1", "upfall-s3-a4-t1-cam2"),
        ("CS3A4T2", "upfall-s3-a4-t2-cam1"),
    ],
)
def test_the_misnamed_files_find_their_trial(tmp_path, misnamed, name):
    write(tmp_path, misnamed)
    assert [recording.name for recording in read_upfall(tmp_path)] == [name]


def test_a_fall_starts_with_the_labelled_impact_and_the_truth_before_it_is_open(tmp_path):
    write(tmp_path, "C1S1A1T1", impact=30)
    (recording,) = read_upfall(tmp_path)
    assert (30, 57, True) in spans(recording, "fall")
    assert (0, 30, False) in spans(recording, "fall")
    assert (0, 48, False) in spans(recording, "lying")


def test_an_impact_close_to_the_end_still_makes_a_clip(tmp_path):
    write(tmp_path, "C1S1A1T1", impact=95)
    (recording,) = read_upfall(tmp_path)
    labels = recording.labels(read_skeletons(recording.file).times)
    assert labels.falls[0].start == pytest.approx(95 / 18)


def test_landmarks_are_read_as_they_stand_and_are_fully_visible(tmp_path):
    file = write(tmp_path, "C1S1A1T1")
    track = read_skeletons(file)
    table = np.loadtxt(file, delimiter=",", skiprows=1)
    track.check()
    assert track.landmarks.shape == (100, 33, 4)
    np.testing.assert_allclose(track.landmarks[7, 3, :3], table[7, 9:12], rtol=1e-6)
    assert (track.landmarks[..., 3] == 1.0).all()
    assert track.times[18] == pytest.approx(1.0)


def test_a_folder_without_skeletons_is_reported(tmp_path):
    with pytest.raises(SourceError, match=r"expected subject\*/\*.csv"):
        read_upfall(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "holiday"}, "not named like C1S1A2T2.csv"),
        ({"columns": 99}, "expected 100 columns"),
        ({"impact": 100}, "no skeletons with an impact"),
    ],
)
def test_a_file_that_is_something_else_is_reported(tmp_path, change, message):
    write(tmp_path, **({"name": "C1S1A1T1"} | change))
    with pytest.raises(SourceError, match=message):
        read_upfall(tmp_path)


def test_text_where_numbers_belong_is_reported(tmp_path):
    write(tmp_path, "C1S1A1T1").write_text(HEADER + "\nfall,fall\n")
    with pytest.raises(SourceError, match="cannot read"):
        read_upfall(tmp_path)


def test_the_real_files_are_all_read(shared_data):
    recordings = read_upfall(shared_data / "upfall")
    assert len({recording.name for recording in recordings}) == 82
    assert all(len(read_skeletons(recording.file)) == 100 for recording in recordings)
