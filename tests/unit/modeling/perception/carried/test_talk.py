"""What the process of a job says, whatever stands in the data that it speaks of."""

import io

import pytest

from contract.jobs import MESSAGE, Refused
from modeling.perception.carried.talk import LONGEST_LINE, Talk


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("no label\n\x1b[31m here\0", "no label [31m here"),
        ("\u202e\u200b", "it does not say what"),
        ("", "it does not say what"),
        ("x" * (LONGEST_LINE - 1) + " y", "x" * (LONGEST_LINE - 1)),
    ],
)
def test_whatever_is_said_is_a_line(reason: str, line: str) -> None:
    out = io.StringIO()
    Talk(out).refused(reason)
    assert MESSAGE.validate_json(out.getvalue()) == Refused(reason=line)
    Talk(out).said(reason)
    Talk(out).progress(reason, 0, 1)
    assert len(out.getvalue().splitlines()) == 3
