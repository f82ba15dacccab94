from math import cos, pi

# Hours between two high tides.
PERIOD = 12.42


def height(hours_after_high: float, mean: float = 2.0, range_: float = 3.0) -> float:
    """Height of the water in metres, so many hours after a high tide."""
    if range_ < 0:
        raise ValueError("a tide's range is never negative")
    return mean + range_ / 2 * cos(2 * pi * hours_after_high / PERIOD)
