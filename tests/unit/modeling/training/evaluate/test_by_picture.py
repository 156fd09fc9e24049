import numpy as np
import pytest

from modeling.training.evaluate.by_picture import image_figures

LABELS = ("a", "b", "c")


def figures(truth, told, groups=None):
    groups = np.arange(len(truth)) if groups is None else groups
    return image_figures(LABELS, np.array(truth), np.array(told), np.array(groups).astype(str))


def test_figures_of_a_confusion_that_is_worked_out_by_hand():
    found = figures([0, 0, 0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 1, 1, 2, 0])
    assert found.confusion == [[3, 1, 0], [0, 2, 0], [1, 0, 1]]
    assert found.classes["a"].precision.value == pytest.approx(3 / 4)
    assert found.classes["b"].recall.value == pytest.approx(1.0)
    assert found.classes["c"].f1.value == pytest.approx(2 / 3)
    assert found.macro_f1.value == pytest.approx((0.75 + 0.8 + 2 / 3) / 3)


@pytest.mark.parametrize(("last", "of_b"), [(0, 2 / 3), (2, 2 / 3)])
def test_a_class_that_is_not_there_has_no_share_in_the_mean(last, of_b):
    found = figures([0, 0, 1, 1], [0, 0, 1, last])
    assert found.classes["c"].f1 is None
    of_a = found.classes["a"].f1.value
    assert found.macro_f1.value == pytest.approx((of_a + of_b) / 2)


def test_pictures_of_one_group_do_not_make_an_interval_narrower():
    truth, told = [0, 1] * 40, [0, 1, 0, 0] * 20
    alone = figures(truth, told).macro_f1
    grouped = figures(truth, told, np.arange(80) // 20).macro_f1
    assert alone.value == grouped.value
    assert figures(truth, told, [0] * 80).macro_f1.low is None
