# SPDX-License-Identifier: Apache-2.0
"""`assay history` on files of the simulated device, whose steps are known."""
import json
import unittest

from program import ProgramTest


# Calls long enough that few of them fill a reading: a simulated nanosecond costs a real one.
SUITE = """
title = "Larger"

[[gemm]]
name = "larger"
m = [128, 256]
n = 128
k = 256
"""


class History(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("two.toml", SUITE)

    def measure(self, number, gflops):
        """Two passes that differ by 0.5 %, in another way in each file."""
        options = f"gflops={gflops},launch_ns=0,process_sigma=0.005,seed={number}"
        ended = self.run_two(f"{number:02}.jsonl", plugin="simulated:" + options)
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def history(self, *arguments):
        files = sorted(self.folder.glob("*.jsonl"))
        return self.assay("history", *files, *arguments)

    def test_the_tenth_of_eighteen_files_is_where_it_got_slower(self):
        for number in range(1, 19):
            self.measure(number, 100 if number < 10 else 95)
        ended = self.history("--any-options")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = [line for line in ended.stdout.splitlines() if "SLOWER" in line]
        self.assertEqual(len(rows), 3, ended.stdout)  # two cases, and all of them
        for row in rows:
            self.assertIn(" 10.jsonl, ", row)
        document = json.loads(self.history("--any-options", "--json").stdout)
        self.assertEqual(len(document["files"]), 18)
        for case in document["cases"]:
            step = case["steps"][0]
            self.assertEqual(step["file"], "10.jsonl")
            self.assertLess(step["low95"], 100 / 95)
            self.assertGreater(step["high95"], 100 / 95)

    def test_other_options_are_left_out_by_name(self):
        for number in (1, 2):
            self.measure(number, 100)
        ended = self.history()
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("01.jsonl: plugin.options.seed is '1', not '2'", ended.stdout)
        self.assertIn("can't tell: needs 14 files", ended.stdout)

    def test_a_file_that_is_not_there_and_a_bad_margin(self):
        self.assert_refused(self.assay("history", "no.jsonl"), 1, "no.jsonl")
        self.measure(1, 100)
        self.assert_refused(self.history("--margin", "x"), 2, "--margin")


if __name__ == "__main__":
    unittest.main()
