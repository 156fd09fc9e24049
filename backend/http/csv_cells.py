"""Cells of CSV that a spreadsheet opens without harm."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is one to a spreadsheet."""


def harmless(text: str) -> str:
    """The text; one that would be a formula begins with an apostrophe, as spreadsheets have it."""
    return f"'{text}" if text.startswith(FORMULA) else text
