# SPDX-License-Identifier: Apache-2.0
"""How many passes: `--precision` and `--max-time` of `assay run`, on the simulated device."""
import unittest

from program import ProgramTest


class Plan(ProgramTest):
    def run_plan(self, options, *arguments):
        return self.assay("run", "two.toml", "-p", "simulated" + options, "--profile", "quick", "-o",
                          "a.jsonl", *arguments)

    def passes(self):
        return 1 + max(each["pass"] for each in self.records("a.jsonl") if each["type"] == "case")

    def test_a_quiet_device_needs_no_more_than_the_pilot(self):
        ended = self.run_plan("", "--passes", "3", "--precision", "1%")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.passes(), 3)
        plan = self.records("a.jsonl")[0]["two_stage"]
        self.assertEqual(plan, {"pilot_passes": 3, "target": 0.01, "most_passes": 12})
        self.assertIn("3 of them a pilot for ±1 %", ended.stdout)

    def test_a_noisy_device_gets_the_most_and_is_named(self):
        ended = self.run_plan(":process_sigma=0.1", "--passes", "2", "--precision", "0.5%")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.passes(), 8)
        self.assertIn("8 passes are the most", ended.stderr)
        self.assertIn("wider than asked", ended.stdout)

    def test_time_that_is_over_leaves_two_passes_and_says_so(self):
        ended = self.run_plan("", "--passes", "4", "--max-time", "0.001s")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        records = self.records("a.jsonl")
        self.assertEqual(self.passes(), 2)
        self.assertEqual(records[-1]["stopped_by"], "max-time: 2 of 4 passes")
        self.assertEqual(records[-1]["status"], "complete")
        self.assertEqual(records[0]["max_seconds"], 0.001)
        self.assertIn("stopped by max-time: 2 of 4 passes", ended.stdout)

    def test_enough_time_changes_nothing(self):
        self.assertEqual(self.run_plan("", "--passes", "3", "--max-time", "2h").returncode, 0)
        self.assertEqual(self.passes(), 3)
        self.assertNotIn("stopped_by", self.records("a.jsonl")[-1])

    def test_what_is_no_plan(self):
        for bad in ("soon", "-5s", "0", "5 parsecs", "nan", "inf"):
            self.assert_refused(self.run_plan("", "--max-time=" + bad), 2, "--max-time")
        self.assert_refused(self.run_plan("", "--precision", "0"), 2, "--precision")
        self.assert_refused(self.run_plan("", "--precision", "1%", "--passes", "1"), 2, "--precision")


if __name__ == "__main__":
    unittest.main()
