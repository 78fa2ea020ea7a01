# SPDX-License-Identifier: Apache-2.0
"""`assay aa`: sessions of the simulated device, and what `assay compare` makes of them."""
import hashlib
import json
import math
import unittest

from program import ProgramTest


class Sessions(ProgramTest):
    def state_file(self):
        return self.folder / ".local/state/assay/sessions.jsonl"

    def made_session(self, name, factor):
        """A result file whose times are `factor` as long, with the hashes that belong to it."""
        lines, previous = [], "0" * 64
        for record in self.records("a.jsonl"):
            record["previous"] = previous
            if record["type"] == "run":
                record["run_id"] = hashlib.sha256(name.encode()).hexdigest()[:32]
            if record["type"] == "case":
                # Passes differ by 0.1 %, so that there is a spread within sessions.
                scale = factor * (1 + 0.001 * record["pass"])
                sample = record["sample"]
                sample["readings_ns"] = [scale * each for each in sample["readings_ns"]]
            lines.append(json.dumps(record, separators=(",", ":"), ensure_ascii=False))
            previous = hashlib.sha256(lines[-1].encode()).hexdigest()
        self.write(name, "\n".join(lines) + "\n")

    def made_sessions(self, *factors):
        self.assertEqual(self.run_two("a.jsonl").returncode, 0)
        names = []
        for number, factor in enumerate(factors):
            names.append(f"s{number}.jsonl")
            self.made_session(names[-1], factor)
        return names

    def from_files(self, names, *arguments):
        flags = [word for name in names for word in ("--from", name)]
        return self.assay("aa", *flags, *arguments)

    def test_it_runs_the_suite_and_keeps_what_it_found(self):
        ended = self.assay("aa", "two.toml", "-p", "simulated", "--sessions", "2", "--passes", "2",
                           "-o", "aa", "-q")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("2 sessions", ended.stdout)
        self.assertEqual(len(list((self.folder / "aa").glob("session-*.jsonl"))), 2)
        self.assertEqual(len(self.state_file().read_text().splitlines()), 2)

    def test_a_known_spread_is_found_and_compare_uses_it(self):
        # ln factors 0, 0.02, 0.04: variance 4e-4, sd 2 %; passes of 0.1 % take next to nothing.
        names = self.made_sessions(1, 1.0202, 1.0408)
        ended = self.from_files(names, "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        found = json.loads(ended.stdout)["all"]
        self.assertAlmostEqual(found["session_sd"], 0.02, delta=0.0002)
        self.assertEqual(found["sessions"], 3)
        compared = json.loads(self.assay("compare", names[0], names[1], "--json").stdout)
        self.assertAlmostEqual(compared["session_sd"], found["counted_sd"])
        self.assertIn("measured here by assay aa over 3 sessions", compared["session_source"])
        self.assertEqual([case["verdict"] for case in compared["cases"]], ["CAN'T TELL"] * 2)

    def test_a_shown_file_says_how_far_another_run_may_be_off_by_what_was_measured(self):
        names = self.made_sessions(1, 1.0202, 1.0408)

        def half_width():
            """Of ln t across sessions; the passes of these files alone take 1 % at most."""
            summary = json.loads(self.assay("show", names[0], "--json").stdout)["cases"][0]["summary"]
            across = summary["time_across_sessions_seconds"]
            return math.log(across["high"] / across["center"])

        self.assertAlmostEqual(half_width(), 1.96 * 0.005, delta=0.01)
        counted = json.loads(self.from_files(names, "--json").stdout)["all"]["counted_sd"]
        self.assertGreater(counted, 0.03)
        self.assertAlmostEqual(half_width(), 1.96 * counted, delta=0.01)

    def test_without_sessions_the_spread_is_assumed_and_said_to_be(self):
        names = self.made_sessions(1, 1.0202)
        compared = self.assay("compare", *names)
        self.assertIn("0.5 % assumed; measure it: assay aa", compared.stdout)
        given = self.assay("compare", *names, "--session-sd", "1%")
        self.assertIn("1 %, as given", given.stdout)

    def test_more_sessions_are_pooled_and_the_same_ones_are_not_counted_twice(self):
        names = self.made_sessions(1, 1.01, 0.99, 1.02)
        self.from_files(names[:2])
        again = json.loads(self.from_files(names, "--json").stdout)
        self.assertEqual(again["all"]["sessions"], 4)
        self.assertEqual(len(self.state_file().read_text().splitlines()), 4)

    def test_a_damaged_state_file_costs_one_line_on_stderr(self):
        names = self.made_sessions(1, 1.0202, 1.0408)
        self.from_files(names)
        good = self.state_file().read_text()
        self.state_file().write_text("rubbish\n" + good + '{"schema":"assay/session/1"}\n' +
                                     good.splitlines()[0].replace('"passes":2', '"passes":-2') +
                                     "\n" + '{"schema":"assay/sess')
        ended = self.assay("compare", *names[:2])
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stderr.count("not of assay aa"), 1, ended.stderr)
        self.assertIn("over 3 sessions", ended.stdout)
        self.from_files(names)
        self.state_file().write_bytes(bytes(range(256)) * 100)
        self.assertEqual(self.assay("compare", *names[:2]).returncode, 0)

    def test_what_is_no_session(self):
        self.assert_refused(self.assay("aa"), 2, "SUITE")
        self.assert_refused(self.assay("aa", "two.toml", "-p", "simulated", "--sessions", "1"), 2,
                            "--sessions")
        self.assert_refused(self.assay("aa", "two.toml", "-p", "simulated", "-p", "simulated"), 2,
                            "one --plugin")
        self.assert_refused(self.assay("aa", "--from", "no.jsonl"), 1, "no.jsonl")


if __name__ == "__main__":
    unittest.main()
