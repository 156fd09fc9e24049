"""Texts in CSV files, which spreadsheets open."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """`text`, after an apostrophe where a spreadsheet would take it for a formula.

    A number stays as it is.
    """
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
