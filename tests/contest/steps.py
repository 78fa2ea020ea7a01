# SPDX-License-Identifier: Apache-2.0
"""One step of a contest: the order of them, and what is kept of what a tool printed. Times in ns."""
GOOGLE, ASSAY = "google-benchmark", "assay"


def plan(kernels, processes, runs):
    """[(tool, kernel)]: both tools evenly mixed, so that both see the same weather."""
    places = [((i + 0.5) / count, kernel, tool) for tool, count in ((GOOGLE, processes), (ASSAY, runs))
              for kernel in kernels for i in range(count)]
    return [(tool, kernel) for _, kernel, tool in sorted(places)]


def google_step(kernel, printed, seconds):
    """From --benchmark_format=json: the repetitions, without Google Benchmark's own aggregates."""
    rows = [row for row in printed["benchmarks"] if row["run_type"] == "iteration"]
    if {row["time_unit"] for row in rows} != {"ns"} or len(rows) < 2:
        raise ValueError(f"{kernel}: not some repetitions in ns")
    return {"tool": GOOGLE, "kernel": kernel, "wall_s": seconds, "label": rows[0]["label"],
            "real_ns": [row["real_time"] for row in rows], "cpu_ns": [row["cpu_time"] for row in rows]}


def assay_step(kernel, printed, seconds):
    """From `assay run --json`: the stated interval, and the medians of the passes."""
    case, = printed["cases"]
    summary = case["summary"]
    stated = summary["time_seconds"]
    if stated.get("confidence") != 0.95:
        raise ValueError(f"{kernel}: a run of one pass states no interval")
    return {"tool": ASSAY, "kernel": kernel, "wall_s": seconds, "label": summary["kernels"][0],
            "center_ns": stated["center"] * 1e9, "low_ns": stated["low"] * 1e9, "high_ns": stated["high"] * 1e9,
            "across_ns": [summary["time_across_sessions_seconds"][bound] * 1e9 for bound in ("low", "high")],
            "pass_medians_ns": [each * 1e9 for each in summary["pass_medians_seconds"]]}
