"""Curves as lines of a picture."""

from backend.training.schemas import Curve
from backend.web.plots import plots_of


def curve(fit: str, name: str, *values: float) -> Curve:
    return Curve(fit=fit, name=name, epochs=tuple(range(1, len(values) + 1)), values=values)


def test_curves_of_one_figure_share_its_scale() -> None:
    (loss,) = plots_of([curve("all", "loss", 1.0, 0.5, 0.0), curve("1", "loss", 0.5, 0.5)])
    assert (loss.low, loss.high, loss.epochs) == (0.0, 1.0, (1, 2, 3))
    first, second = loss.lines
    assert first.points == "0.00,0.00 50.00,50.00 100.00,100.00"
    assert (second.fit, second.points, second.last) == ("1", "0.00,50.00 50.00,50.00", 0.5)


def test_each_figure_has_a_plot_of_its_own() -> None:
    found = plots_of([curve("all", "loss", 1.0), curve("all", "f1", 0.2)])
    assert [plot.name for plot in found] == ["loss", "f1"]


def test_figure_that_never_changes_stays_within_the_picture() -> None:
    (plot,) = plots_of([curve("all", "loss", 0.3, 0.3)])
    assert plot.lines[0].points == "0.00,100.00 100.00,100.00"
