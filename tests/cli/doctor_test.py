# SPDX-License-Identifier: Apache-2.0
"""`assay doctor`: every subject with a word; never a failure for what it finds."""
import json
import unittest

from program import ProgramTest

WORDS = {"good", "note", "disturbed", "unknown"}


class Doctor(ProgramTest):
    def test_every_subject_has_a_word_and_what_is_not_good_a_remedy(self):
        ended = self.assay("doctor", "--seconds", "1", "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        answer = json.loads(ended.stdout)
        subjects = {finding["subject"]: finding for finding in answer["findings"]}
        for subject in ("clock", "jitter", "steal", "load", "governor", "turbo", "swap", "CPU quota"):
            self.assertIn(subjects[subject]["health"], WORDS)
        for finding in answer["findings"]:
            if finding["health"] == "disturbed":
                self.assertTrue(finding["remedy"], finding)
        self.assertGreater(answer["quiet"]["clock_call_ns"], 0)
        self.assertEqual(len(answer["quiet"]["spins"]), answer["machine"]["cpus_allowed"])

    def test_the_table_has_a_row_a_subject(self):
        ended = self.assay("doctor", "--seconds", "1")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("interruptions", ended.stdout)

    def test_a_length_out_of_range_is_refused(self):
        for seconds in ("0", "-1", "601"):
            self.assert_refused(self.assay("doctor", "--seconds", seconds), 2, "1 to 600", seconds)


if __name__ == "__main__":
    unittest.main()
