"""A picture for which there is too little memory is made smaller, twice at most."""

import pytest

from modeling.perception.carried.memory import halving, is_out_of_memory


def test_it_is_made_as_large_as_there_is_memory_for() -> None:
    def make(halvings: int) -> str:
        if halvings < 2:
            raise MemoryError
        return f"at 1/{2**halvings}"

    assert halving(make) == ("at 1/4", 2)
    assert halving(lambda halvings: halvings) == (0, 0)


def test_what_has_no_memory_at_a_quarter_or_another_fault_is_raised() -> None:
    tried = []

    def make(halvings: int) -> None:
        tried.append(halvings)
        raise RuntimeError("std::bad_alloc")

    with pytest.raises(RuntimeError):
        halving(make)
    assert tried == [0, 1, 2]
    with pytest.raises(ValueError, match="another"):
        halving(lambda _: (_ for _ in ()).throw(ValueError("another")))


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (MemoryError(), True),
        (RuntimeError("Failed to allocate memory for requested buffer of size 9"), True),
        (ValueError("encoding error 1: out of memory"), True),
        (ValueError("encoding error 5"), False),
    ],
)
def test_libraries_say_in_their_own_ways_that_there_is_none(error: Exception, is_one: bool) -> None:
    assert is_out_of_memory(error) is is_one
