import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from contract.layout import JOINTS
from modeling.perception.poses.pose import Body, Poses, PoseTrack
from modeling.training.report.pages import write_report
from modeling.training.report.skeletons import skeleton

CAVEAT = "Held out, but for <what> was not."
VOID = {"br", "hr", "img", "input", "link", "meta"}
CLOSED_BY_THE_NEXT = {"li", "option"}


@dataclass
class Page(HTMLParser):
    """What the tests look at in a page: its elements, and what its scripts hold."""

    cards: list[dict] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "article":
            self.cards.append(attributes)
        self.files += [attributes[key] for key in ("href", "src") if key in attributes]
        if tag not in VOID | CLOSED_BY_THE_NEXT:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in CLOSED_BY_THE_NEXT:
            assert self.open_tags.pop() == tag

    def handle_data(self, data):
        if self.open_tags and self.open_tags[-1] == "script":
            self.scripts.append(data)
        else:
            self.text += data

    @property
    def scores(self):
        return json.loads(next(script for script in self.scripts if script.strip()))


def read(path):
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    assert page.open_tags == []
    page.text = " ".join(page.text.split())
    return page


@pytest.fixture(scope="module")
def report(tmp_path_factory, studies, tracks):
    return write_report(tmp_path_factory.mktemp("report"), studies, tracks, CAVEAT).parent


@pytest.fixture(scope="module")
def careless(report):
    return read(report / "clips-01-by-group-a-b-x-1.html")


def test_the_index_opens_with_what_the_figures_are_worth(report):
    assert CAVEAT in read(report / "index.html").text


def shown(page):
    return [(c["data-clip"], c["data-kind"]) for c in page.cards if "hidden" not in c]


def test_every_miss_has_a_card_and_hits_are_hidden(careless, studies):
    assert shown(careless) == [
        ("overlooked", "missed"),
        ("sitting", "false-alarm"),
        ("bending", "early-alarm"),
        ("bending", "missed"),
        (studies[0].clips[4].scored.labels.name, "false-alarm"),
    ]
    assert [c["data-clip"] for c in careless.cards if "hidden" in c] == ["found"]


def test_a_study_without_misses_shows_no_card_but_holds_all_clips(report):
    page = read(report / "clips-02-by-group-careful.html")
    assert shown(page) == []
    assert len(page.cards) == 5


def test_a_card_says_what_happened(careless):
    english = "The fall from 2.0 s to 4.0 s was missed: its score reached 0.40, below the threshold"
    assert english in careless.text
    assert "The alarm began at 0.8 s, 3.2 s before the labelled start of the fall." in careless.text


def test_the_embedded_scores_are_the_clips(careless, studies):
    names = {card["id"]: card["data-clip"] for card in careless.cards}
    clips = {clip.scored.labels.name: clip.scored for clip in studies[0].clips}
    cards = careless.scores["cards"]
    assert careless.scores["labels"] == ["fall", "lying"]
    assert {names[key] for key in cards} == set(clips)
    for key, card in cards.items():
        assert card["times"] == pytest.approx(clips[names[key]].times)
        assert np.allclose(card["scores"], np.array(clips[names[key]].scores), atol=0.0005)


def test_the_skeletons_are_the_tracks_in_thousandths(report, tracks):
    script = (report / "skeletons.js").read_text(encoding="utf-8")
    data = json.loads(re.fullmatch(r"const SKELETONS = (.*);\n", script)[1])
    assert data["joints"] == list(JOINTS)
    assert set(data["clips"]) == set(tracks)
    skeleton, track = data["clips"]["found"], tracks["found"]
    assert np.allclose(skeleton["times"], track.times * 1000, atol=0.5)
    assert [place for place, bodies in enumerate(skeleton["bodies"]) if not bodies] == [3]
    nose = np.array([body[:2] for bodies in skeleton["bodies"] for body in bodies])
    assert np.allclose(nose, track.landmarks[:, 0, :2] * 1000, atol=0.51)


def test_a_frame_with_two_people_has_the_skeletons_of_both(tracks):
    track = tracks["found"]
    (one,) = next(iter(track)).bodies
    other = Body(2, one.landmarks + np.float32(0.1))
    both = skeleton(PoseTrack.from_poses([Poses(0, 0.0, 4 / 3, (one, other))]))
    assert [body[:2] for body in both["bodies"][0]] == [[500, 500], [600, 600]]


def test_names_are_escaped(report):
    for path in report.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<b> &" not in text
        read(path)


def test_the_index_shows_counts_with_intervals_and_links_to_files_that_exist(report):
    index = read(report / "index.html")
    assert "1 of 3 (6% to 79%)" in index.text
    assert "3 of 3 (44% to 100%)" in index.text
    assert {"clips-01-by-group-a-b-x-1.html", "clips-02-by-group-careful.html"} <= set(index.files)
    for path in report.glob("*.html"):
        assert all((report / name).is_file() for name in read(path).files)


def test_every_plot_is_svg(report):
    plots = sorted(report.glob("*.svg"))
    assert len(plots) == 5
    for path in plots:
        assert ET.parse(path).getroot().tag.endswith("svg")  # noqa: S314  we wrote it ourselves


def test_nothing_is_fetched_from_elsewhere(report):
    for path in report.iterdir():
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^/\"']+", text)) <= {"http://www.w3.org"}


def test_a_second_run_writes_the_same_bytes(report, tmp_path, studies, tracks):
    again = write_report(tmp_path / "again", studies, tracks, CAVEAT).parent
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in report.iterdir()
    }
