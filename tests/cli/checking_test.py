# SPDX-License-Identifier: Apache-2.0
"""`assay check plugin`: the plugins of this tree pass, and every check catches a plugin that breaks
its rule (tests/plugins/broken/faulty)."""
import json
import pathlib
import re
import unittest

from program import BROKEN, PLUGINS, ProgramTest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The value of ASSAY_DEFECT, the check that must see it, and how it must end.
DEFECTS = [
    ("prints_when_loaded", "B7", "fail"),
    ("takes_any_major", "B8", "fail"),
    ("new_table", "B9", "fail"),
    ("crashes_when_loaded", "B9", "crashed"),
    ("calls_beyond_the_table", "B10", "fail"),
    ("knows_any_extension", "B11", "fail"),
    ("unterminated_name", "B12", "fail"),
    ("latin1_name", "B12", "fail"),
    ("plain_id", "B12", "fail"),
    ("writes_whole_structs", "C13", "crashed"),
    ("sets_struct_size", "C13", "fail"),
    ("ignores_the_tail", "C14", "fail"),
    ("takes_size_zero", "C15", "fail"),
    ("ignores_activation", "C16", "fail"),
    ("keeps_descriptor", "C17", "crashed"),
    ("index_unchecked", "D18", "fail"),
    ("id_of_process", "D19", "fail"),
    ("one_id_for_two", "D19", "fail"),
    ("leaks_memory", "D20", "fail"),
    ("leaks_descriptors", "D20", "fail"),
    ("refuses_its_default", "D21", "fail"),
    ("takes_any_value", "D21", "fail"),
    ("bandwidth_in_gb", "D22", "fail"),
    ("vague_exhaustion", "E23", "fail"),
    ("misaligned_memory", "E23", "fail"),
    ("fills_whole_words", "E24", "fail"),
    ("ignores_source_offset", "E24", "fail"),
    ("keeps_freed_memory", "E25", "fail"),
    ("ranges_unchecked", "E26", "fail"),
    ("copies_late", "F27", "fail"),
    ("never_ready", "F28", "fail"),
    ("waits_long", "F28", "warning"),
    ("claims_asynchrony", "F29", "warning"),
    ("double_time", "F30", "fail"),
    ("negative_time", "F30", "fail"),
    ("ignores_events", "F31", "fail"),
    ("hidden_stream", "F32", "fail"),
    ("fast_clock", "F33", "fail"),
    ("offers_and_refuses", "G34", "fail"),
    ("gives_no_reason", "G34", "fail"),
    ("drops_last_term", "G35", "fail"),
    ("swallows_nan", "G35", "fail"),
    ("wrong_tail", "G36", "fail"),
    ("ignores_strides", "G37", "fail"),
    ("secret_tf32", "G38", "fail"),
    ("random_bits", "G39", "fail"),
    ("remembers_bindings", "G40", "fail"),
    ("writes_beside", "G40", "fail"),
    ("keeps_const_binding", "G41", "fail"),
    ("prepares_long", "G42", "warning"),
    ("skips_repeats", "H43", "fail"),
    ("caches_results", "H44", "fail"),
    ("fast_on_zeros", "H45", "warning"),
    ("low_peak", "H46", "fail"),
    ("lowers_priority", "H47", "fail"),
    ("claims_to_be_a_gpu", "H48", "warning"),
    ("cancel_sticks", "I49", "fail"),
    ("believes_in_memory", "I50", "crashed"),
    ("promises_without_memory", "I50", "fail"),
    ("crashes_on_null", "I51", "crashed"),
    ("leaves_a_lock", "I52", "fail"),
    ("calls_after_shutdown", "I53", "fail"),
    ("crashes_at_exit", "I53", "fail"),
    ("changes_locale", "I54", "fail"),
    ("changes_folder", "I54", "fail"),
    ("prints_in_prepare", "I54", "fail"),
    ("energy_falls", "J55", "fail"),
    ("unknown_throttle", "J55", "fail"),
    ("graph_without_constants", "J56", "fail"),
    ("loads_rubbish", "J57", "fail"),
    ("flush_loses_data", "J58", "fail"),
    ("replays_nothing", "J59", "fail"),
    ("records_by_running", "J59", "fail"),
]
# Files of tests/plugins/broken that are wrong as they lie there.
FILES = [
    ("exports_more", "A2", "fail"),
    ("missing_symbol", "A3", "fail"),
    ("missing_library", "A3", "fail"),
    ("newer_glibc", "A4", "warning"),
    ("executable_stack", "A5", "fail"),
    ("foreign_run_path", "A5", "fail"),
    ("toolkit_run_path", "A5", "warning"),
]
GOOD = ["template", "reference", "simulated", "openblas", "onednn"]


class Checking(ProgramTest):
    def check(self, plugin, *arguments, **variables):
        """The report of a plugin as a dictionary, and the exit code."""
        ended = self.assay("check", "plugin", plugin, "--json", *arguments, **variables)
        self.assertIn(ended.returncode, (0, 3), ended.stderr)
        return json.loads(ended.stdout), ended.returncode

    def ending(self, plugin, check, *arguments, **variables):
        report, code = self.check(plugin, "--check", check, *arguments, **variables)
        result = report["results"][0]
        self.assertEqual(code == 0, result["ending"] in ("pass", "warning", "skipped")
                         and not report["not_loaded"], report)
        return result

    def assert_catches(self, plugin, row):
        defect, check, ending = row
        result = self.ending(plugin, check, ASSAY_DEFECT=defect,
                             ASSAY_DEFECT_LOCK=str(self.folder / "lock"))
        self.assertEqual(result["ending"], ending, f"{defect}: {result}")
        self.assertTrue(result["what"], result)

    def test_every_check_catches_the_plugin_that_breaks_its_rule(self):
        for row in DEFECTS:
            with self.subTest(defect=row[0]):
                self.assert_catches(BROKEN / "faulty.so", row)

    def test_every_check_of_the_file_catches_the_file_that_breaks_its_rule(self):
        for row in FILES:
            with self.subTest(file=row[0]):
                self.assert_catches(BROKEN / f"{row[0]}.so", row)
        self.assert_catches(self.write("text.so", "not a library"), ("", "A1", "fail"))

    def test_every_check_has_a_plugin_that_it_catches(self):
        report, _ = self.check(BROKEN / "faulty.so")
        checks = {result["check"] for result in report["results"]}
        self.assertEqual(checks - {row[1] for row in DEFECTS + FILES}, {"A1"})

    def test_the_plugin_without_a_defect_passes_every_check_but_those_of_a_real_device(self):
        report, code = self.check(BROKEN / "faulty.so")
        self.assertEqual(code, 0, report)
        timed = {result["check"] for result in report["results"] if result["timed"]}
        for result in report["results"]:
            allowed = {"pass"}
            if result["check"] in timed:  # a busy machine
                allowed.add("warning")
            if result["check"] in ("F29", "H48"):
                allowed = {"skipped"}
            self.assertIn(result["ending"], allowed, result)

    def test_the_plugins_of_this_tree_conform(self):
        for name in GOOD:
            if not (PLUGINS / f"{name}.so").exists():
                continue
            with self.subTest(plugin=name):
                report, code = self.check(name)
                bad = [each for each in report["results"]
                       if each["ending"] in ("fail", "crashed", "hanging")]
                self.assertEqual((code, bad), (0, []))

    def test_the_last_line_says_what_can_be_cited(self):
        ended = self.assay("check", "plugin", "template", "--check", "A1", "--check", "8")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertRegex(ended.stdout.splitlines()[-1],
                         r"^conformance 1\.0: 2 pass, 0 fail, 0 skipped of 59 checks; "
                         r"org\.example\.template 1\.0\.0, sha256 [0-9a-f]{64}$")
        self.assertIn("device 0, seed 1", ended.stdout)

    def test_a_check_that_never_answers_hangs(self):
        result = self.ending("simulated:hang_at=1", "H43", "--limit", "2")
        self.assertEqual(result["ending"], "hanging")

    def test_options_reach_the_device(self):
        self.assertEqual(self.ending("simulated:memory_bytes=1000000000", "E25")["ending"], "pass")
        self.assertEqual(self.ending("simulated:fault=stale", "H44")["ending"], "fail")

    def test_what_cannot_be_checked_is_refused(self):
        self.assert_refused(self.assay("check", "result", "x"), 2, "cannot check 'result'", "plugin")
        self.assert_refused(self.assay("check", "suite", "two.toml", "--seed", "3"), 2, "--seed")
        self.assert_refused(self.assay("check", "plugin", "template", "--check", "Z9"), 2,
                            "no check 'Z9'", "G35")
        self.assert_refused(self.assay("check", "plugin", "templat"), 1, "templat", "template")

    def test_a_suite_is_counted_and_what_it_lacks_is_named(self):
        ended = self.assay("check", "suite", "two.toml")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual(ended.stdout.splitlines(), [
            "two: 2 cases", "  no description", "  no minutes: say what you measured for one plugin",
            "  no source of its sizes: two/gemm f32 16x16x16 and 1 more"])
        self.assertEqual(self.assay("check", "suite", "quick").stdout, "quick: 15 cases\n")
        self.write("bad.toml", "[[gemm]]\nm = 4\nn = 5\nkk = 6\n")
        self.assert_refused(self.assay("check", "suite", "bad.toml"), 1, "bad.toml:4:1: unknown key 'kk'")

    def test_a_plugin_that_cannot_be_loaded_is_a_failure_whatever_is_asked(self):
        report, code = self.check(BROKEN / "missing_symbol.so", "--check", "G35")
        self.assertEqual(code, 3)
        self.assertIn("vendor_gemm_v7", report["not_loaded"])
        self.assertEqual(report["results"][0]["ending"], "skipped")

    def test_the_page_lists_the_checks_that_there_are(self):
        report, _ = self.check("template", "--check", "A1")
        page = (ROOT / "docs/plugins.md").read_text()
        rows = re.findall(r"^\| ([A-J]\d+) \| (.+?) \|", page, re.MULTILINE)
        self.assertEqual(rows, [(row["check"], row["title"]) for row in report["checks"]])
        for row in report["not_checked"]:
            self.assertIn(row["check"], page)


if __name__ == "__main__":
    unittest.main()
