"""How texts are marked that are translated later, where they are shown."""


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for it)
    """`text`, which the catalogues have."""
    return text
