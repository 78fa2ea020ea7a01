# SPDX-License-Identifier: Apache-2.0
"""Through the whole program: a virtual device is measured exactly, and a clock that lies fails."""
import json
import os
import unittest

from program import ProgramTest

BUSY = os.environ["ASSAY_BUSY"]
# Half decades from 1 us to 1 s, in ns.
DURATIONS = [digit * 10 ** power for power in range(3, 9) for digit in (1, 3)] + [10 ** 9]
# max_seconds: five readings of 1 s must fit.
SUITE = """
title = "One"

[[gemm]]
name = "one"
measure = ["latency", "throughput"]
m = 8
n = 8
k = 8
max_seconds = 10
"""


class TimeTruth(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("one.toml", SUITE)

    def run_one(self, output, *plugins):
        chosen = [word for plugin in plugins for word in ("--plugin", plugin)]
        return self.assay("run", "one.toml", *chosen, "--profile", "quick", "--passes", "1", "-q", "-o", output)

    def measured(self, *plugins):
        """[(subject, measure, seconds of a call)] as `assay show --json` tells them."""
        ended = self.run_one("one.jsonl", *plugins)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        shown = self.assay("show", "one.jsonl", "--json")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        return [(case["subject"], case["protocol"]["measure"], case["summary"]["time_seconds"]["center"])
                for case in json.loads(shown.stdout)["cases"]]

    def test_a_virtual_device_is_measured_exactly_from_1_us_to_1_s(self):
        found = self.measured(*(f"simulated:median_ns={ns}" for ns in DURATIONS))
        self.assertEqual(len(found), 2 * len(DURATIONS))
        for subject, measure, seconds in found:
            with self.subTest(subject, measure=measure):
                true = int(subject.rpartition("=")[2]) * 1e-9
                # Slope 1 and intercept 0: sums of whole nanoseconds are exact in double, the
                # conversion to seconds and exp(ln x) round a few times at 1.1e-16.
                self.assertLess(abs(seconds / true - 1), 1e-12)

    def failed(self, clock):
        """The reasons of a run of a device with that clock, in which every case fails."""
        ended = self.run_one("one.jsonl", f"{BUSY}:busy_ns=100000,clock={clock}")
        self.assertEqual(ended.returncode, 3, ended.stderr)
        cases = [record for record in self.records("one.jsonl") if "outcome" in record]
        self.assertEqual(len(cases), 2)
        for record in cases:
            self.assertEqual(record["outcome"]["state"], "failed")
            self.assertFalse(record.get("sample"))
        return [record["outcome"]["reason"] for record in cases]

    def test_a_device_time_longer_than_its_host_bracket_is_a_fault(self):
        for reason in self.failed("double"):
            self.assertRegex(reason, r"^clock: the device reports .* within a host bracket of ")

    def test_a_clock_that_runs_backwards_is_a_fault(self):
        for reason in self.failed("backwards"):
            self.assertIn("event_elapsed_ns", reason)
            self.assertIn("no length of time", reason)

    def test_the_same_device_with_an_honest_clock_is_measured(self):
        for clock in ("host", "device"):
            ended = self.run_one(f"{clock}.jsonl", f"{BUSY}:busy_ns=100000,clock={clock}")
            self.assertEqual(ended.returncode, 0, ended.stderr)
            cases = [record for record in self.records(f"{clock}.jsonl") if "outcome" in record]
            self.assertEqual({record["sample"]["clock"] for record in cases}, {clock})
            for record in cases:  # busy for 100 us or longer by a counter that may be off: half of it
                calls = record["sample"]["invocations"]
                self.assertGreater(min(record["sample"]["readings_ns"]) / calls, 50_000)


if __name__ == "__main__":
    unittest.main()
