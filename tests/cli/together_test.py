# SPDX-License-Identifier: Apache-2.0
"""`assay run --together` and `--device` on simulated devices that share something: with `sharing_cost` each busy
neighbour makes a duration longer by a known part, so that the truth is known. Ratios of durations are the script's;
how much of the turns overlaps is the machine's, and is only asked to be between 0 and 1."""
import json
import unittest

from program import ProgramTest

# 2 ms an invocation: slow beside what a busy machine takes from a process now and then.
PACED = "timer=paced,median_ns=2000000,neighbours=busy"
TWO = {"ASSAY_SIMULATED_DEVICES": "2"}


class Together(ProgramTest):
    def run_together(self, *arguments, passes=2, **variables):
        return self.assay("run", "two.toml", "--together", "--profile", "quick", "--passes", passes, "-o", "t.jsonl",
                          "-q", "--filter", "m=16", *arguments, seconds=300, **variables)

    def cases(self, name="t.jsonl"):
        return [record for record in self.records(name) if record["type"] == "case"]

    def document(self):
        return json.loads(self.assay("show", "t.jsonl", "--json").stdout)

    def test_what_sharing_costs_is_what_the_script_says(self):
        ended = self.run_together("-p", f"simulated:{PACED},sharing_cost=0.5", "--device", "*", **TWO)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("at one instant", ended.stdout)
        header = self.records("t.jsonl")[0]
        self.assertEqual(header["pairing"], "together")
        self.assertEqual([each["label"].split("[")[1] for each in header["subjects"]],
                         ["0]", "1]", "0] together", "1] together"])
        self.assertEqual([each.get("together_of") for each in header["subjects"]], [None, None, 0, 1])
        sharing = self.document()["sharing"]
        self.assertEqual(len(sharing), 2)  # a case on two devices
        counted = [each for each in sharing if "time_ratio_95" in each]
        for each in counted:
            # 1 + 0.5 for the one busy neighbour; a reading that saw none is no median.
            self.assertAlmostEqual(each["time_ratio"], 1.5, places=2, msg=each)
        for each in sharing:
            self.assertTrue(0 <= each["overlap"] <= 1, each)
            if each not in counted:
                self.assertIn("overlapped", each["reason"])
        for case in self.cases():
            self.assertEqual("sharing" in case, case["subject"] >= 2)
            if "sharing" in case:
                self.assertEqual(case["sharing"]["devices"], 2)
                self.assertLessEqual(case["sharing"]["overlapped_s"], case["sharing"]["measured_s"])

    def test_devices_that_share_nothing_cost_nothing(self):
        ended = self.run_together("-p", f"simulated:{PACED}", "--device", "0,1", **TWO)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for each in self.document()["sharing"]:
            if "time_ratio" in each:
                self.assertAlmostEqual(each["time_ratio"], 1, places=3)

    def test_a_case_that_one_device_refuses_is_not_together(self):
        ended = self.run_together("-p", f"simulated:{PACED}", "-p", f"simulated:{PACED},unsupported=f32")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        measured = [case for case in self.cases() if case["outcome"]["state"] == "measured"]
        self.assertEqual({case["subject"] for case in measured}, {0, 2})
        for case in measured:
            if case["subject"] == 2:
                self.assertEqual(case["sharing"]["overlapped_s"], 0)
        states = {case["summary"]["state"] for case in self.document()["cases"]
                  if case["subject"].endswith("neighbours=busy together") and "time_seconds" in case["summary"]}
        self.assertEqual(states, {"not together"})

    def test_a_worker_that_dies_leaves_the_rest_going(self):
        ended = self.run_together("-p", f"simulated:{PACED}", "-p", f"simulated:{PACED},crash_at=60")
        self.assertEqual(ended.returncode, 3, ended.stderr)
        cases = self.cases()
        self.assertEqual(len(cases), 4 * 2)  # subjects, passes: a record for each
        alive = [case["outcome"]["state"] for case in cases if case["subject"] in (0, 2)]
        self.assertEqual(set(alive), {"measured"})
        lost = [case["outcome"] for case in cases if case["subject"] == 3]
        self.assertTrue(any("signal 11" in each["reason"] for each in lost), lost)
        self.assertTrue(all(each["reason"].startswith("not measured together: ")
                            for each in lost if each["state"] != "measured"), lost)

    def test_alone_is_compared_with_together_by_pairs(self):
        self.assertEqual(self.run_together("-p", f"simulated:{PACED},sharing_cost=0.5", "--device", "*",
                                           **TWO).returncode, 0)
        document = json.loads(self.assay("compare", "t.jsonl@0", "t.jsonl@2", "--json").stdout)
        self.assertEqual(document["method"], "paired")
        self.assertIn("together", json.dumps(document["confounders"]))

    def test_what_does_not_go_together(self):
        self.assert_refused(self.run_together("-p", f"simulated:{PACED}"), 1, "two devices")
        self.assert_refused(self.run_together("-p", "simulated", "-p", "simulated"), 1, "clock is simulated")
        self.assert_refused(self.run_together("--ab", "simulated", "simulated"), 2, "--ab")
        self.assert_refused(self.run_together("-p", "simulated", "--in-process"), 2, "--in-process")


class Devices(ProgramTest):
    def labels(self, device):
        ended = self.run_two("d.jsonl", "--force", "--device", device, "-q")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return [each["label"] for each in self.records("d.jsonl")[0]["subjects"]]

    def test_one_at_a_time_and_named_by_number_id_pattern_or_a_list(self):
        self.environment["ASSAY_SIMULATED_DEVICES"] = "3"
        self.assertEqual(self.labels("1"), ["simulated"])
        self.assertEqual(self.labels("simulated2"), ["simulated"])
        self.assertEqual(self.labels("0,2"), ["simulated[0]", "simulated[2]"])
        self.assertEqual(self.labels("simulated device [12]"), ["simulated[1]", "simulated[2]"])
        self.assertNotIn("pairing", self.records("d.jsonl")[0])
        self.assert_refused(self.run_two("d.jsonl", "--force", "--device", "0,9"), 1, "'9'", "simulated2")


if __name__ == "__main__":
    unittest.main()
