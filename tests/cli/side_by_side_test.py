# SPDX-License-Identifier: Apache-2.0
"""`assay run --ab` on the simulated device: turns, pairs, and what a death costs."""
import json
import pathlib
import unittest

from program import ProgramTest, children_of, kill_hard, wait_for


class SideBySide(ProgramTest):
    def run_ab(self, one, other, *arguments, output="ab.jsonl"):
        return self.assay("run", "two.toml", "--ab", one, other, "--profile", "quick", "--passes",
                          "3", "-o", output, *arguments)

    def cases(self, name="ab.jsonl"):
        return [record for record in self.records(name) if record["type"] == "case"]

    def test_it_is_recorded_and_the_comparison_is_printed_too(self):
        ended = self.run_ab("simulated:gflops=100,launch_ns=0", "simulated:gflops=50,launch_ns=0")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("side by side", ended.stdout)
        self.assertIn("2 slower", ended.stdout)
        self.assertEqual(self.records("ab.jsonl")[0]["pairing"], "lockstep")
        self.assertEqual(len(self.cases()), 2 * 2 * 3)
        document = json.loads(self.assay("compare", "ab.jsonl", "--json").stdout)
        self.assertEqual(document["method"], "paired")
        self.assertEqual([case["verdict"] for case in document["cases"]], ["SLOWER"] * 2)

    def test_a_against_itself_gets_two_names_and_no_difference(self):
        ended = self.run_ab("simulated", "simulated")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        labels = [each["label"] for each in self.records("ab.jsonl")[0]["subjects"]]
        self.assertEqual(labels, ["simulated", "simulated#2"])
        document = json.loads(self.assay("compare", "ab.jsonl", "--json").stdout)
        self.assertEqual([case["verdict"] for case in document["cases"]], ["EQUIVALENT"] * 2)
        self.assertEqual(document["confounders"], [])

    def test_a_spread_between_passes_drops_out(self):
        noise = "noise=lognormal,sigma=0.001,process_sigma=0.1,launch_ns=0,"
        # The spread of a pass is a function of the seed and the pass: the same on both sides.
        ended = self.run_ab("simulated:" + noise + "gflops=100", "simulated:" + noise + "gflops=95")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        document = json.loads(self.assay("compare", "ab.jsonl", "--json").stdout)
        self.assertEqual([case["verdict"] for case in document["cases"]], ["SLOWER"] * 2)

    def test_what_one_device_refuses_keeps_the_other_in_step(self):
        ended = self.run_ab("simulated:unsupported=f32", "simulated")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        states = {(case["subject"], case["outcome"]["state"]) for case in self.cases()}
        self.assertEqual(states, {(0, "skipped"), (1, "measured")})

    def test_without_a_lockstep_nothing_is_said_of_pairs(self):
        self.run_two("a.jsonl")
        self.assertNotIn("pairing", self.records("a.jsonl")[0])

    def test_a_worker_that_dies_costs_a_row_and_says_who_is_alone(self):
        ended = self.run_ab("simulated:crash_at=40", "simulated")
        self.assertEqual(ended.returncode, 3, ended.stderr)
        records = self.cases()
        self.assertEqual(len(records), 2 * 2 * 3)
        failed = [each for each in records if each["outcome"]["state"] == "failed"]
        self.assertTrue(failed)
        self.assertEqual({each["subject"] for each in failed}, {0})
        alone = [each for each in records
                 if any("no longer side by side" in warning for warning in each["warnings"])]
        self.assertTrue(alone)

    def test_both_workers_are_there_at_once_and_die_with_their_supervisor(self):
        process = self.start("run", "two.toml", "--ab", "simulated:timer=host",
                             "simulated:timer=host", "--profile", "default", "--passes", "4", "-o",
                             "ab.jsonl")
        workers = wait_for(lambda: len(children_of(process.pid)) == 2 and children_of(process.pid))
        kill_hard(process.pid)
        process.communicate(timeout=60)
        wait_for(lambda: not any(pathlib.Path(f"/proc/{pid}/cmdline").exists() and
                                 pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
                                 for pid in workers))

    def test_what_does_not_go_together(self):
        self.assert_refused(self.run_ab("simulated", "simulated", "--in-process"), 2, "--in-process")
        self.assert_refused(self.run_ab("simulated", "simulated", "-p", "simulated"), 2, "--plugin")
        self.assert_refused(self.assay("run", "two.toml", "--ab", "simulated"), 2, "--ab")


if __name__ == "__main__":
    unittest.main()
