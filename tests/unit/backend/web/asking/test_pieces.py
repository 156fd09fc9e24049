"""The text of an answer in pieces."""

from backend.web.asking.pieces import Piece, pieces_of


def test_mark_of_a_call_leads_there_and_one_of_no_call_is_a_word() -> None:
    assert pieces_of("Up 3 times [1], or 4 [7].", ["1"], []) == [
        Piece("Up 3 times "),
        Piece("[1]", call="1"),
        Piece(", or 4 [7]."),
    ]


def test_number_that_no_call_has_is_marked_but_not_as_a_part_of_another() -> None:
    pieces = pieces_of("99 of 1,991 and 99.5, so 99.", [], ["99"])
    assert [it.text for it in pieces if it.is_unproved] == ["99", "99"]
    assert "".join(it.text for it in pieces) == "99 of 1,991 and 99.5, so 99."
