# SPDX-License-Identifier: Apache-2.0
"""`assay show` and `assay compare` on files of the simulated device, whose numbers are known."""
import csv
import json
import unittest

from program import ProgramTest


class Comparing(ProgramTest):
    def measure(self, name, options="", *arguments):
        plugin = "simulated" + (":" + options if options else "")
        ended = self.run_two(name, *arguments, plugin=plugin)
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def verdicts(self, *arguments):
        ended = self.assay("compare", *arguments, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return [case["verdict"] for case in json.loads(ended.stdout)["cases"]]

    def test_a_file_is_not_different_from_itself(self):
        self.measure("a.jsonl")
        ended = self.assay("compare", "a.jsonl", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn("FASTER", ended.stdout)
        self.assertNotIn("SLOWER", ended.stdout)

    def test_half_the_rate_is_slower_and_trips_the_gate(self):
        self.measure("a.jsonl", "gflops=100,launch_ns=0")
        self.measure("b.jsonl", "gflops=50,launch_ns=0")
        self.assertEqual(self.verdicts("a.jsonl", "b.jsonl"), ["SLOWER"] * 2)
        self.assertEqual(self.verdicts("b.jsonl", "a.jsonl"), ["FASTER"] * 2)
        self.assertEqual(self.assay("compare", "a.jsonl", "b.jsonl", "--gate").returncode, 3)
        self.assertEqual(self.assay("compare", "b.jsonl", "a.jsonl", "--gate").returncode, 0)

    def test_two_subjects_of_one_file(self):
        self.measure("both.jsonl", "gflops=100,launch_ns=0", "-p", "simulated:gflops=50,launch_ns=0")
        self.assertEqual(self.verdicts("both.jsonl"), ["SLOWER"] * 2)
        self.assertEqual(self.verdicts("both.jsonl@1", "both.jsonl@0"), ["FASTER"] * 2)
        self.assert_refused(self.assay("compare", "both.jsonl", "both.jsonl"), 1, "2 subjects", "@0")
        self.assert_refused(self.assay("compare", "both.jsonl@x", "both.jsonl@0"), 1, "'x'", "@1")

    def test_one_file_of_one_subject_is_no_comparison(self):
        self.measure("a.jsonl")
        self.assert_refused(self.assay("compare", "a.jsonl"), 1, "a.jsonl", "second file")

    def test_a_file_that_is_not_there(self):
        self.assert_refused(self.assay("compare", "no.jsonl", "no.jsonl"), 1, "no.jsonl")

    def test_a_file_that_was_changed_is_refused(self):
        self.measure("a.jsonl")
        text = (self.folder / "a.jsonl").read_text()
        self.write("b.jsonl", text.replace('"measured"', '"skipped"', 1))
        self.assert_refused(self.assay("show", "b.jsonl"), 1, "b.jsonl:")

    def test_files_that_are_no_results(self):
        for text in ("", "hello\n", "{}\n", "\x00\x01\n", "[" * 5000 + "\n"):
            self.write("x.jsonl", text)
            self.assert_refused(self.assay("show", "x.jsonl"), 1, "x.jsonl")


class Showing(ProgramTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_two("a.jsonl").returncode, 0)

    def show(self, form):
        ended = self.assay("show", "a.jsonl", form)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def test_csv_has_a_row_a_case(self):
        rows = list(csv.DictReader(self.show("--csv").splitlines()))
        self.assertEqual(len(rows), 2)

    def test_json_has_cases_with_outcome_and_check(self):
        cases = json.loads(self.show("--json"))["cases"]
        self.assertEqual([case["outcome"]["state"] for case in cases], ["measured"] * 2)
        self.assertTrue(all(case["check"]["passed"] for case in cases))

    def test_google_benchmark_has_its_context_and_names(self):
        document = json.loads(self.show("--google-benchmark"))
        self.assertIn("context", document)
        self.assertTrue(all("real_time" in entry for entry in document["benchmarks"]))

    def test_markdown_is_a_table(self):
        self.assertIn("|---", self.show("--markdown").replace(":", "-"))

    def test_a_file_cut_in_a_record_is_shown_with_a_warning(self):
        text = (self.folder / "a.jsonl").read_text()
        self.write("cut.jsonl", text[: len(text) * 2 // 3])
        ended = self.assay("show", "cut.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("cut", ended.stderr)


if __name__ == "__main__":
    unittest.main()
