"""Real files, as cameras, phones and recorders write them."""

import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from modeling.perception.frames.video import VideoError, VideoFile, examine

FPS = 30
BITS = 8


def picture(number, width=320, height=240):
    """Its number in black and white columns, below a white band that says where up is."""
    image = np.zeros((height, width, 3), dtype=np.uint8)
    for bit in range(BITS):
        image[:, bit * width // BITS : (bit + 1) * width // BITS] = 255 * (number >> bit & 1)
    image[: height // 4] = 255
    return image


def number_of(image):
    row = image[3 * image.shape[0] // 4, :, 0]
    step = len(row) // BITS
    return sum(int(row[bit * step + step // 2] > 127) << bit for bit in range(BITS))


@pytest.fixture
def film(tmp_path):
    """Write `count` numbered pictures to a file; `stamps` are their times in seconds."""

    def film(name, count=60, *, fps=FPS, stamps=None, codec="libx264", size=(320, 240), **tracks):
        path = tmp_path / name
        options = {"movflags": "faststart"} if path.suffix == ".mp4" else {}
        with av.open(str(path), "w", options=options) as container:
            stream = container.add_stream(codec, rate=fps)
            stream.width, stream.height = size
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            stream.gop_size = 15
            base = Fraction(1, fps if path.suffix == ".avi" else 1000)
            stream.time_base = stream.codec_context.time_base = base
            stream.codec_context.sample_aspect_ratio = tracks.get("pixel", Fraction(1))
            stream.max_b_frames = 0
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(picture(number % 256, *size), format="bgr24")
                frame.time_base = base
                frame.pts = round((number / fps if stamps is None else stamps[number]) / base)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path

    return film


def packets(path):
    with av.open(str(path)) as container:
        return [(p.pos, p.size) for p in container.demux(video=0) if p.size]


def frames(path, fps=None):
    return list(VideoFile(path, fps).frames())


def said(caplog):
    return [record.getMessage() for record in caplog.records]


def test_whole_file_is_read_to_its_end_without_a_word(film, caplog):
    seen = frames(film("whole.mp4"))
    assert [number_of(frame.image) for frame in seen] == list(range(60))
    assert [frame.index for frame in seen] == list(range(60))
    assert [frame.time for frame in seen] == pytest.approx([i / FPS for i in range(60)], abs=1e-3)
    assert said(caplog) == []


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
def test_broken_packet_costs_itself_alone_and_that_is_said(film, caplog, name):
    path = film(name)
    data = bytearray(path.read_bytes())
    place, size = packets(path)[22]
    data[place + size // 2 : place + size] = bytes(size - size // 2)
    path.write_bytes(data)
    seen = frames(path)
    assert 57 <= len(seen) < 60
    assert [number_of(f.image) for f in seen if f.index >= 30] == list(range(30, 60))
    assert seen[-1].time == pytest.approx(59 / FPS, abs=2e-3)
    assert said(caplog) == [
        f"{path}: {60 - len(seen)} of its 60 frames are missing or could not be read"
    ]


def test_hole_in_a_stream_without_a_count_is_said(film, caplog):
    path = film("hole.ts")
    data = path.read_bytes()
    places = [place for place, _ in packets(path)]
    path.write_bytes(data[: places[30]] + data[places[45] :])
    seen = frames(path)
    assert 44 <= len(seen) <= 45
    assert seen[-1].time == pytest.approx(59 / FPS, abs=0.01)
    missing = 60 - len(seen)
    assert said(caplog) == [f"{path}: {missing} of its 60 frames are missing or could not be read"]


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
def test_file_that_was_cut_off_says_how_much_is_missing(film, caplog, name):
    path = film(name)
    path.write_bytes(path.read_bytes()[: packets(path)[40][0]])
    seen = frames(path)
    assert 38 <= len(seen) <= 40
    assert said(caplog) == [
        f"{path}: {60 - len(seen)} of its 60 frames are missing or could not be read"
    ]


def test_phone_video_stands_upright(film):
    path = film("phone.mp4")
    identity = b"".join(value.to_bytes(4, "big") for value in (1 << 16, 0, 0, 0, 1 << 16, 0))
    quarter = b"".join(
        (value % (1 << 32)).to_bytes(4, "big") for value in (0, 1 << 16, 0, -(1 << 16), 0, 0)
    )
    data = path.read_bytes()
    track = data.index(b"tkhd")
    path.write_bytes(data[:track] + data[track:].replace(identity, quarter, 1))
    image = frames(path)[5].image
    assert image.shape == (320, 240, 3)
    assert (image[:, -50:] > 200).all(), "what was the top is at the right"


def test_pixels_become_square(film):
    path = film("half.mp4", size=(160, 240), pixel=Fraction(2))
    image = frames(path)[5].image
    assert image.shape == (240, 320, 3)
    assert number_of(image) == 5


def test_size_that_changes_within_a_file_leaves_no_garbage(film, tmp_path):
    parts = [
        film("small.ts").read_bytes(),
        film("large.ts", size=(640, 480)).read_bytes(),
        film("square.ts", size=(240, 240)).read_bytes(),
    ]
    path = tmp_path / "all.ts"
    path.write_bytes(b"".join(parts))
    seen = frames(path)
    assert {frame.image.shape for frame in seen} == {(240, 320, 3)}
    assert len(seen) == 180
    assert [number_of(frame.image) for frame in seen[:120]] == [*range(60), *range(60)]
    inner = [frame.image[:, 40:280] for frame in seen[120:]]
    assert [number_of(image) for image in inner] == list(range(60))
    assert all((frame.image[:, :38] == 0).all() for frame in seen[120:])


def test_the_fastest_track_is_read_and_no_cover_picture(tmp_path):
    path = tmp_path / "tracks.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("libx264", rate=rate) for rate in (1, 30, 30)]
        sizes = [(640, 480), (160, 120), (320, 240)]
        for stream, (width, height) in zip(streams, sizes, strict=True):
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(60):
            for stream, size in zip(streams, sizes, strict=True):
                if stream is not streams[0] or number % 30 == 0:
                    frame = av.VideoFrame.from_ndarray(picture(number, *size), format="bgr24")
                    frame.pts = number if stream is not streams[0] else number // 30
                    container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode())
    seen = frames(path)
    assert seen[0].image.shape == (240, 320, 3)
    assert [number_of(frame.image) for frame in seen] == list(range(60))


@pytest.mark.parametrize(("name", "codec"), [("raw.h264", "libx264"), ("raw.mjpeg", "mjpeg")])
def test_stream_without_times_says_so_and_takes_those_it_is_given(film, caplog, name, codec):
    path = film(name, codec=codec, fps=10)
    assert not examine(path).has_times
    guessed = frames(path)
    (line,) = said(caplog)
    assert f"{path} has no times: taken for" in line
    assert "--fps" in line
    caplog.clear()
    told = frames(path, fps=10)
    assert [frame.time for frame in told] == pytest.approx([i / 10 for i in range(60)])
    assert len(guessed) == 60
    assert said(caplog) == []


def test_given_rate_replaces_wrong_times(film):
    assert frames(film("fast.mp4"), fps=15)[-1].time == pytest.approx(59 / 15)


@pytest.mark.parametrize(("name", "jump"), [("gap.mkv", 26 * 3600.0), ("gap.mp4", 26 * 3600.0)])
def test_jump_of_a_day_is_a_gap_of_two_seconds_and_said_once(film, caplog, name, jump):
    stamps = [number / FPS + (jump if number >= 20 else 0) for number in range(60)]
    path = film(name, stamps=stamps)
    seen = frames(path)
    assert len(seen) == 60
    assert seen[-1].time == pytest.approx(58 / FPS + 2.0, abs=0.01)
    (line,) = said(caplog)
    assert f"{path}: its times jump by 93600 s: from 2.6 s on" in line


def test_two_recordings_one_after_the_other_are_no_day_apart(film, tmp_path, caplog):
    late = film("late.ts", stamps=[400 + number / FPS for number in range(60)])
    path = tmp_path / "both.ts"
    path.write_bytes(late.read_bytes() + film("early.ts").read_bytes())
    seen = frames(path)
    assert len(seen) == 120
    assert np.all(np.diff([frame.time for frame in seen]) > 0)
    assert seen[-1].time == pytest.approx(118 / FPS + 2.0, abs=0.1)
    assert len(said(caplog)) == 1


def test_too_few_pictures_to_see_a_fall_are_said(film, caplog):
    path = film("lapse.mp4", fps=2)
    assert frames(path)[-1].time == pytest.approx(29.5)
    assert said(caplog) == [
        f"{path} gives 2.0 pictures a second, too few to see a fall: expected 7 or more"
    ]


def test_codec_that_nothing_here_knows_is_refused_with_what_to_do(film):
    path = film("odd.mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz1"))
    with pytest.raises(VideoError, match=r"nothing here knows the codec of .*: ffmpeg -i odd.mp4"):
        VideoFile(path)


def test_sound_alone_is_no_video(tmp_path):
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16000))
    with pytest.raises(VideoError, match=r"not a video that can be decoded: .* no moving picture"):
        VideoFile(path)


@pytest.mark.parametrize("name", ["12:30:05.mp4", "cam1-2026-11-28T12:30.mp4", "거실 #1%20.mp4"])
def test_any_name_is_a_file(film, tmp_path, monkeypatch, name):
    film(name)
    monkeypatch.chdir(tmp_path)
    path = next(tmp_path.iterdir()).relative_to(tmp_path)
    assert len(frames(path)) == 60


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts", "film.avi"])
def test_frames_are_counted_without_a_look_at_them(film, name):
    assert examine(film(name)).frame_count == 60
