# SPDX-License-Identifier: Apache-2.0
"""Cases under load on the simulated device: the run, its table, its file, and comparisons of it."""
import json
import unittest

from program import ProgramTest

# A service takes 1 ms of the simulated clock.
SUITE = """
title = "Loads"
[defaults]
m = 8
n = 8
k = 8

[[gemm]]
name = "stream"
scenario = "single-stream"

[[gemm]]
name = "offline"
scenario = "offline"
samples_per_query = 300

[[gemm]]
name = "server"
scenario = "server"
bound_seconds = 0.01
queries_per_second = [300, 2000]

[[gemm]]
name = "largest rate"
scenario = "server"
bound_seconds = 0.005
search_seconds = 36000
min_queries = 20000
"""


class Loads(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("loads.toml", SUITE)

    def run_loads(self, output, *arguments, plugin="simulated:median_ns=1000000"):
        return self.assay("run", "loads.toml", "-p", plugin, "--profile", "quick", "--passes", "3",
                          "-q", "-o", output, *arguments)

    def test_every_scenario_says_what_it_is_for(self):
        ended = self.run_loads("a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = {line.split("  ")[0].split("/")[0]: line for line in ended.stdout.splitlines()}
        table = ended.stdout[ended.stdout.index("under load"):]
        self.assertIn("p90 within 1.000 ms", table)
        self.assertIn("met in 3 of 3 passes", table)
        self.assertIn("missed in 3 of 3 passes", table)
        self.assertRegex(table, r"sustains \d+(\.\d+)? to \d+(\.\d+)? queries/s")
        self.assertIn("largest rate", rows)

    def test_the_file_is_sound_and_says_it_all(self):
        self.run_loads("a.jsonl")
        self.assertEqual(self.assay("verify", "a.jsonl").returncode, 0)
        document = json.loads(self.assay("show", "a.jsonl", "--json").stdout)
        loads = {case["group"]: case for case in document["cases"]}
        server = next(case for case in document["cases"]
                      if case["protocol"].get("load", {}).get("queries_per_second") == 300)
        self.assertEqual(server["summary"]["load"]["met_passes"], 3)
        self.assertAlmostEqual(loads["offline"]["summary"]["load"]["samples_per_second"], 1000, 3)
        claimed = loads["largest rate"]["summary"]["load"]["queries_per_second"]
        self.assertTrue(400 < claimed < 561, claimed)  # Crommelin 1932: 560.8

    def test_a_slower_server_is_slower_under_load(self):
        self.run_loads("a.jsonl")
        self.run_loads("b.jsonl", plugin="simulated:median_ns=1200000")
        ended = self.assay("compare", "a.jsonl", "b.jsonl", "--axis", "options", "--json")
        verdicts = {each["id"].split("/")[0]: each["verdict"]
                    for each in json.loads(ended.stdout)["cases"]}
        self.assertEqual(verdicts["stream"], "SLOWER", ended.stdout[-2000:])
        self.assertEqual(verdicts["largest rate"], "SLOWER")

    def test_a_forged_schedule_is_refused(self):
        self.run_loads("a.jsonl", "--filter", "queries_per_second=300")
        text = (self.folder / "a.jsonl").read_text()
        self.write("b.jsonl", text.replace('"bound_seconds":0.01', '"bound_seconds":9', 1))
        self.assertNotEqual(self.assay("verify", "b.jsonl").returncode, 0)

    def test_what_makes_no_load_is_refused(self):
        self.write("bad.toml", '[[gemm]]\nm = 8\nn = 8\nk = 8\nscenario = "server"\n')
        self.assert_refused(self.assay("run", "bad.toml", "-p", "simulated"), 1, "bad.toml:1",
                            "needs bound_seconds")


if __name__ == "__main__":
    unittest.main()
