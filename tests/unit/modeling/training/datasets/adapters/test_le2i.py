import pytest

from modeling.training.datasets.adapters.falls import seen_falls
from modeling.training.datasets.adapters.le2i import read_le2i
from modeling.training.datasets.labels import Ends
from modeling.training.datasets.source import SourceError

CLIPS = """\
file,width,height,fps,frames,seconds,class,fall_start_frame,fall_end_frame,label_source,note
coffee_room/001.mp4,320,240,25.0,157,6.28,fall,48,80,per frame,
lecture_room/001.mp4,320,240,25.0,285,11.4,fall,,,looked at,on the floor by about 7.6 s
office/018.mp4,320,240,25.0,766,30.64,adl,,,looked at,
office_lying/001.mp4,320,240,25.0,936,37.44,adl,,,looked at,lies on purpose
office_lying/026.mp4,320,240,25.0,1079,43.16,adl,,,looked at,kneels on purpose
"""
SEGMENTS = """\
file,first_frame,last_frame,activity
coffee_room/001.mp4,21,47,walking
coffee_room/001.mp4,48,80,fall
coffee_room/001.mp4,81,157,lying
"""


@pytest.fixture
def le2i(tmp_path):
    (tmp_path / "clips.csv").write_text(CLIPS)
    (tmp_path / "segments.csv").write_text(SEGMENTS)
    return tmp_path


@pytest.fixture
def recordings(le2i):
    return {recording.name: recording for recording in read_le2i(le2i)}


def certain(recording, label):
    return [(s.first, s.last) for s in recording.spans if s.label == label and s.certain]


def test_the_coffee_room_s_frames_become_0_based_spans(recordings):
    clip = recordings["le2i-coffee_room-001"]
    assert certain(clip, "fall") == [(47, 79 + 25)]  # until a second after the body rests
    assert certain(clip, "lying") == [(80, 156)]
    assert clip.ends is Ends.FLAT


def test_a_fall_s_edges_are_uncertain(recordings):
    spans = recordings["le2i-coffee_room-001"].spans
    open_spans = [(s.first, s.last) for s in spans if s.label == "fall" and not s.certain]
    assert open_spans == [(43, 51), (104, 116)]


def test_the_lecture_room_s_fall_is_as_sharp_as_it_was_seen(recordings):
    clip = recordings["le2i-lecture_room-001"]
    assert certain(clip, "fall") == [(165, 185 + 25)]
    unknown = [s for s in clip.spans if s.label == "lying" and not s.certain]
    assert max(span.last for span in unknown) == 285  # nobody looked at the rest


def test_lying_on_purpose_is_lying_and_no_fall(recordings):
    clip = recordings["le2i-office_lying-001"]
    assert certain(clip, "lying") == [(519, 727)]
    assert certain(clip, "fall") == []


def test_who_kneels_on_purpose_does_not_lie(recordings):
    assert recordings["le2i-office_lying-026"].spans == []


def test_both_views_of_the_office_count_as_one_room(recordings):
    rooms = {recording.view: recording.room for recording in recordings.values()}
    assert rooms == {
        "coffee_room": "le2i-coffee-room",
        "lecture_room": "le2i-lecture-room",
        "office": "le2i-office",
        "office_lying": "le2i-office",
    }


def test_every_fall_that_was_looked_at_takes_a_third_of_a_second_to_three():
    falls = seen_falls().values()
    assert len(falls) == 93 + 60
    fps = 25
    assert all(fps / 3 <= fall.on_floor - fall.balance_lost <= 3 * fps for fall in falls)


def test_a_folder_without_the_tables_is_refused_with_the_file_s_name(tmp_path):
    with pytest.raises(SourceError, match=r"segments\.csv"):
        read_le2i(tmp_path)


def test_a_fall_that_nobody_looked_at_is_refused_with_its_name(le2i):
    (le2i / "clips.csv").write_text(CLIPS.replace("lecture_room/001", "lecture_room/099"))
    with pytest.raises(SourceError, match="le2i-lecture_room-099"):
        read_le2i(le2i)
