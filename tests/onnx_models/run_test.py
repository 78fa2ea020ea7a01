# SPDX-License-Identifier: Apache-2.0
"""What can be said of ./run without npm: that it says so, and how it tells answers apart."""
import array
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent / "run"
loader = importlib.machinery.SourceFileLoader("onnx_models_run", str(SCRIPT))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(run)


class Run(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def output(self, name, numbers):
        file = self.folder / f"{len(list(self.folder.iterdir()))}.raw"
        file.write_bytes(array.array("f", numbers).tobytes())
        return {"name": name, "dtype": "f32", "file": str(file)}

    def apart(self, ours, theirs):
        return run.difference([self.output("a.b", ours)], [self.output("other", [9]),
                                                            self.output("a_b", theirs)])

    def test_without_npm_it_says_so_and_does_nothing(self):
        ended = subprocess.run([SCRIPT], env={"PATH": str(self.folder), "HOME": str(self.folder)},
                               capture_output=True, text=True, check=False)
        self.assertEqual((ended.returncode, ended.stdout),
                         (0, "skipped: npm is not installed\n"), ended.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_answers_are_compared_by_name_in_terms_of_the_largest(self):
        self.assertEqual(self.apart([1, -8], [1, -8]), 0)
        self.assertEqual(self.apart([2, -8], [1, -8]), 1 / 8)

    def test_what_is_no_number_or_of_another_length_agrees_with_nothing(self):
        for ours in ([1, float("nan")], [float("nan"), 2], [1]):
            self.assertGreater(self.apart(ours, [1, 2]), run.AGREE)

    def test_a_row_has_the_ratio_of_throughputs_round_by_round(self):
        # 2 ms of ours against 1 ms, 2 ms and 3 ms: half, as much, one and a half of the throughput.
        text = run.row("net", "the file", ([0.002] * 3, [0.001, 0.003, 0.002]), 1e-6)
        self.assertEqual(text, "| net | the file | 2 | 2 | 1.00 (0.50 … 1.50) | 1.0e-06 |")


if __name__ == "__main__":
    unittest.main()
