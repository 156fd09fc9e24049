"""Text of elsewhere, fit for a line of a log or of a message."""


def one_line(text: str, longest: int) -> str:
    """`text` in one line of at most `longest` characters, without what cannot be printed."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:longest]
