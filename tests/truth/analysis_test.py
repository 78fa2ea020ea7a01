# SPDX-License-Identifier: Apache-2.0
"""The fit on made-up pairs: the line that was put in comes out."""
import pathlib
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import fit  # noqa: E402
import page  # noqa: E402

TICKS_PER_NS = 2.5
DURATIONS = [1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9]


def row(nominal_ns, slope, overhead_ns, calls=1, late=()):
    """31 batches, each busy a little longer than the last; `late`: ns added to some after the stamp."""
    true = [(nominal_ns + i) * calls for i in range(31)]
    late = dict(enumerate(late))
    return {"nominal_ns": nominal_ns, "measure": "latency", "invocations": calls,
            "true_ticks": [each * TICKS_PER_NS for each in true],
            "measured_ns": [slope * each + overhead_ns * calls + late.get(i, 0) for i, each in enumerate(true)]}


def points(slope, overhead_ns, **more):
    return [fit.point(row(ns, slope, overhead_ns, **more), TICKS_PER_NS) for ns in DURATIONS]


class Fit(unittest.TestCase):
    def test_the_line_that_was_put_in_comes_out(self):
        for slope, overhead in ((1, 0), (1.0004, 32), (0.999, 7)):
            line = fit.line(points(slope, overhead))
            self.assertAlmostEqual(line["slope"], slope, delta=1e-9)
            self.assertAlmostEqual(line["intercept_ns"], overhead, delta=1e-3)
            self.assertLess(max(map(abs, line["residuals_ns"])), 1)

    def test_a_batch_counts_per_call(self):
        line = fit.line(points(1, 12, calls=100))
        self.assertAlmostEqual(line["intercept_ns"], 12, delta=1e-3)

    def test_interruptions_between_the_stamps_are_forgiven(self):
        line = fit.line(points(1, 30, late=[5e6] * 14))  # 14 of 31 readings, 5 ms late each
        self.assertAlmostEqual(line["intercept_ns"], 30, delta=1e-3)

    def test_a_clock_that_is_off_in_one_place_shows_as_a_residual_and_a_wider_interval(self):
        off = points(1, 30)
        off[2]["extra_ns"] += 500  # at 10 us
        line = fit.line(off)
        self.assertEqual(max(range(5), key=lambda i: abs(line["residuals_ns"][i])), 2)  # up to 100 us
        self.assertGreater(line["intercept_half"], 50)

    def test_a_point_keeps_the_promise_or_not_by_the_tolerance_and_the_stamps(self):
        for extra, kept in ((73, True), (74, False), (-27, True), (-28, False)):  # 50 + 0.5 at 1 us, less 23
            self.assertEqual(fit.keeps_promise({"extra_ns": extra, "true_ns": 1000}, 23), kept)

    def test_what_is_not_constant_at_long_times_leaves_the_overhead_of_short_ones_alone(self):
        cold = points(1, 30)
        for point in cold:
            point["extra_ns"] += min(8000, 2e-5 * point["true_ns"])  # pages that are cold after 10 ms
        line = fit.line(cold)
        self.assertAlmostEqual(line["intercept_ns"], 30, delta=5)
        self.assertLess(line["slope_half"], fit.SLOPE_TOLERANCE)

    def test_the_rate_and_the_slew_come_from_the_anchors(self):
        begin = {"ticks": 1000, "raw_ns": 0, "monotonic_ns": 5, "counter": "made up",
                 "clock_call_ns": 25, "counter_call_ns": 18}
        end = {"ticks": 1000 + 25 * 10 ** 9, "raw_ns": 10 ** 10, "monotonic_ns": 5 + 10 ** 10 + 10 ** 5}
        found = fit.clocks(begin, end)
        self.assertEqual(found["ticks_per_ns"], 2.5)
        self.assertAlmostEqual(found["slew"], 1e-5, delta=1e-12)  # 100 us in 10 s

    def test_what_the_program_prints_becomes_two_lines(self):
        anchor = {"counter": "made up", "clock_call_ns": 25, "counter_call_ns": 18}
        rows = [{**anchor, "anchor": "begin", "ticks": 0, "raw_ns": 0, "monotonic_ns": 0},
                *(row(ns, 1.0002, 40) for ns in DURATIONS),
                *({**row(ns, 1, 5, calls=10), "measure": "throughput"} for ns in DURATIONS),
                {**anchor, "anchor": "end", "ticks": 25 * 10 ** 9, "raw_ns": 10 ** 10, "monotonic_ns": 10 ** 10},
                {"cold_clock_ns": [30, 3000, 4000]}]
        found = fit.analyse(rows)
        self.assertEqual(found["clocks"]["cold_clock_ns"], 3000)
        self.assertAlmostEqual(found["measures"]["latency"]["line"]["slope"], 1.0002, delta=1e-9)
        self.assertAlmostEqual(found["measures"]["throughput"]["line"]["intercept_ns"], 5, delta=1e-3)


class Page(unittest.TestCase):
    def test_a_table_goes_between_the_marks_and_nothing_else_changes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.md"
            path.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n")
            page.write_into(path, "| new |")
            self.assertEqual(path.read_text(), f"before\n{page.BEGIN}\n| new |\n{page.END}\nafter\n")
            path.write_text("no marks\n")
            with self.assertRaises(ValueError):
                page.write_into(path, "x")


if __name__ == "__main__":
    unittest.main()
