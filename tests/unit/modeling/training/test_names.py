"""Sources and labels are data: generic code asks what they are, not what they are called."""

import re

import pytest

from modeling.training.datasets.adapters.registry import SOURCES

# What makes data of its own, and names it.
OWN = ("datasets/adapters", "synthetic")


@pytest.fixture
def generic(repository):
    """The text of every generic file of training."""
    root = repository / "modeling" / "training"
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for suffix in ("py", "toml", "html")
        for path in root.rglob(f"*.{suffix}")
        if not path.relative_to(root).as_posix().startswith(OWN)
    }


def named(generic, pattern):
    return {name for name, text in generic.items() if re.search(pattern, text, re.IGNORECASE)}


def test_no_generic_code_names_a_source(generic):
    assert len(generic) > 60
    names = sorted(SOURCES.keys() - {"synthetic", "stress", "cvat", "household"})  # own words
    any_name = rf"\b({'|'.join(names)}|up-fall)\b"
    assert named({"some.py": "URFD's frames"}, any_name) == {"some.py"}
    assert named(generic, any_name) == set()
    assert named(generic, r"""["'](synthetic|stress|cvat)["']""") == set()


def test_no_generic_code_names_a_state(generic):
    assert named({"some.py": '"lying"'}, r"""["']lying["']""") == {"some.py"}
    assert named(generic, r"""["']lying["']""") == set()
