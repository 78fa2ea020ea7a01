# SPDX-License-Identifier: Apache-2.0
"""tools/check/abi.py sees every way of breaking the ABI, and lets it grow where it may."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRIPT, COMPILER = sys.argv.pop(1), sys.argv.pop(1)
HEADERS = pathlib.Path(__file__).resolve().parents[2] / "plugins/sdk/include"


class Abi(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.headers = pathlib.Path(holder.name) / "include"
        shutil.copytree(HEADERS, self.headers)

    def change(self, header, before, after):
        path = self.headers / "assay" / header
        text = path.read_text()
        self.assertEqual(text.count(before), 1, before)
        path.write_text(text.replace(before, after))

    def run_script(self, *arguments):
        return subprocess.run([sys.executable, SCRIPT, "--compiler", COMPILER, "--headers", self.headers, *arguments],
                              text=True, capture_output=True, check=False)

    def assert_breach(self, *words):
        ended = self.run_script()
        self.assertEqual((ended.returncode, ended.stderr), (1, ""), ended.stdout)
        for word in words:
            self.assertIn(word, ended.stdout)

    def test_the_headers_as_they_are_keep_the_promise(self):
        ended = self.run_script()
        self.assertEqual((ended.returncode, ended.stdout), (0, ""), ended.stderr)

    def test_fields_that_change_places(self):
        self.change("device.h", "    uint32_t pci_vendor;\n    uint32_t pci_device;",
                    "    uint32_t pci_device;\n    uint32_t pci_vendor;")
        self.assert_breach("assay_device_info.pci_vendor was", "assay_device_info.pci_device was")

    def test_a_field_of_another_size(self):
        self.change("device.h", "uint64_t power_limit_mw", "uint32_t power_limit_mw")
        self.assert_breach("assay_device_info.power_limit_mw was 648 8, is 648 4")

    def test_a_field_that_goes(self):
        self.change("ops.h", "    int32_t scale_block;\n", "")
        self.assert_breach("assay_tensor_desc.scale_block is gone")

    def test_a_field_that_comes_in_the_middle(self):
        self.change("device.h", "    uint32_t max_queues;", "    uint64_t extra;\n    uint32_t max_queues;")
        self.assert_breach("assay_device_info.extra is new, and not at the end")

    def test_a_frozen_struct_that_grows(self):
        self.change("plugin.h", "    uint64_t size;   /* bytes */", "    uint64_t size;\n    uint64_t more;")
        self.assert_breach("assay_binding was FROZEN 24, is FROZEN 32")

    def test_a_function_that_comes_between(self):
        self.change("plugin.h", "    /* [T] Destroys it. */\n    void(ASSAY_CALL* exec_destroy)",
                    "    void(ASSAY_CALL* exec_rest)(assay_exec* exec);\n    void(ASSAY_CALL* exec_destroy)")
        self.assert_breach("assay_plugin.exec_destroy was 240 8, is 248 8")

    def test_a_constant_of_another_value(self):
        self.change("dtype.h", "#define ASSAY_BF16 4", "#define ASSAY_BF16 5")
        self.assert_breach("ASSAY_BF16 was 4, is 5")

    def test_growth_at_the_end_is_no_breach_but_wants_to_be_written_down(self):
        self.change("ops.h", "    int32_t scale_block;\n", "    int32_t scale_block;\n    int64_t fresh;\n")
        self.change("dtype.h", "#define ASSAY_U4 23", "#define ASSAY_U4 23\n#define ASSAY_U2 25")
        kept = self.headers / "abi.txt"
        shutil.copy(HEADERS.parent / "abi.txt", kept)
        ended = self.run_script("--kept", kept)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("not yet in it: ASSAY_U2, assay_tensor_desc.fresh", ended.stdout)
        self.assertEqual(self.run_script("--kept", kept, "--write").returncode, 0)
        self.assertEqual(self.run_script("--kept", kept).returncode, 0)

    def test_a_breach_is_never_written_down(self):
        kept = self.headers / "abi.txt"
        shutil.copy(HEADERS.parent / "abi.txt", kept)
        self.change("dtype.h", "#define ASSAY_BF16 4", "#define ASSAY_BF16 5")
        self.assertEqual(self.run_script("--kept", kept, "--write").returncode, 1)
        self.assertIn("ASSAY_BF16 4\n", kept.read_text())


if __name__ == "__main__":
    unittest.main()
