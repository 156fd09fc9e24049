"""Ways to fall, by name: what somebody was doing, what went wrong, what his body does about it."""

from collections.abc import Callable

from modeling.training.synthetic.bodies.motion import Draw
from modeling.training.synthetic.bodies.people import Person
from modeling.training.synthetic.takes import falls_seated, falls_standing
from modeling.training.synthetic.takes.simulate import Plan

FALLS: dict[str, Callable[[Draw, Person], Plan]] = {
    "trip": falls_standing.trip,
    "slip": falls_standing.slip,
    "faint": falls_standing.faint,
    "sink": falls_standing.sink,
    "knees_give_way": falls_standing.knees_give_way,
    "missed_chair": falls_seated.missed_chair,
    "rise_and_fall_back": falls_seated.rise_and_fall_back,
    "rise_and_fall_forward": falls_seated.rise_and_fall_forward,
    "frame_turn": falls_standing.frame_turn,
    "step_back": falls_standing.step_back,
    "sideways": falls_standing.sideways,
    "roll_out_of_bed": falls_seated.roll_out_of_bed,
    "slide_off_chair": falls_seated.slide_off_chair,
    "topple_from_chair": falls_seated.topple_from_chair,
    "sink_along_wall": falls_standing.sink_along_wall,
}
