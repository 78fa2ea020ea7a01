# SPDX-License-Identifier: Apache-2.0
"""`assay verify`: real files are sound, changed ones are not, and each file gets its word."""
import hashlib
import json
import unittest

from program import ProgramTest


class Verifying(ProgramTest):
    def setUp(self):
        super().setUp()
        ended = self.run_two("a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def rechained(self, change, name="b.jsonl"):
        """a.jsonl with each record changed by change(record), and a chain that fits again."""
        previous, lines = "0" * 64, []
        for record in self.records("a.jsonl"):
            change(record)
            record["previous"] = previous
            lines.append(json.dumps(record, separators=(",", ":"), ensure_ascii=False))
            previous = hashlib.sha256(lines[-1].encode()).hexdigest()
        return self.write(name, "\n".join(lines) + "\n")

    def test_a_file_of_assay_run_is_sound(self):
        ended = self.assay("verify", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stdout)
        self.assertEqual(ended.stdout, "a.jsonl: sound: 4 case records, 11 rules\n")

    def test_a_file_written_anew_without_a_change_is_sound(self):
        self.rechained(lambda record: None)
        ended = self.assay("verify", "b.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stdout)

    def test_a_forged_chain_does_not_hide_a_count_that_is_wrong(self):
        def count_one_more(record):
            if record["type"] == "end":
                record["measured"] += 1

        self.rechained(count_one_more)
        ended = self.assay("verify", "a.jsonl", "b.jsonl", "--json")
        self.assertEqual(ended.returncode, 3)
        first, second = json.loads(ended.stdout)
        self.assertTrue(first["sound"])
        self.assertEqual({each["rule"] for each in second["breaches"]}, {"V05"})

    def test_a_file_that_cannot_be_read_does_not_hide_the_next_one(self):
        self.write("text.jsonl", "no result\n")
        ended = self.assay("verify", "text.jsonl", "missing.jsonl", "a.jsonl")
        self.assertEqual(ended.returncode, 3)
        said = ended.stdout.splitlines()
        self.assertEqual(len(said), 3, said)
        self.assertTrue(said[0].startswith("text.jsonl: read: "), said)
        self.assertTrue(said[1].startswith("missing.jsonl: read: "), said)
        self.assertIn("sound", said[2])


if __name__ == "__main__":
    unittest.main()
