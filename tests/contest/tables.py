# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/contest.md from the saved steps of a contest. Pure functions."""
import statistics

import coverage

TARGET = 0.94  # chosen: 95 % less what the resampling and some hundred intervals cannot tell
SIZES = (2, 3, 5, 10, 20)
GOOGLE_CLOCKS = (("real_ns", "real time"), ("cpu_ns", "CPU time"))


class Contender:
    """One tool's intervals on one kernel, and the observations, one a process, behind them."""

    def __init__(self, name, steps, intervals, observations, interval):
        self.name, self.intervals, self.observations, self.interval = name, intervals, observations, interval
        self.truth = statistics.median(observations)
        self.mean = interval(observations)[0]
        self.wall_s = statistics.median(step["wall_s"] for step in steps)
        self.wall_each_s = sum(step["wall_s"] for step in steps) / len(observations)


def google(steps, clock, name):
    """Each process states mean +- t sd / sqrt(10) of its repetitions."""
    intervals = [coverage.mean_interval(step[clock]) for step in steps]
    return Contender(f"Google Benchmark, {name}", steps, intervals, [centre for centre, _, _ in intervals],
                     coverage.mean_interval)


def assay(steps):
    """Each run states the interval of its passes; a pass is a process."""
    medians = [each for step in steps for each in step["pass_medians_ns"]]
    return Contender("Assay", steps, [(step["center_ns"], step["low_ns"], step["high_ns"]) for step in steps],
                     medians, coverage.geometric_interval)


def of_assay(data, kernel):
    return [step for step in data["steps"] if step["kernel"] == kernel and step["tool"] == "assay"]


def across(steps):
    """The same, as a run states it with the spread of sessions that it assumes."""
    one = assay(steps)
    one.name = "Assay, across sessions"
    one.intervals = [(step["center_ns"], *step["across_ns"]) for step in steps]
    return one


def contenders(data, kernel):
    steps = [step for step in data["steps"] if step["kernel"] == kernel]
    theirs = [step for step in steps if step["tool"] == "google-benchmark"]
    ours = of_assay(data, kernel)
    for step in ours:
        if not step["label"].startswith(theirs[0]["label"]):
            raise ValueError(f"{kernel}: different kernels: {step['label']} and {theirs[0]['label']}")
    return [google(theirs, clock, name) for clock, name in GOOGLE_CLOCKS] + [assay(ours)]


def percent(fraction, digits=0):
    return f"{100 * fraction:.{digits}f} %"


def stated_row(kernel, one):
    count = len(one.intervals)
    hits = coverage.covered(one.intervals, one.truth)
    low, high = coverage.wilson(hits, count)
    return (f"| f32 {kernel}³ | {one.name} | {count} of {len(one.observations)} processes | {one.truth / 1e3:.2f} "
            f"| ±{percent(coverage.half_width(one.intervals), 2)} "
            f"| {percent(hits / count)} [{percent(low)}, {percent(high)}] "
            f"| {percent(coverage.covered(one.intervals, one.mean) / count)} "
            f"| {coverage.inflation(one.intervals, one.truth):.1f} | {one.wall_s:.1f} |")


def stated_table(data, kernels):
    rows = []
    for kernel in kernels:
        rows += [stated_row(kernel, one) for one in contenders(data, kernel)]
        rows.append(stated_row(kernel, across(of_assay(data, kernel))))
    return ["| kernel | tool | intervals | grand median, µs | stated, median | covers the grand median (95 %) "
            "| covers the grand mean | stretch for 95 % | wall for one, s |",
            "|---|---|---|---:|---:|---|---:|---:|---:|", *rows]


def processes_row(kernel, one, size):
    of_median, width = coverage.resampled(one.observations, size, one.interval, one.truth)
    of_mean, _ = coverage.resampled(one.observations, size, one.interval, one.mean)
    return (f"| f32 {kernel}³ | {one.name} | {size} | ±{percent(width, 2)} | {percent(of_median, 1)} "
            f"| {percent(of_mean, 1)} | {size * one.wall_each_s:.0f} |")


def processes_table(data, kernels):
    rows = [processes_row(kernel, one, size) for kernel in kernels for one in contenders(data, kernel)
            for size in SIZES if size <= len(one.observations) // 4]
    return ["| kernel | tool | processes in one interval | half-width, median | covers the grand median "
            "| covers the grand mean | wall, s |", "|---|---|---:|---:|---:|---:|---:|", *rows]


def needed(one, truth, width):
    """"12 processes, 74 s", or more than what could be tried."""
    most = len(one.observations) // 4
    if most < 2:
        return "too few measured"
    found = coverage.fewest(one.observations, one.interval, truth, TARGET, width)
    count = found[0] if found else most
    return f"{'' if found else 'more than '}{count} processes, {count * one.wall_each_s:.0f} s"


def equal_rows(kernel, all_of_it):
    """Everybody against the width that Assay's runs state."""
    width = coverage.half_width(all_of_it[-1].intervals)
    return [f"| f32 {kernel}³ | {one.name} | ±{percent(width, 2)} | {needed(one, one.truth, width)} "
            f"| {needed(one, one.mean, width)} |" for one in all_of_it]


def equal_table(data, kernels):
    rows = [row for kernel in kernels for row in equal_rows(kernel, contenders(data, kernel))]
    return [f"| kernel | tool | no wider than | to cover the grand median in ≥ {percent(TARGET)} "
            "| to cover the grand mean |", "|---|---|---:|---|---|", *rows]


def report(data):
    """All tables, as Markdown."""
    kernels = sorted({step["kernel"] for step in data["steps"]})
    about = data["about"]
    sessions = about.get("sessions")
    spread = (f"Between sessions: {percent(sessions['session_sd'], 1)} (standard deviation), counted as "
              f"{percent(sessions['counted_sd'], 1)}, by `assay aa` in {sessions['sessions']} sessions before the contest."
              if sessions else "Between sessions: what Assay assumes.")
    return "\n".join([
        f"{about['cpu']}, {about['cpus']} CPUs; {about['date']}; Assay profile {about['profile']}. {spread}", "",
        "What each tool states, and how often it is right:", "", *stated_table(data, kernels), "",
        "Intervals over whole processes, drawn from those measured:", "", *processes_table(data, kernels), "",
        "Equal true coverage at equal width:", "", *equal_table(data, kernels)])
