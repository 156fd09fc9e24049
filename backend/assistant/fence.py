"""Marks what people or files have written, so that a model can tell it from what it is told."""

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


def _is_control(sign: str) -> bool:
    """Line ends, and signs that nobody sees, in which an order could hide."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Co", "Zl", "Zp"}
