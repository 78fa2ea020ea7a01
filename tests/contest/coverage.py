# SPDX-License-Identifier: Apache-2.0
"""How often stated intervals are right: coverage, what it takes to mend them, and what that costs.

Pure functions of the saved numbers; the only randomness is resampling, with a fixed seed.
"""
import math
import random
import statistics

# Student's t, 97.5 %, for 1..9 degrees of freedom; above, the expansion is good to 1e-4.
T_975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
Z_975 = 1.959964
DRAWS = 4000  # chosen: a coverage is then known to 0.35 points


def student_975(freedom):
    """Abramowitz & Stegun 26.7.5."""
    if freedom <= len(T_975):
        return T_975[freedom - 1]
    z, n = Z_975, freedom
    return (z + (z**3 + z) / (4 * n) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3))


def mean_interval(values):
    """(centre, low, high): mean and Student's t, two values at least."""
    count = len(values)
    centre = math.fsum(values) / count
    # not statistics.stdev: its exact fractions take 20 times longer, and this runs a million times
    squares = math.fsum((value - centre) ** 2 for value in values)
    half = student_975(count - 1) * math.sqrt(squares / (count - 1) / count)
    return centre, centre - half, centre + half


def geometric_interval(values):
    """The same on logarithms, as Assay states it for the medians of its passes."""
    return tuple(map(math.exp, mean_interval([math.log(value) for value in values])))


def covered(intervals, truth):
    return sum(low <= truth <= high for _, low, high in intervals)


def half_width(intervals):
    """Median relative half-width."""
    return statistics.median((high - low) / 2 / centre for centre, low, high in intervals)


def wilson(hits, count):
    """95 % interval of a fraction (Wilson 1927)."""
    z2 = Z_975 ** 2
    centre = (hits + z2 / 2) / (count + z2)
    half = Z_975 * math.sqrt(hits * (count - hits) / count + z2 / 4) / (count + z2)
    return max(0.0, centre - half), min(1.0, centre + half)


def inflation(intervals, truth, level=0.95):
    """The least factor by which all must be stretched about their centres for `level` to cover."""
    needed = []
    for centre, low, high in intervals:
        side = high - centre if truth > centre else centre - low
        needed.append(abs(truth - centre) / side if side > 0 else math.inf)
    return sorted(needed)[math.ceil(level * len(needed)) - 1]


def resampled(observations, size, interval, truth, seed=1):
    """(coverage, half-width) of intervals of `size` observations drawn without replacement."""
    draw = random.Random(f"{seed} {size}")
    intervals = [interval(draw.sample(observations, size)) for _ in range(DRAWS)]
    return covered(intervals, truth) / DRAWS, half_width(intervals)


def fewest(observations, interval, truth, coverage, width):
    """The fewest observations whose interval covers that often and is no wider: (size, coverage,
    width). None when a quarter of them is not enough: more would be drawn nearly whole."""
    for size in range(2, len(observations) // 4 + 1):
        got = resampled(observations, size, interval, truth)
        if got[0] >= coverage and got[1] <= width:
            return (size, *got)
    return None
