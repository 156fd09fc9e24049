"""What is known of a source of clips: what it shows, and what may be done with it."""

from enum import StrEnum

from pydantic import BaseModel


class Kind(StrEnum):
    """How clips came about; what was not filmed is learnt from as it is, and measures nothing."""

    FILMED = "filmed"
    """Real people before a camera."""
    MOTION = "motion"
    """Joints of real people that others found, shown as cameras would show them."""
    MADE = "made"
    """People who move by calculation: nothing of it belongs to anybody else."""


class SourceError(Exception):
    """A folder is not the source that it was given as; the message is one plain line."""


class Source(BaseModel, frozen=True, extra="forbid"):
    """A row of `sources.toml`.

    Nothing learns from one that is `is_test_only`. Weights that learnt from others than those that
    are `is_commercial` are not for sale. Of the reference the single groups are held out one by
    one, and image models learn from its pictures. All its windows together have the weight `share`
    in a training. `caveat` says how far its figures can be trusted.
    """

    name: str
    about: str
    licence: str
    kind: Kind = Kind.FILMED
    citation: str = ""
    caveat: str = ""
    is_test_only: bool = False
    is_commercial: bool = False
    is_reference: bool = False
    share: float = 1.0

    @property
    def is_filmed(self) -> bool:
        """Whether it shows what a camera saw: such clips are augmented, and measured on."""
        return self.kind is Kind.FILMED

    def __str__(self) -> str:
        cite = f" Cite: {self.citation}" if self.citation else ""
        return f"{self.about} Licence: {self.licence}.{cite}"
