# SPDX-License-Identifier: Apache-2.0
"""Plugins that are wrong, or go wrong: one clear line or one failed row, never a lost run."""
import unittest

from program import BROKEN, PLUGINS, ProgramTest

# Plugins of tests/plugins/broken, and a word that its refusal must hold.
FAULTS = {
    "missing_symbol": "vendor_gemm_v7", "missing_library": "assay_gone",
    "no_entry": "exports no assay_plugin_entry_v0", "entry_v1": "plugin ABI 1",
    "null_table": "NULL", "missing_slot": "op_prepare", "short_table": "16 bytes",
    "throwing_entry": "threw an exception", "refusing_entry": "refuses",
    "half_events": "event_create", "lying": "NUL", "no_device": "no device",
}


class BrokenFiles(ProgramTest):
    def refused(self, plugin, *words):
        ended = self.run_two("a.jsonl", plugin=plugin)
        self.assert_refused(ended, 1, *words)
        self.assertFalse((self.folder / "a.jsonl").exists())

    def test_a_plugin_that_is_text(self):
        self.refused(self.write("text.so", "I am no plugin\n"), "text.so", "not a shared library")

    def test_a_plugin_that_is_empty(self):
        self.refused(self.write("empty.so", ""), "empty.so")

    def test_a_plugin_that_is_truncated(self):
        whole = (PLUGINS / "reference.so").read_bytes()
        for length in (10, 64, len(whole) // 2):
            self.refused(self.write("cut.so", whole[:length]), "cut.so")

    def test_a_plugin_for_another_machine(self):
        other = bytearray((PLUGINS / "reference.so").read_bytes())
        other[18:20] = (183).to_bytes(2, "little")  # e_machine: EM_AARCH64
        self.refused(self.write("other.so", bytes(other)), "other.so", "aarch64")

    def test_plugins_with_one_fault_each(self):
        for name, word in FAULTS.items():
            with self.subTest(name):
                self.assertTrue((BROKEN / f"{name}.so").exists(), "it was not built")
                self.refused(BROKEN / f"{name}.so", f"{name}.so", word)


class FaultyDevices(ProgramTest):
    def one_fault(self, options, reason, code=3):
        """Every case fails with `reason`; the run goes to its end and says so."""
        ended = self.run_two("a.jsonl", "--force", plugin=f"simulated:{options}")
        self.assertEqual(ended.returncode, code, ended.stderr)
        cases = [record for record in self.records("a.jsonl") if "outcome" in record]
        self.assertEqual(len(cases), 4)
        for record in cases:
            self.assertIn(reason, record["outcome"]["reason"])
        return ended, cases

    def test_a_crash_is_a_failed_row_and_its_log_is_kept(self):
        ended, cases = self.one_fault("stdout_noise=true,crash_at=1", "signal 11")
        # After three in a row the plugin is in quarantine, and its last case is not begun.
        self.assertEqual([record["outcome"]["state"] for record in cases],
                         ["failed"] * 3 + ["skipped"])
        self.assertIn("quarantined", cases[3]["outcome"]["reason"])
        logs = [line.partition("worker log: ")[2] for line in ended.stderr.splitlines()
                if line.startswith("worker log: ")]
        self.assertEqual(len(logs), 2)
        for log in logs:
            self.assertTrue((self.folder / log).read_text())

    def test_a_plugin_that_exits_is_a_failed_row(self):
        self.one_fault("exit_at=1", "exit code 7")

    def test_a_wrong_answer_has_no_number(self):
        for fault in ("drop_last_k", "tf32", "zeros", "transpose_b", "skip"):
            with self.subTest(fault):
                _, cases = self.one_fault(f"fault={fault}", "")
                for record in cases:
                    self.assertEqual(record["outcome"]["state"], "failed")
                    self.assertFalse(record["check"]["passed"])
                    self.assertFalse(record.get("sample"))

    def test_what_a_device_cannot_do_is_a_skipped_row(self):
        _, cases = self.one_fault("unsupported=f32", "unsupported", code=0)
        self.assertEqual({record["outcome"]["state"] for record in cases}, {"skipped"})


if __name__ == "__main__":
    unittest.main()
