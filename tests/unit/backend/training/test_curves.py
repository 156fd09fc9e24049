from backend.training.curves import curves_of
from contract.jobs import MetricAt


def test_each_figure_of_each_fit_is_a_curve_over_its_epochs():
    metrics = [
        MetricAt(fit="fold-1", name="loss", epoch=2, value=0.25),
        MetricAt(fit="fold-1", name="held_out_loss", epoch=1, value=0.75),
        MetricAt(fit="fold-1", name="loss", epoch=1, value=0.5),
        MetricAt(fit="all", name="loss", epoch=1, value=1.0),
    ]
    assert [(c.fit, c.name, c.epochs, c.values) for c in curves_of(metrics)] == [
        ("fold-1", "loss", (1, 2), (0.5, 0.25)),
        ("fold-1", "held_out_loss", (1,), (0.75,)),
        ("all", "loss", (1,), (1.0,)),
    ]


def test_a_try_that_went_on_before_its_last_line_replaces_what_it_had_said():
    again = [MetricAt(fit="all", name="loss", epoch=1, value=value) for value in (1.0, 0.5)]
    (curve,) = curves_of(again)
    assert curve.values == (0.5,)
