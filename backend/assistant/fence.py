"""What people, files and models have written: marked for a model, and as a reader sees it."""

import unicodedata

OPEN, CLOSE = "⟦", "⟧"
MAX_FENCED = 300
"""Characters."""


def fenced(text: str) -> str:
    """`text` between marks that it cannot have in itself, on one line and not too long."""
    plain = "".join(" " if _is_control(sign) else sign for sign in text)
    inside = plain.replace(OPEN, "[").replace(CLOSE, "]")
    shown = inside if len(inside) <= MAX_FENCED else f"{inside[:MAX_FENCED]}…"
    return f"{OPEN}{shown}{CLOSE}"


def without_unseen(text: str) -> str:
    """`text` without signs that nobody sees, but for line ends and tabs.

    Some of them turn the digits of a number round, or part it; NUL no database keeps.
    """
    return "".join(it for it in text if it in "\n\t" or not _is_control(it))


def _is_control(sign: str) -> bool:
    """Line ends, and signs that nobody sees, in which an order could hide."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Co", "Zl", "Zp"}
