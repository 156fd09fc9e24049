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


def visible(text: str) -> str:
    """`text` without signs that nobody sees: some turn the digits of a number round, or part it."""
    return "".join(it for it in text if unicodedata.category(it) not in {"Cf", "Co"})


def _is_control(sign: str) -> bool:
    """Line ends, and signs that nobody sees, in which an order could hide."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Co", "Zl", "Zp"}
