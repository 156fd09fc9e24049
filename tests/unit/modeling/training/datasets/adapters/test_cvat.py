from pathlib import Path

import pytest

from modeling.training.datasets.adapters.cvat import UNCERTAIN_FRAMES, read_cvat
from modeling.training.datasets.adapters.cvat_task import CvatError, Filmed


def box(frame, *, outside=0):
    return (
        f'<box frame="{frame}" outside="{outside}" occluded="0" keyframe="1" '
        'xtl="1.0" ytl="2.0" xbr="30.0" ybr="40.0" z_order="0"></box>'
    )


def point(label, frame, *, step=1):
    """A shape in CVAT for video: a track that is outside again at the next frame of the task."""
    return (
        f'<track id="9" label="{label}" source="manual">'
        f'<points frame="{frame}" outside="0" keyframe="1" points="5.0,6.0"></points>'
        f'<points frame="{frame + step}" outside="1" keyframe="1" points="5.0,6.0"></points>'
        "</track>"
    )


def track(label, *shapes):
    return f'<track id="0" label="{label}" source="manual">{"".join(shapes)}</track>'


def task(source="hall.mp4", *, last=299, step=1, number=12, labels=(), kind="any"):
    named = "".join(f"<label><name>{n}</name><type>{kind}</type></label>" for n in labels)
    return (
        f"<task><id>{number}</id><size>{last // step + 1}</size><start_frame>0</start_frame>"
        f"<stop_frame>{last}</stop_frame><frame_filter>{f'step={step}' if step > 1 else ''}"
        f"</frame_filter><labels>{named}</labels><source>{source}</source></task>"
    )


def project(*tasks):
    return f"<project><id>3</id><tasks>{''.join(tasks)}</tasks></project>"


def of_task(number, track):
    return track.replace("<track ", f'<track task_id="{number}" ', 1)


@pytest.fixture
def write(tmp_path):
    def write(*elements, version="1.1", meta=None):
        path = tmp_path / "annotations.xml"
        path.write_text(
            f'<?xml version="1.0" encoding="utf-8"?><annotations><version>{version}</version>'
            f"<meta>{task() if meta is None else meta}</meta>{''.join(elements)}</annotations>"
        )
        return path

    return write


def filmed(name="hall.mp4", frames=300, **known):
    return Filmed(Path(name), frames, **known)


def spans(path, video=None, offset=0):
    recording = read_cvat(path, video or filmed(), offset)
    return [(span.label, span.first, span.last) for span in recording.spans if span.certain]


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
    images = [f'<image id="{i}"><box label="fall"></box></image>' for i in (7, 8, 9, 30, 31)]
    assert spans(write(*images)) == [("fall", 7, 9), ("fall", 30, 31)]


def test_frames_can_be_shifted(write):
    path = write(track("fall", box(10), box(20, outside=1)))
    assert spans(path, filmed(is_part=True), offset=-5) == [("fall", 5, 14)]


def test_of_a_part_of_the_video_what_lies_outside_is_left_away(write):
    falls = [(5, 9), (95, 110), (150, 160), (195, 230), (280, 290)]
    path = write(*(track("fall", box(first), box(last + 1, outside=1)) for first, last in falls))
    part = filmed("cut.mp4", frames=100, is_part=True)
    assert spans(path, part, offset=-100) == [("fall", 0, 10), ("fall", 50, 60), ("fall", 95, 99)]


@pytest.mark.parametrize("step", [1, 5, 30])
def test_shapes_on_neighbouring_frames_of_a_task_are_one_span(write, step):
    shapes = [point("fall", frame, step=step) for frame in range(60, 121, step)]
    meta = task(step=step, last=(299 // step) * step)
    assert spans(write(*shapes, meta=meta)) == [("fall", 60, 120 + step - 1)]


def test_images_of_a_task_with_a_frame_step_are_one_span(write):
    fall = '<box label="fall"></box>'
    frames = range(0, 300, 5)
    images = [f'<image id="{i}">{fall if 50 <= i < 80 else ""}</image>' for i in frames]
    assert spans(write(*images, meta=task(step=5, last=295))) == [("fall", 50, 75)]


def test_frame_step_leaves_as_much_uncertain(write):
    path = write(track("fall", box(60), box(120, outside=1)), meta=task(step=30, last=270))
    uncertain = [s for s in read_cvat(path, filmed()).spans if not s.certain]
    assert [(span.first, span.last) for span in uncertain] == [(30, 90), (89, 149)]


@pytest.mark.parametrize(
    "second",
    [
        track("fall", box(50), box(81, outside=1)),
        point("fall_start", 50) + point("fall_end", 80),
        track("fall", box(60), box(81, outside=1)),
        track("fall", box(79), box(81, outside=1)),
    ],
)
def test_fall_that_two_people_marked_is_one(write, second):
    first = track("fall", box(48), box(79, outside=1))
    assert spans(write(first, second)) == [("fall", 48, 80)]


def test_export_of_a_project_gives_the_labels_of_the_task_whose_video_it_is(write):
    path = write(
        of_task(12, track("fall", box(48), box(79, outside=1))),
        of_task(13, track("fall", box(100), box(121, outside=1))),
        meta=project(task(), task("bed.mp4", last=149, number=13)),
    )
    assert spans(path) == [("fall", 48, 78)]
    assert spans(path, filmed("BED.mkv", 150)) == [("fall", 100, 120)]
    assert spans(path, filmed("renamed.mp4", 150, is_renamed=True)) == [("fall", 100, 120)]


@pytest.mark.parametrize(
    ("meta", "video", "message"),
    [
        (task(), filmed("kitchen.mp4"), "kitchen.mp4 with 300 frames does not fit .* hall.mp4"),
        (task(last=899), filmed(), "hall.mp4 with 300 frames does not fit .* frames 0 to 899"),
        (task(last=199), filmed(), "hall.mp4 with 300 frames does not fit .* frames 0 to 199"),
        (task(last=899), filmed("k.mp4", is_renamed=True), "k.mp4 with 300 frames does not fit"),
        (project(task(), task("bed.mp4")), filmed("k.mp4"), "hall.mp4, .*; bed.mp4, "),
        (project(task(), task(number=13)), filmed(), "fits 2 tasks of what was labelled"),
        (project(task(), task("bed.mp4")), filmed(is_part=True), "a file with one task"),
    ],
)
def test_labels_of_another_video_are_refused_with_both_named(write, meta, video, message):
    with pytest.raises(CvatError, match=message):
        read_cvat(write(meta=meta), video)


@pytest.mark.parametrize(
    ("last", "frames"), [(299, 300), (299, 298), (297, 300), (295, 300), (899, 905)]
)
def test_some_frames_more_or_less_are_the_same_video(write, last, frames):
    step = 5 if last == 295 else 1
    assert spans(write(meta=task(last=last, step=step)), filmed(frames=frames)) == []


def test_job_may_be_a_part_of_its_video(write):
    job = task(last=149).replace("task>", "job>")
    path = write(track("fall", box(48), box(79, outside=1)), meta=job)
    assert spans(path) == [("fall", 48, 78)]


def test_track_of_a_project_that_names_no_task_is_refused(write):
    path = write(track("fall", box(1), box(9)), meta=project(task(), task("bed.mp4", number=13)))
    with pytest.raises(CvatError, match="a track does not say to which of the tasks it belongs"):
        spans(path)


def test_span_behind_the_end_of_the_clip_is_refused(write):
    path = write(track("fall", box(600), box(641, outside=1)), meta="")
    with pytest.raises(CvatError, match=r"fall from frame 600 to 640, but hall.mp4 ends with"):
        spans(path)


def test_shape_without_neighbours_is_refused(write):
    with pytest.raises(CvatError, match="fall on frame 50 only, expected a track, or a shape on"):
        spans(write(point("fall", 50)))


@pytest.mark.parametrize(
    "meta", [task(labels=["fall_start", "fall_end"]), task(labels=["fall"], kind="tag")]
)
def test_export_that_had_tags_and_has_no_shapes_is_refused(write, meta):
    with pytest.raises(CvatError, match="not one shape: tags are not in an export as CVAT for vid"):
        spans(write(meta=meta))


def test_clip_without_a_fall_is_an_export_without_shapes(write):
    assert spans(write(meta=task(labels=["fall", "lying"]))) == []


def test_the_ends_of_a_span_are_uncertain(write):
    path = write(track("fall", box(40), box(90, outside=1)))
    recording = read_cvat(path, filmed())
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
def test_the_name_of_the_video_says_its_group_and_view(write, video, group, view):
    recording = read_cvat(write(meta=task(video)), filmed(video))
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
