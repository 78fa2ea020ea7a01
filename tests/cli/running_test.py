# SPDX-License-Identifier: Apache-2.0
"""`assay run` on the simulated device: what it prints, what it writes, how it ends."""
import json
import signal
import subprocess
import unittest

from program import PROGRAM, ProgramTest, children_of, kill_hard, wait_for


class Running(ProgramTest):
    def test_a_run_prints_its_table_and_writes_its_file(self):
        ended = self.run_two("a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("two", ended.stdout)
        self.assertIn("results: a.jsonl", ended.stderr)
        records = self.records("a.jsonl")
        self.assertEqual(len(records), 1 + 2 * 2 + 1)
        self.assertEqual(records[-1]["status"], "complete")

    def test_without_a_terminal_there_is_a_line_for_each_pass(self):
        ended = self.run_two("a.jsonl")
        self.assertIn("pass 1/2 simulated", ended.stderr)
        self.assertIn("pass 2/2 simulated", ended.stderr)
        self.assertNotIn("\r", ended.stderr)
        self.assertNotIn("\x1b", ended.stdout + ended.stderr)

    def test_quiet_leaves_the_answer_and_the_file(self):
        ended = self.run_two("a.jsonl", "--quiet")
        self.assertEqual(ended.stderr, "results: a.jsonl\n")

    def test_json_is_one_document_on_stdout(self):
        document = json.loads(self.run_two("a.jsonl", "--json").stdout)
        self.assertEqual([case["outcome"]["state"] for case in document["cases"]], ["measured"] * 2)

    def test_no_logs_are_left_when_nothing_failed(self):
        self.run_two("a.jsonl")
        self.assertFalse((self.folder / "a.jsonl.logs").exists())

    def test_the_command_line_and_settings_are_recorded(self):
        self.run_two("a.jsonl", "--seed", "7")
        header = self.records("a.jsonl")[0]
        self.assertIn("two.toml", header["command_line"])
        self.assertEqual(header["order_seed"], 7)
        self.assertEqual(header["profile"]["passes"], 2)

    def test_a_name_is_made_up_for_a_file_that_has_none(self):
        ended = self.assay("run", "two.toml", "-p", "simulated", "--profile", "quick", "--passes", "1")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(len(list(self.folder.glob("assay-two-simulated-*.jsonl"))), 1)

    def test_two_plugins_run_side_by_side(self):
        ended = self.run_two("a.jsonl", "-p", "simulated:gflops=50")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        labels = [subject["label"] for subject in self.records("a.jsonl")[0]["subjects"]]
        self.assertEqual(labels, ["simulated", "simulated:gflops=50"])

    def test_in_process_is_recorded(self):
        ended = self.run_two("a.jsonl", "--in-process")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIs(self.records("a.jsonl")[0]["in_process"], True)


class Refusals(ProgramTest):
    def test_a_suite_that_is_not_there_names_the_nearest(self):
        self.assert_refused(self.assay("run", "quik", "-p", "simulated"), 1, "quik", "quick")

    def test_a_typo_in_a_suite_is_located_and_its_key_guessed(self):
        self.write("typo.toml", '[[gemm]]\nm = 1\nn = 1\nk = 1\ntranspos_a = true\n')
        self.assert_refused(self.assay("run", "typo.toml", "-p", "simulated"), 1, "typo.toml:5:",
                            "transpos_a", "transpose_a")

    def test_a_plugin_that_is_not_there(self):
        self.assert_refused(self.assay("run", "two.toml", "-p", "simulatd"), 1, "simulatd",
                            "simulated")

    def test_an_option_that_the_plugin_does_not_have(self):
        self.assert_refused(self.run_two("a.jsonl", plugin="simulated:gflop=5"), 1, "gflop", "gflops")

    def test_a_device_that_is_not_there(self):
        self.assert_refused(self.run_two("a.jsonl", "--device", "9"), 1, "9")

    def test_an_existing_file_is_kept_unless_forced(self):
        self.write("a.jsonl", "precious\n")
        self.assert_refused(self.run_two("a.jsonl"), 1, "a.jsonl", "exists already", "--force")
        self.assertEqual((self.folder / "a.jsonl").read_text(), "precious\n")
        self.assertEqual(self.run_two("a.jsonl", "--force").returncode, 0)

    def test_a_folder_that_is_not_there(self):
        self.assert_refused(self.run_two("no/a.jsonl"), 1, "no/a.jsonl", "no folder no")

    def test_an_output_that_cannot_be_written(self):
        self.assert_refused(self.run_two("/proc/a.jsonl"), 1, "/proc/a.jsonl")
        self.assert_refused(self.run_two("/dev/null", "--force"), 1, "/dev/null")


class Accidents(ProgramTest):
    LONG = ("run", "two.toml", "-p", "simulated:timer=host", "--profile", "default", "--passes",
            "6", "-o", "a.jsonl")

    def until_something_is_measured(self):
        process = self.start(*self.LONG)
        file = self.folder / "a.jsonl"
        wait_for(lambda: file.exists() and file.read_text().count("\n") >= 2)
        return process

    def test_ctrl_c_ends_the_run_and_keeps_what_was_measured(self):
        process = self.until_something_is_measured()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn("assay show a.jsonl", stderr)
        self.assertNotIn("Traceback", stderr)
        records = self.records("a.jsonl")
        self.assertEqual(records[-1]["status"], "interrupted")
        self.assertGreaterEqual(len(records), 3)
        self.assertEqual(self.assay("show", "a.jsonl").returncode, 0)
        self.assertEqual(children_of(process.pid), [])

    def test_killing_the_supervisor_leaves_a_readable_file_and_no_worker(self):
        process = self.until_something_is_measured()
        workers = wait_for(lambda: children_of(process.pid))
        kill_hard(process.pid)
        process.communicate(timeout=60)
        ended = self.assay("show", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("cut short", ended.stderr + ended.stdout)
        wait_for(lambda: not any(alive(pid) for pid in workers))

    def test_a_caller_that_ignores_its_children_changes_nothing(self):
        ended = subprocess.run(
            ["/bin/sh", "-c", 'trap "" CHLD; exec "$@"', "sh", PROGRAM, "run", "two.toml", "-p",
             "simulated:median_ns=5000000", "--profile", "quick", "--passes", "2", "-q", "-o",
             "a.jsonl"], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            timeout=120, check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        cases = [record for record in self.records("a.jsonl") if "outcome" in record]
        self.assertEqual([case["warnings"] for case in cases], [[]] * 4)

    def test_killing_a_worker_once_costs_nothing(self):
        process = self.until_something_is_measured()
        kill_hard(wait_for(lambda: children_of(process.pid))[0])
        _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, stderr)
        records = self.records("a.jsonl")
        cases = [record for record in records if "outcome" in record]
        self.assertEqual([case["outcome"]["state"] for case in cases], ["measured"] * 2 * 6)
        self.assertIn("signal 9", str([case["warnings"] for case in cases]))
        self.assertEqual(records[-1]["status"], "complete")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
