import pytest

from backend.plain_words.rules.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("epochs=20", 20),
        ("-5", -5),
        ("1,024", 1024),
        ("0.001", 0.001),
        ("1e-3", 0.001),
        ("4e-3으로", 0.004),
        ("0.1%", 0.001),
        ("10 퍼센트", 0.1),
        ("20으로", 20),
    ],
)
def test_number(text: str, value: float) -> None:
    ((found),) = numbers_in(text)
    assert found.value == pytest.approx(value)
    assert type(found.value) is type(value)


@pytest.mark.parametrize("text", ["20만", "3천", "2k", "1e999", "9" * 400])
def test_number_that_could_be_several_has_no_value(text: str) -> None:
    (found,) = numbers_in(text)
    assert found.value is None


@pytest.mark.parametrize("text", ["", "nan", "inf", "v2", "hall2", "0x1f"[1:]])
def test_what_is_no_number_is_none(text: str) -> None:
    assert [it.value for it in numbers_in(text)] == []
