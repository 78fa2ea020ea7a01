# SPDX-License-Identifier: Apache-2.0
"""Wrong command lines: one line that helps, exit code 2; and what --help and --version say."""
import unittest

from program import ProgramTest


class Usage(ProgramTest):
    def test_an_unknown_flag_names_the_nearest_one(self):
        self.assert_refused(self.assay("run", "two.toml", "--pluggin", "onednn"), 2,
                            "unknown option '--pluggin'", "did you mean '--plugin'?",
                            "assay run --help")

    def test_an_unknown_command_names_the_nearest_one(self):
        self.assert_refused(self.assay("compair", "a", "b"), 2, "unknown command 'compair'",
                            "did you mean 'compare'?", "assay --help")

    def test_no_command_lists_them(self):
        self.assert_refused(self.assay(), 2, "no command", "run, list, show, compare", "check")

    def test_a_missing_argument_is_named(self):
        self.assert_refused(self.assay("run"), 2, "SUITE is required")

    def test_a_superfluous_argument_is_named(self):
        self.assert_refused(self.assay("show", "a.jsonl", "b.jsonl"), 2, "'b.jsonl'")

    def test_a_number_that_is_none(self):
        self.assert_refused(self.assay("run", "two.toml", "--passes", "many"), 2, "--passes", "many")

    def test_no_passes_at_all(self):
        self.assert_refused(self.assay("run", "two.toml", "--passes", "0"), 2, "--passes")

    def test_a_flag_without_its_value(self):
        self.assert_refused(self.assay("run", "two.toml", "--filter"), 2, "--filter")

    def test_an_unknown_profile(self):
        self.assert_refused(self.assay("run", "two.toml", "--profile", "fast"), 2,
                            "no profile 'fast'", "quick")

    def test_a_margin_that_is_no_fraction(self):
        for margin in ("0", "x", "2 %%", "100%", "nan", "-1%"):
            self.assert_refused(self.assay("compare", "a", "b", f"--margin={margin}"), 2, "--margin")

    def test_something_that_cannot_be_listed(self):
        self.assert_refused(self.assay("list", "plugin"), 2, "cannot list 'plugin'", "plugins")

    def test_two_forms_at_once(self):
        self.assert_refused(self.assay("show", "a", "--json", "--csv"), 2, "one form at a time")

    def test_help_of_every_command_ends_with_examples(self):
        for command in ("run", "list", "show", "compare", "check"):
            ended = self.assay(command, "--help")
            self.assertEqual(ended.returncode, 0)
            self.assertIn(f"Examples:\n  assay {command} ", ended.stdout)
            self.assertEqual(ended.stderr, "")

    def test_version_says_what_was_built(self):
        ended = self.assay("--version")
        self.assertEqual(ended.returncode, 0)
        self.assertRegex(ended.stdout, r"^assay \d+\.\d+\.\d+ \(commit \S+, GNU|Clang")
        self.assertIn("plugin ABI 0.", ended.stdout)
        self.assertIn("result schema assay/run/", ended.stdout)
        self.assertRegex(ended.stdout, r"CLI11 \d")

    def test_hostile_words_do_not_reach_the_terminal(self):
        ended = self.assay("run\x1b[31m")
        self.assertEqual(ended.returncode, 2)
        self.assertNotIn("\x1b", ended.stderr)


if __name__ == "__main__":
    unittest.main()
