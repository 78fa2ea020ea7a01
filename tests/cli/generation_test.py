# SPDX-License-Identifier: Apache-2.0
"""Text generation on the simulated device: the run, its table, its file, and comparisons of it."""
import csv
import io
import json
import unittest

from program import ProgramTest

MODEL = """
title = "Tiny"
source = "made up"
[decoder]
vocabulary = 50
width = 32
layers = 2
heads = 4
key_value_heads = 2
head = 8
intermediate = 48
positions = 64
tied_embeddings = true
"""

SUITE = """
title = "Answers"

[[inference]]
name = "chat"
source = "made up"
model = "tiny.toml"
scenario = "generate"
tokens = 6
output_tokens = 5
batch = [1, 2]
min_queries = 40
min_seconds = 0.001
"""


class Generation(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", MODEL)
        self.write("answers.toml", SUITE)

    def generate(self, output, *arguments, median_ns=1000):
        return self.assay("run", "answers.toml", "-p", f"simulated:median_ns={median_ns}",
                          "--profile", "quick", "--passes", "2", "-q", "-o", output, *arguments)

    def test_tokens_have_their_times_in_table_csv_and_json(self):
        ended = self.generate("a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        table = ended.stdout[ended.stdout.index("\ngeneration "):]
        for title in ("queries", "tokens/s", "TTFT p50", "TTFT p99", "TPOT p90"):
            self.assertIn(title, table.splitlines()[1])
        self.assertIn("n/a (n=40 < 368)", table)  # of p99, in each pass
        document = json.loads(self.assay("show", "a.jsonl", "--json").stdout)
        rows = list(csv.DictReader(io.StringIO(self.assay("show", "a.jsonl", "--csv").stdout)))
        self.assertEqual(len(rows), 2)
        for case, row in zip(document["cases"], rows):
            found = case["summary"]["generation"]
            first = found["time_to_first_token_seconds"]["p50"]["center"]
            each = found["time_per_output_token_seconds"]["p50"]["center"]
            # Every operator takes 1 us: a query is its prompt and four steps, nothing between.
            self.assertAlmostEqual(case["summary"]["time_seconds"]["center"], first + 4 * each, 12)
            batch = case["workload"]["batch"]
            self.assertAlmostEqual(found["tokens_per_second"], 5 * batch / (first + 4 * each), 3)
            self.assertAlmostEqual(found["tokens_per_second"], case["summary"]["units_per_second"], 3)
            self.assertEqual(found["queries"], 80)
            self.assertNotIn("center", found["time_to_first_token_seconds"]["p99"])
            self.assertAlmostEqual(float(row["ttft_p50_seconds"]), first, 12)
            self.assertAlmostEqual(float(row["tpot_p90_seconds"]), each, 12)
            self.assertEqual(row["tpot_p99_seconds"], "")
            self.assertEqual(row["queries"], "80")

    def test_the_file_is_sound_and_says_what_was_shared(self):
        self.generate("a.jsonl")
        self.assertEqual(self.assay("verify", "a.jsonl").returncode, 0)
        document = json.loads(self.assay("show", "a.jsonl", "--json").stdout)
        shared = sorted((each["prepared"]["shared_bytes"], case["workload"]["weight_bytes"])
                        for case in document["cases"] for each in case["passes"])
        # In each of two passes the first case makes the weights, the other finds them all.
        self.assertEqual([each for each, _ in shared], [0, 0, shared[0][1], shared[0][1]])
        for case in document["cases"]:
            for each in case["passes"]:
                self.assertIn("answered again: the same tokens", each["check_after"]["method"])

    def test_a_token_after_its_query_was_done_is_refused(self):
        self.generate("a.jsonl", "--filter", "batch=1")
        lines = (self.folder / "a.jsonl").read_text().splitlines()
        forged = [json.loads(line) for line in lines]
        for record in forged:
            if "load" in record:
                record["load"]["generation"]["first_token_ns"][0] *= 2
        self.write("b.jsonl", "\n".join(json.dumps(each) for each in forged) + "\n")
        self.assertNotEqual(self.assay("verify", "b.jsonl").returncode, 0)

    def test_compare_holds_queries_first_tokens_and_next_tokens_against_each_other(self):
        self.generate("a.jsonl", "--filter", "batch=1")
        self.generate("b.jsonl", "--filter", "batch=1", median_ns=1200)
        ended = self.assay("compare", "a.jsonl", "b.jsonl", "--axis", "options", "--json")
        cases = json.loads(ended.stdout)["cases"]
        self.assertEqual([each["verdict"] for each in cases], ["SLOWER"] * 3, ended.stdout[-2000:])
        self.assertTrue(cases[1]["id"].endswith(" TTFT"))
        self.assertTrue(cases[2]["id"].endswith(" TPOT"))

    def test_what_makes_no_generation_is_refused(self):
        for text, said in (
                (SUITE[:SUITE.index("scenario")] + "output_tokens = 5\n",
                 "output_tokens are of scenario"),
                (SUITE.replace("output_tokens = 5\n", ""), "generate needs output_tokens"),
                (SUITE.replace("output_tokens = 5", "output_tokens = 0"), "output_tokens must be 1"),
                (SUITE + "samples_per_query = 4\n", "leave out samples_per_query")):
            self.write("bad.toml", text)
            self.assert_refused(self.assay("run", "bad.toml", "-p", "simulated"), 1, "bad.toml:4",
                                said)

    def test_tokens_that_do_not_fit_cost_their_row(self):
        self.write("answers.toml", SUITE.replace("output_tokens = 5", "output_tokens = [5, 60]"))
        ended = self.generate("a.jsonl", "--filter", "batch=1")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("do not fit", ended.stdout)


if __name__ == "__main__":
    unittest.main()
