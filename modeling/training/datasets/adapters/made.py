"""What this project makes itself: people by calculation, and motion kept for streams to test on."""

from modeling.training.datasets.source import Kind, Source

SYNTHETIC = Source(
    name="synthetic",
    about="Falls and daily acts of made people, calculated and filmed by this project.",
    licence="that of this project",
    kind=Kind.MADE,
    is_commercial=True,
    share=3.0,
)
STRESS = Source(
    name="stress",
    about="Hours of motion that nothing has learnt from, as a camera in a ceiling corner sees it.",
    licence="that of the motion",
    kind=Kind.MOTION,
    is_test_only=True,
)
