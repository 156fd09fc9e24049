"""What the same people do all day without falling, by name, drawn by hand to the end."""

from collections.abc import Callable

from modeling.training.synthetic.bodies.motion import Draw
from modeling.training.synthetic.bodies.people import Person
from modeling.training.synthetic.takes import daily_floor, daily_furniture, daily_standing
from modeling.training.synthetic.takes.acting import Act

DAILY: dict[str, Callable[[Draw, Person], Act]] = {
    "walk": daily_standing.walk,
    "turn": daily_standing.turn,
    "climb": daily_standing.climb,
    "sit_softly": daily_furniture.sit_softly,
    "sit_hard": daily_furniture.sit_hard,
    "flop_on_sofa": daily_furniture.flop_on_sofa,
    "lie_on_bed": daily_furniture.lie_on_bed,
    "flop_on_bed": daily_furniture.flop_on_bed,
    "lie_on_sofa": daily_furniture.lie_on_sofa,
    "tip_onto_sofa": daily_furniture.tip_onto_sofa,
    "get_up_from_bed": daily_furniture.get_up_from_bed,
    "sit_on_floor": daily_floor.sit_on_floor,
    "lie_on_floor": daily_floor.lie_on_floor,
    "tip_over": daily_floor.tip_over,
    "get_up_from_floor": daily_floor.get_up_from_floor,
    "kneel": daily_floor.kneel,
    "tie_shoes": daily_standing.tie_shoes,
    "pick_up": daily_standing.pick_up,
    "squat": daily_standing.squat,
    "crouch": daily_standing.crouch,
    "push_ups": daily_floor.push_ups,
    "sweep": daily_standing.sweep,
    "stretch": daily_standing.stretch,
    "stumble": daily_standing.stumble,
}
