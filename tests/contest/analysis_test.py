# SPDX-License-Identifier: Apache-2.0
"""The analysis on made-up processes: coverage comes out as theory says. Seeds are fixed."""
import pathlib
import random
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import coverage  # noqa: E402
import steps  # noqa: E402
import tables  # noqa: E402

TRUTH = 1e6


def google_step(draw, between, within):
    """A process: its own level, ten repetitions around it, all normal. Relative sds."""
    level = TRUTH * (1 + between * draw.gauss(0, 1))
    real = [level * (1 + within * draw.gauss(0, 1)) for _ in range(10)]
    return {"tool": steps.GOOGLE, "kernel": 384, "wall_s": 6.0, "label": "jit", "real_ns": real, "cpu_ns": real}


def assay_step(draw, between):
    medians = [TRUTH * (1 + between * draw.gauss(0, 1)) for _ in range(10)]
    center, low, high = coverage.geometric_interval(medians)
    return {"tool": steps.ASSAY, "kernel": 384, "wall_s": 20.0, "label": "jit, B packed", "center_ns": center,
            "low_ns": low, "high_ns": high, "across_ns": [low * 0.98, high * 1.02], "pass_medians_ns": medians}


def intervals(between, within, count=4000, seed=5):
    draw = random.Random(seed)
    return [coverage.mean_interval(google_step(draw, between, within)["real_ns"]) for _ in range(count)]


class Coverage(unittest.TestCase):
    def test_students_t_agrees_with_published_tables(self):
        for freedom, value in ((1, 12.706), (9, 2.262), (10, 2.228), (19, 2.093), (30, 2.042), (99, 1.984)):
            self.assertAlmostEqual(coverage.student_975(freedom), value, delta=6e-4)

    def test_an_interval_of_known_numbers(self):
        # mean 3, sd sqrt(2.5), t(4) = 2.776: 2.776 * sqrt(2.5 / 5) = 1.96293
        centre, low, high = coverage.mean_interval([1, 2, 3, 4, 5])
        self.assertEqual(centre, 3)
        self.assertAlmostEqual(high - 3, 1.96293, delta=1e-5)
        self.assertAlmostEqual(3 - low, 1.96293, delta=1e-5)

    def test_the_geometric_interval_turns_over_with_its_numbers(self):
        centre, low, high = coverage.geometric_interval([1, 2, 4])
        turned = coverage.geometric_interval([1, 1 / 2, 1 / 4])
        self.assertAlmostEqual(centre, 2)
        self.assertAlmostEqual(1 / turned[1], high)
        self.assertAlmostEqual(1 / turned[2], low)

    def test_where_processes_do_not_differ_repetitions_cover_95_percent(self):
        # sd of a fraction of 0.95 in 4000: 0.0034; four of them.
        self.assertAlmostEqual(coverage.covered(intervals(0, 0.02), TRUTH) / 4000, 0.95, delta=0.014)

    def test_where_processes_differ_repetitions_cover_less_and_by_how_much(self):
        # The spread between is three times that of a mean of ten, so (mean - truth) / (s / sqrt 10)
        # is sqrt(1 + 9) x t(9): P(|t(9)| < 2.2622 / sqrt 10) = 0.5075; sd 0.0079, four of them.
        some = intervals(3 * 0.02 / 10**0.5, 0.02)
        self.assertAlmostEqual(coverage.covered(some, TRUTH) / 4000, 0.5075, delta=0.032)
        # For the same reason they must be stretched by sqrt 10 = 3.16.
        self.assertAlmostEqual(coverage.inflation(some, TRUTH), 10**0.5, delta=0.2)

    def test_intervals_over_processes_cover_95_percent_at_any_size(self):
        draw = random.Random(11)
        medians = [TRUTH * (1 + 0.05 * draw.gauss(0, 1)) for _ in range(2000)]
        truth = sum(medians) / len(medians)
        widths = []
        for size in (3, 10, 20):
            hits, width = coverage.resampled(medians, size, coverage.mean_interval, truth)
            self.assertAlmostEqual(hits, 0.95, delta=0.014)
            widths.append(width)
        self.assertEqual(widths, sorted(widths, reverse=True))

    def test_resampling_is_the_same_every_time(self):
        medians = [float(i) for i in range(100, 140)]
        first = coverage.resampled(medians, 5, coverage.mean_interval, 119.5)
        self.assertEqual(first, coverage.resampled(medians, 5, coverage.mean_interval, 119.5))

    def test_wilsons_interval_of_a_known_fraction(self):
        # 9 of 10: (9 + 1.9207 +- 1.96 sqrt(0.9 + 0.96036)) / 13.8415 = 0.78898 +- 0.19314
        low, high = coverage.wilson(9, 10)
        self.assertAlmostEqual(low, 0.59585, delta=1e-4)
        self.assertAlmostEqual(high, 0.98212, delta=1e-4)

    def test_the_fewest_processes_are_found_or_said_to_be_more(self):
        draw = random.Random(3)
        values = [TRUTH * (1 + 0.02 * draw.gauss(0, 1)) for _ in range(200)]
        truth = sum(values) / len(values)
        # +-1.43 % is what ten of sd 2 % state: 2.2622 * 0.02 / sqrt 10.
        size, hits, width = coverage.fewest(values, coverage.mean_interval, truth, 0.93, 0.0143)
        self.assertAlmostEqual(size, 10, delta=1)
        self.assertGreaterEqual(hits, 0.93)
        self.assertLessEqual(width, 0.0143)
        self.assertIsNone(coverage.fewest(values, coverage.mean_interval, truth, 0.93, 1e-6))


class Steps(unittest.TestCase):
    def test_both_tools_are_evenly_mixed(self):
        order = [tool for tool, _ in steps.plan([384], 10, 5)]
        self.assertEqual((order.count(steps.GOOGLE), order.count(steps.ASSAY)), (10, 5))
        for i in range(0, 15, 3):  # two and one in each three
            self.assertEqual(order[i:i + 3].count(steps.ASSAY), 1)

    def test_repetitions_are_kept_and_aggregates_are_not(self):
        row = {"run_type": "iteration", "time_unit": "ns", "label": "jit", "real_time": 2.0, "cpu_time": 1.0}
        printed = {"benchmarks": [row, {**row, "real_time": 4.0}, {**row, "run_type": "aggregate"}]}
        step = steps.google_step(384, printed, 6.5)
        self.assertEqual((step["real_ns"], step["cpu_ns"], step["wall_s"]), ([2.0, 4.0], [1.0, 1.0], 6.5))
        with self.assertRaises(ValueError):
            steps.google_step(384, {"benchmarks": [{**row, "time_unit": "us"}] * 2}, 6.5)

    def test_a_run_of_one_pass_states_no_interval(self):
        summary = {"kernels": ["jit"], "pass_medians_seconds": [1e-3], "time_seconds": {"center": 1e-3}}
        with self.assertRaises(ValueError):
            steps.assay_step(384, {"cases": [{"summary": summary}]}, 2.0)


class Tables(unittest.TestCase):
    def data(self):
        draw = random.Random(8)
        about = {"cpu": "made up", "cpus": 2, "profile": "default", "date": "2026-01-01"}
        google = [google_step(draw, 0.05, 0.01) for _ in range(120)]
        return {"about": about, "steps": google + [assay_step(draw, 0.05) for _ in range(40)]}

    def test_the_tables_say_who_is_right(self):
        theirs, _, ours = tables.contenders(self.data(), 384)
        # t(9) over sqrt(1 + 10 * 25) = 15.8 of it: P(|t| < 0.143) = 0.11.
        self.assertLess(coverage.covered(theirs.intervals, theirs.truth) / 120, 0.25)
        self.assertGreater(coverage.covered(ours.intervals, ours.truth) / 40, 0.85)
        self.assertEqual(ours.wall_each_s, 2.0)
        text = tables.report(self.data())
        self.assertEqual(text, tables.report(self.data()))
        for said in ("Google Benchmark, CPU time", "120 of 120 processes", "40 of 400 processes"):
            self.assertIn(said, text)

    def test_different_kernels_are_not_compared(self):
        data = self.data()
        data["steps"][-1]["label"] = "ref:any"
        with self.assertRaises(ValueError):
            tables.report(data)


if __name__ == "__main__":
    unittest.main()
