# SPDX-License-Identifier: Apache-2.0
"""From pairs of measured and true times to a line: measured = intercept + slope x true.

The line is fitted to the medians of measured - true, one a point, so that an interruption, which
hits both, cancels, and one between the two stamps is forgiven. Pure functions; times in ns.
"""
import math
import statistics

STEP_NS = 10.0  # chosen: about the step of a clock, and the least that a median is off by
# Chosen: a fifth of the slope's tolerance. After milliseconds of a busy loop the code and the clock
# behind it are out of the caches, so what a call adds is constant no closer than that.
CONSTANT_TO = 1e-4
SLOPE_TOLERANCE, OVERHEAD_NS = 5e-4, 50.0  # issue 3: what is promised
# Student's t, 97.5 %, for 1..30 degrees of freedom; a fit of 13 points has 11.
T_975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179,
         2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060,
         2.056, 2.052, 2.048, 2.045, 2.042]


def point(row, ticks_per_ns):
    """One point of the program, per call: true time, and the median of measured - true."""
    calls = row["invocations"]
    true = [ticks / ticks_per_ns / calls for ticks in row["true_ticks"]]
    extra = [measured / calls - each for measured, each in zip(row["measured_ns"], true)]
    ordered = sorted(extra)
    middle = statistics.median(extra)
    # Standard error of a median of normal numbers, their sd by the median absolute deviation.
    error = 1.2533 * 1.4826 * statistics.median(abs(each - middle) for each in extra) / math.sqrt(len(extra))
    middle_true = statistics.median(true)
    return {"measure": row["measure"], "nominal_ns": row["nominal_ns"], "calls": calls,
            "readings": len(true), "true_ns": middle_true,
            "extra_ns": middle, "error_ns": max(error, STEP_NS, CONSTANT_TO * middle_true),
            "low_ns": ordered[len(ordered) // 10], "high_ns": ordered[-1 - len(ordered) // 10]}


def keeps_promise(point, stamp_ns):
    """Whether a point alone is within the tolerances, less what the plugin's own stamps take."""
    return abs(point["extra_ns"] - stamp_ns) <= SLOPE_TOLERANCE * point["true_ns"] + OVERHEAD_NS


def line(points):
    """Weighted least squares of extra on true: {slope, intercept_ns, their 95 % half-widths}. The
    widths come from the residuals, so they grow when the points are on no line."""
    weights = [p["error_ns"] ** -2 for p in points]
    x, y = [p["true_ns"] for p in points], [p["extra_ns"] for p in points]
    total = sum(weights)
    x_mean = sum(w * each for w, each in zip(weights, x)) / total
    y_mean = sum(w * each for w, each in zip(weights, y)) / total
    spread = sum(w * (each - x_mean) ** 2 for w, each in zip(weights, x))
    excess = sum(w * (a - x_mean) * (b - y_mean) for w, a, b in zip(weights, x, y)) / spread
    intercept = y_mean - excess * x_mean
    residuals = [b - intercept - excess * a for a, b in zip(x, y)]
    freedom = len(points) - 2
    variance = sum(w * r * r for w, r in zip(weights, residuals)) / freedom
    t = T_975[freedom - 1]
    return {"slope": 1 + excess, "slope_half": t * math.sqrt(variance / spread),
            "intercept_ns": intercept,
            "intercept_half": t * math.sqrt(variance * (1 / total + x_mean ** 2 / spread)),
            "residuals_ns": residuals}


def clocks(begin, end):
    """The counter's rate, and how the measuring clock ran against the raw one, as a ratio - 1."""
    raw = end["raw_ns"] - begin["raw_ns"]
    return {"ticks_per_ns": (end["ticks"] - begin["ticks"]) / raw,
            "slew": (end["monotonic_ns"] - begin["monotonic_ns"]) / raw - 1,
            "seconds": raw / 1e9, "counter": begin["counter"],
            "clock_call_ns": begin["clock_call_ns"], "counter_call_ns": begin["counter_call_ns"]}


def analyse(rows):
    """What the program printed, to clocks and, by measure, points and their line."""
    anchors = {row["anchor"]: row for row in rows if "anchor" in row}
    found = {"clocks": clocks(anchors["begin"], anchors["end"]), "measures": {}}
    cold, = (row["cold_clock_ns"] for row in rows if "cold_clock_ns" in row)
    found["clocks"]["cold_clock_ns"] = statistics.median(cold)
    for measure in ("latency", "throughput"):
        points = [point(row, found["clocks"]["ticks_per_ns"]) for row in rows
                  if row.get("measure") == measure]
        found["measures"][measure] = {"points": points, "line": line(points)}
    return found
