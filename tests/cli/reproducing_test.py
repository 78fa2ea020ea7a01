# SPDX-License-Identifier: Apache-2.0
"""`assay reproduce`: the suite of a file again; what it says, its exit codes, and strangers' files."""
import hashlib
import json
import struct
import unittest

from program import PLUGINS, ProgramTest


def chained(lines):
    """The records as a result file whose hash chain holds."""
    previous, text = "0" * 64, ""
    for record in lines:
        line = json.dumps({**record, "previous": previous}, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(line.encode()).hexdigest()
        text += line + "\n"
    return text


class Reproducing(ProgramTest):
    def reproduce(self, *arguments):
        return self.assay("reproduce", "a.jsonl", "-q", "-o", "b.jsonl", *arguments)

    def edited(self, change):
        """a.jsonl with its run record changed, the chain made to fit again."""
        lines = self.records("a.jsonl")
        change(lines[0])
        self.write("a.jsonl", chained(lines))

    def test_the_same_numbers_are_reproduced(self):
        self.run_two("a.jsonl", plugin="simulated:median_ns=100000")
        (self.folder / "two.toml").unlink()  # the suite is in the file
        ended = self.reproduce()
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertIn("REPRODUCED: 2 of 2 cases within the margin", ended.stdout)
        self.assertEqual(self.assay("verify", "b.jsonl").returncode, 0)

    def test_other_numbers_are_not(self):
        self.run_two("a.jsonl", plugin="simulated:median_ns=100000,process_sigma=0.001")
        lines = self.records("a.jsonl")
        for record in lines[1:-1]:
            record["sample"]["readings_ns"] = [ns * 0.8 for ns in record["sample"]["readings_ns"]]
        self.write("a.jsonl", chained(lines))
        ended = self.reproduce()
        self.assertEqual(ended.returncode, 3, ended.stdout + ended.stderr)
        self.assertIn("NOT REPRODUCED: 2 of 2 cases", ended.stdout)

    def test_too_much_noise_cannot_tell(self):
        self.run_two("a.jsonl", plugin="simulated:median_ns=100000,process_sigma=0.1")
        ended = self.reproduce("--margin", "1%")
        self.assertEqual(ended.returncode, 3)
        self.assertIn("CAN'T TELL", ended.stdout)

    def test_includes_and_models_come_from_the_file(self):
        for name, text in (
                ("gemm/a.toml", '[[gemm]]\ninclude = "../shapes/s.toml"\nm = 8\n'
                                '[[inference]]\nmodel = "tiny"\n'),
                ("shapes/s.toml", 'source = "made up"\n[[shape]]\nname = "x"\nn = 8\nk = 8\n'),
                ("models/tiny.toml", 'title = "T"\nsource = "made up"\n[convolutional]\nimage = 32\n'
                                     'stem = 8\nblocks = [1, 1]\nwidths = [8, 16]\nclasses = 10\n')):
            (self.folder / "suites" / name).parent.mkdir(parents=True, exist_ok=True)
            self.write("suites/" + name, text)
        ended = self.assay("run", "suites/gemm/a.toml", "-p", "simulated:median_ns=100000",
                           "--profile", "quick", "--passes", "2", "-q", "-o", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        ended = self.reproduce()
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_numbers_that_were_too_large_to_be_kept_are_named(self):
        self.write("own.f32", struct.pack("<1000f", *(i % 7 - 3 for i in range(1000))))
        self.write("own.toml", '[[gemm]]\nm = 16\nn = 16\nk = 16\ndata_file = "own.f32"\n')
        ended = self.assay("run", "own.toml", "-p", "reference", "--profile", "quick",
                           "--passes", "1", "-q", "-o", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.assay("verify", "a.jsonl").returncode, 0)
        self.assert_refused(self.reproduce(), 1, "'own.f32' there is only the hash")

    def test_two_plugins_are_both_reproduced(self):
        self.run_two("a.jsonl", "-p", "simulated:median_ns=50000",
                     plugin="simulated:median_ns=100000")
        self.assertIn("REPRODUCED: 4 of 4", self.reproduce().stdout)

    def test_a_file_cannot_name_a_library_to_load(self):
        plugin = self.write("mine.so", (PLUGINS / "simulated.so").read_bytes())
        self.run_two("a.jsonl", plugin=str(plugin))
        self.assert_refused(self.reproduce(), 1, "not loaded on a file's word")

    def test_a_suite_that_leaves_its_folder_is_refused(self):
        self.run_two("a.jsonl")
        self.edited(lambda run: run["suite"].update(name="../../escaped"))
        self.assert_refused(self.reproduce(), 1, "leaves its folder")

    def test_a_suite_that_expands_otherwise_is_refused(self):
        self.run_two("a.jsonl")
        self.edited(lambda run: run["suite"]["files"].update(
            {"two.toml": run["suite"]["files"]["two.toml"].replace("16", "24")}))
        self.assert_refused(self.reproduce(), 1, "other cases than were run")

    def test_what_is_no_result_file_and_a_file_that_exists(self):
        self.assert_refused(self.assay("reproduce", "two.toml"), 1, "two.toml:1")
        self.run_two("a.jsonl")
        self.write("b.jsonl", "precious\n")
        self.assert_refused(self.reproduce(), 1, "exists already")


if __name__ == "__main__":
    unittest.main()
