"""The process that learns a look, as its worker starts it. Needs torch."""

import subprocess
import sys
from io import StringIO

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")

from contract.jobs import MESSAGE, Finished, Measured, Progress, Refused  # noqa: E402
from contract.looks import LearntFrom, LookFigures, LookMethod, LookWanted  # noqa: E402
from modeling.perception.carried.talk import Talk  # noqa: E402
from modeling.perception.looks.look import Look  # noqa: E402
from modeling.training.carried.look import carry_out  # noqa: E402


def picture(seed):
    """A few colours side by side, of another brightness each time."""
    random = np.random.default_rng(seed)
    blocks = random.integers(30, 256, (6, 8, 3)).repeat(10, axis=0).repeat(10, axis=1)
    return np.clip(blocks + random.integers(-8, 9, blocks.shape), 0, 255).astype(np.uint8)


def warmed(one):
    return np.rint(one * np.array([1.0, 0.8, 0.5])).astype(np.uint8)


def fill(folder, pairs):
    for side in ("before", "after"):
        (folder / side).mkdir(parents=True)
    for at, (before, after) in enumerate(pairs):
        Image.fromarray(before).save(folder / "before" / f"{at}.png")
        if after is not None:
            Image.fromarray(after).save(folder / "after" / f"{at}.png")


def wanted(learnt_from=LearntFrom.PAIRS, method=LookMethod.LUT):
    return LookWanted(name="warm", method=method, learnt_from=learnt_from)


def told(folder, spec):
    out = StringIO()
    carry_out(Talk(out), folder, spec)
    return [MESSAGE.validate_json(line) for line in out.getvalue().splitlines()]


@pytest.mark.slow
def test_a_process_learns_a_look_of_pairs(tmp_path):
    fill(tmp_path, [(picture(at), warmed(picture(at))) for at in range(6)])
    command = (sys.executable, "-m", "modeling.training.carried.look")
    arguments = (str(tmp_path), wanted().model_dump_json())
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen((*command, *arguments), **pipes) as process:
        lines = list(process.stdout)
        errors = process.stderr.read().decode()
    messages = [MESSAGE.validate_json(line) for line in lines]
    assert isinstance(messages[-1], Finished), errors
    figures = LookFigures.model_validate(messages[-1].result)
    assert (figures.pairs, figures.held_out) == (6, 1)
    assert set(figures.psnr) == {"lut", "as_it_was", "histogram_matching", "gamma"}
    assert figures.psnr["lut"] > max(figures.psnr["as_it_was"], figures.psnr["gamma"]) + 5
    assert figures.ciede2000["lut"] < figures.ciede2000["as_it_was"]
    assert [each.metric.name for each in messages if isinstance(each, Measured)] == ["loss"] * 3
    assert [each.done for each in messages if isinstance(each, Progress)] == [0, 0, 1, 2, 3]
    look, card = Look.load(tmp_path / "look"), (tmp_path / "look" / "CARD.md").read_text()
    assert look.manifest.figures == figures
    assert f"| lut | {figures.psnr['lut']:.2f} |" in card


def test_a_style_and_the_night_need_no_pairs(tmp_path):
    fill(tmp_path / "style", [(picture(at), warmed(picture(at + 20))) for at in range(3)])
    style = told(tmp_path / "style", wanted(LearntFrom.STYLE))[-1]
    assert LookFigures.model_validate(style.result).psnr == {}
    changed = Look.load(tmp_path / "style" / "look").apply(picture(0))
    assert changed[..., 2].mean() < 0.7 * picture(0)[..., 2].mean()
    fill(tmp_path / "night", [(picture(at), None) for at in range(3)])
    night = told(tmp_path / "night", wanted(LearntFrom.NIGHT))[-1]
    figures = LookFigures.model_validate(night.result)
    assert figures.psnr["lut"] > figures.psnr["as_it_was"]


@pytest.mark.parametrize(
    ("pairs", "learnt_from", "reason"),
    [
        ([], LearntFrom.PAIRS, "0 pairs of 0 pictures"),
        ([(picture(0), warmed(picture(0)))], LearntFrom.PAIRS, "expected at least 2"),
        ([(picture(0), picture(0)[:40])] * 2, LearntFrom.PAIRS, "80x60 and 80x40"),
        ([(picture(0), None)], LearntFrom.PAIRS, "0.png is alone"),
        ([(np.zeros_like(picture(0)), None)] * 2, LearntFrom.NIGHT, "before/0.png is black"),
        ([(picture(0), None)], LearntFrom.NIGHT, "expected at least 2"),
        ([(picture(0), None)], LearntFrom.STYLE, "1 pictures and 0 of the style"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(tmp_path, pairs, learnt_from, reason):
    fill(tmp_path, pairs)
    last = told(tmp_path, wanted(learnt_from))[-1]
    assert isinstance(last, Refused)
    assert reason in last.reason
    assert not (tmp_path / "look" / "model.onnx").exists()
