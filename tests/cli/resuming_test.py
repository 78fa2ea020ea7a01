# SPDX-License-Identifier: Apache-2.0
"""`assay run --resume`: after Ctrl-C, after kill -9, and what may not go on."""
import json
import os
import random
import signal
import time
import unittest

from program import PLUGINS, ProgramTest, children_of, kill_hard, wait_for

RUN = ("run", "two.toml", "-p", "simulated:median_ns=100000", "--profile", "quick", "--passes", "4",
       "-q", "-o", "a.jsonl")
# How often the supervisor is killed in the loop; the figure of docs/running.md is of 200.
KILLS = int(os.environ.get("ASSAY_KILLS", "6"))


def unmarked(record):
    """A case record without what depends on when it was made."""
    kept = {key: record[key] for key in ("subject", "pass", "order", "index", "key", "outcome")}
    return json.dumps(kept | {"sample": record["sample"]["readings_ns"][:5]}, sort_keys=True)


class Resuming(ProgramTest):
    def cases(self, name="a.jsonl"):
        return [record for record in self.records(name) if record["type"] == "case"]

    def interrupted_after(self, count, how):
        process = self.start(*RUN)
        file = self.folder / "a.jsonl"
        wait_for(lambda: file.exists() and file.read_text().count("\n") > count)
        how(process)
        process.communicate(timeout=60)

    def assert_whole(self, resumed):
        """The file verifies and has every case of every pass once; some are marked as resumed."""
        ended = self.assay("verify", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        cases = self.cases()
        self.assertEqual(len({(case["pass"], case["key"]) for case in cases}), 2 * 4)
        self.assertEqual(len(cases), 2 * 4)
        self.assertEqual(any("resumption" in case for case in cases), resumed)

    def test_after_ctrl_c_it_goes_on_and_is_whole(self):
        self.interrupted_after(2, lambda process: process.send_signal(signal.SIGINT))
        before = self.cases()
        ended = self.assay(*RUN, "--resume")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assert_whole(resumed=True)
        self.assertEqual(self.cases()[:len(before)], before)
        self.assertIn("resumed once", ended.stdout)

    def test_after_kill_and_a_torn_line_it_goes_on_and_is_the_same(self):
        self.assertEqual(self.assay(*RUN).returncode, 0)
        whole = sorted(unmarked(case) for case in self.cases())
        (self.folder / "a.jsonl").unlink()
        self.interrupted_after(3, lambda process: kill_hard(process.pid))
        with (self.folder / "a.jsonl").open("a") as file:
            file.write('{"type":"case","previous":"')
        self.assertEqual(self.assay(*RUN, "--resume").returncode, 0)
        self.assert_whole(resumed=True)
        self.assertEqual(sorted(unmarked(case) for case in self.cases()), whole)

    def test_killed_again_and_again_it_ends_whole_and_the_same(self):
        numbers = random.Random(7)
        begin = time.monotonic()
        self.assertEqual(self.assay(*RUN).returncode, 0)
        seconds = time.monotonic() - begin
        whole = sorted(unmarked(case) for case in self.cases())
        for _ in range(KILLS):
            (self.folder / "a.jsonl").unlink(missing_ok=True)
            process = self.start(*RUN, "--resume")
            time.sleep(numbers.uniform(0, seconds))
            workers = children_of(process.pid)
            kill_hard(process.pid)
            process.communicate(timeout=60)
            wait_for(lambda workers=workers: not any(os.path.exists(f"/proc/{each}/exe")
                                                     for each in workers))
            if (self.folder / "a.jsonl").exists() and not (self.folder / "a.jsonl").read_text():
                (self.folder / "a.jsonl").unlink()  # killed before the first record was on the disk
            ended = self.assay(*RUN, "--resume")
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertEqual(self.assay("verify", "a.jsonl").returncode, 0)
            self.assertEqual(sorted(unmarked(case) for case in self.cases()), whole)

    def test_without_a_file_it_begins(self):
        self.assertEqual(self.assay(*RUN, "--resume").returncode, 0)
        self.assert_whole(resumed=False)

    def test_a_complete_file_is_left_alone(self):
        self.assay(*RUN)
        before = (self.folder / "a.jsonl").read_bytes()
        ended = self.assay(*RUN, "--resume")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("complete already", ended.stderr)
        self.assertEqual((self.folder / "a.jsonl").read_bytes(), before)

    def test_side_by_side_goes_on_too(self):
        side = ("run", "two.toml", "--ab", "simulated:median_ns=100000", "simulated:median_ns=90000",
                "--profile", "quick", "--passes", "2", "-q", "-o", "a.jsonl")
        self.assay(*side)
        lines = (self.folder / "a.jsonl").read_text().splitlines(keepends=True)
        self.write("a.jsonl", "".join(lines[:4]))
        ended = self.assay(*side, "--resume")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.assay("verify", "a.jsonl").returncode, 0)
        self.assertEqual(len(self.cases()), 2 * 2 * 2)

    def test_another_plugin_suite_or_setting_may_not_go_on(self):
        self.interrupted_after(2, lambda process: process.send_signal(signal.SIGINT))
        before = (self.folder / "a.jsonl").read_bytes()
        for changed, word in (
                (("--passes", "5"), "profile.passes"), (("--seed", "3"), "order_seed"),
                (("--filter", "m=16"), "suite.filter"), (("--threads", "1"), "threads"),
                (("-p", "reference"), "subjects")):
            ended = self.assay(*[word for word in RUN if word != "--passes" and word != "4"],
                               *(() if "--passes" in changed else ("--passes", "4")), *changed,
                               "--resume")
            self.assert_refused(ended, 1, "cannot be resumed", word)
        self.write("two.toml", "# another text\n" + (self.folder / "two.toml").read_text())
        self.assert_refused(self.assay(*RUN, "--resume"), 1, "suite.files")
        self.assertEqual((self.folder / "a.jsonl").read_bytes(), before)

    def test_a_changed_plugin_file_may_not_go_on(self):
        plugin = self.write("mine.so", (PLUGINS / "simulated.so").read_bytes())
        mine = [word.replace("simulated:", f"{plugin}:") for word in RUN]
        self.assay(*mine)
        lines = (self.folder / "a.jsonl").read_text().splitlines(keepends=True)
        self.write("a.jsonl", "".join(lines[:3]))
        self.write("mine.so", plugin.read_bytes() + b"\0")
        self.assert_refused(self.assay(*mine, "--resume"), 1, "plugin.sha256")

    def test_a_file_that_is_no_result_is_left_alone(self):
        self.write("a.jsonl", "precious\n")
        self.assert_refused(self.assay(*RUN, "--resume"), 1, "a.jsonl:1")
        self.assertEqual((self.folder / "a.jsonl").read_text(), "precious\n")

    def test_it_needs_a_file_and_does_not_go_with_force(self):
        self.assert_refused(self.assay("run", "two.toml", "-p", "simulated", "--resume"), 2, "-o FILE")
        self.assert_refused(self.assay(*RUN, "--resume", "--force"), 2, "--force")


if __name__ == "__main__":
    unittest.main()
