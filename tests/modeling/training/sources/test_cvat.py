import pytest

from modeling.training.sources.cvat import UNCERTAIN_FRAMES, CvatError, read_cvat, read_spans


def box(frame, *, outside=0):
    return (
        f'<box frame="{frame}" outside="{outside}" occluded="0" keyframe="1" '
        'xtl="1.0" ytl="2.0" xbr="30.0" ybr="40.0" z_order="0"></box>'
    )


def point(label, frame):
    """A shape in CVAT for video: a track that is outside again one frame later."""
    return (
        f'<track id="9" label="{label}" source="manual">'
        f'<points frame="{frame}" outside="0" keyframe="1" points="5.0,6.0"></points>'
        f'<points frame="{frame + 1}" outside="1" keyframe="1" points="5.0,6.0"></points></track>'
    )


def track(label, *shapes):
    return f'<track id="0" label="{label}" source="manual">{"".join(shapes)}</track>'


@pytest.fixture
def write(tmp_path):
    def write(*elements, version="1.1"):
        path = tmp_path / "annotations.xml"
        path.write_text(
            f'<?xml version="1.0" encoding="utf-8"?><annotations><version>{version}</version>'
            f"<meta><task><size>300</size></task></meta>{''.join(elements)}</annotations>"
        )
        return path

    return write


def spans(path, offset=0):
    return [(span.label, span.first, span.last) for span in read_spans(path, offset)]


def test_a_track_holds_until_it_is_outside(write):
    shapes = [box(frame) for frame in range(40, 90)]
    assert spans(write(track("fall", *shapes, box(90, outside=1)))) == [("fall", 40, 89)]


def test_key_frames_alone_are_enough(write):
    assert spans(write(track("lying", box(10), box(60), box(100, outside=1)))) == [
        ("lying", 10, 99)
    ]


def test_a_track_that_is_never_outside_holds_until_its_last_shape(write):
    assert spans(write(track("fall", box(5), box(6), box(7)))) == [("fall", 5, 7)]


def test_a_track_that_comes_back_is_two_spans(write):
    shapes = [box(10), box(20, outside=1), box(50), box(70, outside=1)]
    assert spans(write(track("fall", *shapes))) == [("fall", 10, 19), ("fall", 50, 69)]


def test_several_pairs_of_marks_are_matched_in_the_order_of_time(write):
    path = write(
        point("fall_start", 200),
        point("fall_end", 80),
        point("fall_start", 30),
        point("fall_end", 260),
        point("lying_start", 90),
        point("lying_end", 150),
    )
    assert spans(path) == [("fall", 30, 80), ("fall", 200, 260), ("lying", 90, 150)]


def test_marks_may_be_tags_of_frames_or_images(write):
    path = write(
        '<tag label="fall_start" frame="12"></tag>',
        '<image id="40" name="frame_000040"><tag label="fall_end"></tag></image>',
    )
    assert spans(path) == [("fall", 12, 40)]


def test_boxes_on_neighbouring_images_are_one_span(write):
    images = [f'<image id="{i}"><box label="fall"></box></image>' for i in (7, 8, 9, 30)]
    assert spans(write(*images)) == [("fall", 7, 9), ("fall", 30, 30)]


def test_frames_can_be_shifted(write):
    assert spans(write(track("fall", box(10), box(20, outside=1))), offset=-5) == [("fall", 5, 14)]


def test_the_ends_of_a_span_are_uncertain(write, tmp_path):
    path = write(track("fall", box(40), box(90, outside=1)))
    recording = read_cvat(path, tmp_path / "kitchen.mp4")
    uncertain = [(s.first, s.last) for s in recording.spans if not s.certain]
    assert uncertain == [(edge - UNCERTAIN_FRAMES, edge + UNCERTAIN_FRAMES) for edge in (40, 89)]


@pytest.mark.parametrize(
    ("video", "group", "view"),
    [
        ("kitchen.mp4", "kitchen", "cam0"),
        ("kitchen-cam2.mp4", "kitchen", "cam2"),
        ("2026-11-20-hall-cam1.mkv", "2026-11-20-hall", "cam1"),
    ],
)
def test_the_name_of_the_video_says_its_group_and_view(write, tmp_path, video, group, view):
    recording = read_cvat(write(), tmp_path / video)
    assert (recording.group, recording.view, recording.source) == (group, view, "cvat")


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ([point("fall_start", 10)], "1 fall_start and 0 fall_end"),
        ([point("fall_end", 10)], "0 fall_start and 1 fall_end"),
        ([point("fall_start", 30), point("fall_end", 10)], "make no pair"),
        (
            [
                point("fall_start", 10),
                point("fall_start", 20),
                point("fall_end", 30),
                point("fall_end", 40),
            ],
            "make no pair",
        ),
        ([track("person", box(1))], "unknown label 'person', expected one of fall, "),
        ([track("fall", "<box></box>")], "lacks a number or a label: KeyError\\('frame'\\)"),
        ([track("fall", '<box frame="x"></box>')], "lacks a number"),
    ],
)
def test_marks_that_make_no_spans_are_refused(write, elements, message):
    with pytest.raises(CvatError, match=message):
        spans(write(*elements))


def test_another_version_is_refused(write):
    with pytest.raises(CvatError, match=r"version is 1\.0"):
        spans(write(version="1.0"))


def test_a_file_that_is_no_xml_is_refused(tmp_path):
    path = tmp_path / "notes.xml"
    path.write_text("a fall at 0:12")
    with pytest.raises(CvatError, match=r"notes\.xml is no XML"):
        spans(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CvatError, match=r"no such file: .*absent\.xml"):
        spans(tmp_path / "absent.xml")
