"""The steps of the set-up, each a page."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request

from backend.web.marks import N_
from backend.web.page_route import pages_of


@dataclass(frozen=True)
class Step:
    """One step, the first is number 1."""

    number: int
    name: str
    title: str


_TITLES = {
    "owner": N_("Your account"),
    "household": N_("Where help has to come"),
    "channels": N_("How you are reached"),
    "cameras": N_("A camera"),
    "done": N_("Is all well?"),
}


def setup_values(request: Request, name: str) -> dict[str, Any]:
    """What setup_base.html shows on the step of this name."""
    text = pages_of(request).texts(request).gettext
    steps = [
        Step(number, step, text(title)) for number, (step, title) in enumerate(_TITLES.items(), 1)
    ]
    return {
        "steps": steps,
        "step": next(step for step in steps if step.name == name),
        "in_setup": True,
        "kept": {},
    }
