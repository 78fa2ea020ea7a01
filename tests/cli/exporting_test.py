# SPDX-License-Identifier: Apache-2.0
"""`assay export`: a model as an ONNX file, which a suite can then name."""
import unittest

from program import ProgramTest


class Export(ProgramTest):
    def export(self, *arguments):
        return self.assay("export", "bert_base", "--twin", "--tokens", "4", *arguments)

    def test_it_says_what_is_in_the_file_and_a_suite_runs_it(self):
        ended = self.export("--batch", "2", "-o", "small.onnx")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertRegex(ended.stdout, r"small\.onnx: BERT base, uncased \(twin\), opset 17, \d+ nodes, \S+ KiB\n")
        self.assertRegex(ended.stdout, r"input +int32 +2x4 +tokens\n")
        self.assertRegex(ended.stdout, r"output +float +2x32 +pooled\n")
        self.write("one.toml", "[[inference]]\nname = 'one'\nmodel = 'small.onnx'\n")
        ended = self.assay("run", "one.toml", "--plugin", "reference", "--profile", "quick",
                           "--passes", "1", "--suite-path", self.folder, "-o", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout)
        outcomes = [each["outcome"]["state"] for each in self.records("a.jsonl") if each["type"] == "case"]
        self.assertEqual(outcomes, ["measured"])

    def test_a_file_is_replaced_only_when_asked(self):
        self.write("small.onnx", "mine")
        self.assert_refused(self.export("-o", "small.onnx"), 1, "exists already", "--force")
        self.assertEqual((self.folder / "small.onnx").read_text(), "mine")
        self.assertEqual(self.export("-o", "small.onnx", "--force").returncode, 0)
        self.assertGreater((self.folder / "small.onnx").stat().st_size, 10000)
        self.assertEqual([each.name for each in self.folder.glob("*tmp*")], [])

    def test_the_seed_decides_the_weights_and_one_seed_gives_one_file(self):
        for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
            self.assertEqual(self.export("--seed", seed, "-o", f"{name}.onnx").returncode, 0)
        a, b, c = ((self.folder / f"{name}.onnx").read_bytes() for name in "abc")
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_what_cannot_be_written_is_refused_in_one_line(self):
        refused = self.assert_refused
        refused(self.assay("export", "bert_bas", "-o", "a.onnx"), 1, "no model 'bert_bas'",
                "did you mean 'bert_base'?")
        refused(self.assay("export", "bert_base"), 2, "--output is required")
        refused(self.export("-o", "a.txt"), 2, ".onnx")
        refused(self.export("-o", "a.onnx", "--dtype", "f31"), 2, "--dtype is 'f31'", "bf16")
        refused(self.export("-o", "a.onnx", "--batch", "0"), 2, "--batch is at least 1")
        refused(self.assay("export", "llama_3_1_8b", "-o", "a.onnx"), 1, "29.9 GiB", "less than 2")
        refused(self.assay("export", "bert_base", "--tokens", "600", "-o", "a.onnx"), 1, "600 tokens")
        self.assertEqual(list(self.folder.glob("a.*")), [])


if __name__ == "__main__":
    unittest.main()
