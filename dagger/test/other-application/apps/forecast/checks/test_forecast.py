import pytest

from tides.forecast import PERIOD, height


@pytest.mark.parametrize("hours, metres", [(0, 3.5), (PERIOD / 2, 0.5), (PERIOD / 4, 2.0), (PERIOD, 3.5)])
def test_height_goes_up_and_down(hours, metres):
    assert height(hours) == pytest.approx(metres)


def test_refuses_a_negative_range():
    with pytest.raises(ValueError, match="never negative"):
        height(0, range_=-1)
