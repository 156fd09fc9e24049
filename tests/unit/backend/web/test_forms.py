"""What a browser's form says."""

import pytest
from pydantic import BaseModel

from backend.errors import InvalidInput
from backend.web.forms import MAX_FIELDS, checked, chosen, fields_of, filled, pairs_of


class Name(BaseModel):
    name: str


def test_fields_are_read_with_their_blanks_and_signs() -> None:
    fields = fields_of(b"name=%EB%AF%BC%EC%A7%80+%26&place=")
    assert fields == {"name": "민지 &", "place": ""}
    assert filled(fields) == {"name": "민지 &"}


@pytest.mark.parametrize("body", [b"\xff", b"a=%ff", b"&".join([b"a=1"] * (MAX_FIELDS + 1))])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        fields_of(body)


def test_wrong_field_is_named() -> None:
    with pytest.raises(InvalidInput, match="name"):
        checked(Name, {})


def test_all_that_was_chosen_in_boxes_of_one_name_counts() -> None:
    pairs = pairs_of(b"label=fall&day=1&label=lying&label=")
    assert chosen(pairs, "label") == ("fall", "lying")
