"""`train-tabular-model` as a process, by files."""

import subprocess
import sys

import pytest

from modeling.tabular.model import TabularModel

MODULE = "modeling.training.commands.train_tabular"


def run(*options):
    command = [sys.executable, "-m", MODULE, *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_file_becomes_a_checkpoint_that_answers(homes, tmp_path):
    ran = run(
        homes / "homes.csv", "--target", "가격", "--group", "단지", "--folds", 3, "--output",
        tmp_path / "price",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "mean error" in ran.stdout
    model = TabularModel.load(tmp_path / "price")
    large, small = model.answers(
        [{"크기": 110, "동네": "강남"}, {"크기": 30, "동네": "노원"}], "ko"
    )
    assert large.value > 300 > 150 > small.value
    assert large.low < large.value < large.high
    assert [reason.feature for reason in large.reasons] == ["크기", "동네"]
    card = (tmp_path / "price" / "CARD.md").read_text(encoding="utf-8")
    assert "train-tabular-model homes.csv --recipe tabular --target '가격' --group '단지'" in card
    assert str(tmp_path) not in card
    assert "of 50 groups" in card


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["HOMES", "--target", "값"], 1, "error: no column '값', expected one of 크기, 동네"),
        (["generated"], 2, "tabular makes no data, expected a file"),
        (["HOMES", "--target", "가격", "--leaves", "900"], 2, "leaves: Input should be less than"),
    ],
)
def test_what_cannot_be_learnt_ends_with_a_line(homes, tmp_path, options, status, message):
    options = [homes / "homes.csv" if option == "HOMES" else option for option in options]
    ran = run(*options, "--output", tmp_path / "out")
    assert ran.returncode == status
    assert message in " ".join(ran.stderr.replace("│", "").split())
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()
