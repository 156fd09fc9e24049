import pytest

from modeling.training.datasets.adapters.urfd import read_urfd
from modeling.training.datasets.source import SourceError

CLIPS = """\
file,group,view,kind,fps,frames,width,height,fall_start_frame,on_floor_frame
fall-01-cam0.mp4,fall-01,cam0,fall,30.0,160,320,240,82,112
fall-01-cam1.mp4,fall-01,cam1,fall,30.0,160,320,240,82,112
adl-01-cam0.mp4,adl-01,cam0,adl,30.0,100,320,240,,
"""


@pytest.fixture
def urfd(tmp_path):
    postures = [f"fall-01,{i},{'lying' if i >= 112 else 'upright'}" for i in range(160)]
    postures += [f"adl-01,{i},{'lying' if 50 <= i < 70 else 'upright'}" for i in range(5, 100)]
    (tmp_path / "clips.csv").write_text(CLIPS)
    (tmp_path / "posture_frames.csv").write_text("\n".join(["group,frame,posture", *postures]))
    return tmp_path


def spans(recording, label):
    return [(s.first, s.last, s.certain) for s in recording.spans if s.label == label]


def test_both_views_of_a_fall_are_one_group_with_the_same_truth(urfd):
    cam0, cam1, _ = read_urfd(urfd)
    assert (cam0.name, cam1.name) == ("fall-01-cam0", "fall-01-cam1")
    assert cam0.group == cam1.group == "fall-01"
    assert cam0.spans == cam1.spans
    assert cam1.file == urfd / "videos" / "fall-01-cam1.mp4"


def test_a_fall_lasts_until_a_second_after_rest(urfd):
    fall = read_urfd(urfd)[0]
    (certain,) = [span for span in spans(fall, "fall") if span[2]]
    assert certain == (85, 142, True)


def test_a_fall_starts_where_balance_was_seen_to_be_lost_not_at_the_convention(urfd):
    uncertain = [
        (first, last) for first, last, sure in spans(read_urfd(urfd)[0], "fall") if not sure
    ]
    assert uncertain == [(81, 89), (142, 157)]


def test_lying_that_begins_and_ends_has_two_open_edges(urfd):
    adl = read_urfd(urfd)[2]
    assert spans(adl, "fall") == []
    assert (50, 69, True) in spans(adl, "lying")
    assert (44, 56, False) in spans(adl, "lying")
    assert (63, 75, False) in spans(adl, "lying")


def test_frames_without_a_posture_are_uncertain(urfd):
    assert (0, 4, False) in spans(read_urfd(urfd)[2], "lying")


def test_lying_that_lasts_to_the_end_of_the_clip_has_no_open_end(urfd):
    assert spans(read_urfd(urfd)[0], "lying") == [(112, 159, True), (106, 118, False)]


def test_a_folder_that_is_something_else_is_refused_with_its_name(tmp_path):
    with pytest.raises(SourceError, match=r"posture_frames\.csv"):
        read_urfd(tmp_path)


def test_a_table_without_the_expected_columns_is_refused(urfd):
    (urfd / "clips.csv").write_text("file,group\nfall-01-cam0.mp4,fall-01\n")
    with pytest.raises(SourceError, match="unexpected tables"):
        read_urfd(urfd)
