# SPDX-License-Identifier: Apache-2.0
"""`assay` with the opencl plugin, a device that works while the host goes on, and without a driver."""
import json
import os
import pathlib
import unittest

from program import PLUGINS, ProgramTest

SUITE = """
title = "Parts of a decoder"

[[gemm]]
name = "product"
m = 16
n = 48
k = 32
bias = "f32"
activation = "relu"

[[operator]]
name = "softmax"
op = "softmax"
x = "4x64"
axis = 1
dtype = "f32"
"""


@unittest.skipUnless((PLUGINS / "opencl.so").exists(), "the opencl plugin was not built")
class OpenCl(ProgramTest):
    def setUp(self):
        super().setUp()
        cache = pathlib.Path(os.environ["ASSAY_BUILD"]) / "pocl_cache"
        cache.mkdir(exist_ok=True)
        self.environment["POCL_CACHE_DIR"] = str(cache)

    def plugin(self, **variables):
        listed = json.loads(self.assay("list", "plugins", "--json", **variables).stdout)
        return next(each for each in listed if each["name"] == "opencl")

    def test_it_keeps_the_rules_of_the_abi(self):
        if self.plugin()["devices"] == 0:
            self.skipTest("no OpenCL device here")
        ended = self.assay("check", "plugin", "opencl", "--json", seconds=280)
        report = json.loads(ended.stdout)
        bad = [each for each in report["results"] if each["ending"] in ("fail", "crashed", "hanging")]
        self.assertEqual(bad, [])
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_a_suite_runs_on_the_device_clock(self):
        if self.plugin()["devices"] == 0:
            self.skipTest("no OpenCL device here")
        self.write("decoder.toml", SUITE)
        ended = self.assay("run", "decoder.toml", "-p", "opencl", "--profile", "quick", "--passes",
                           "1", "-o", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout)
        records = self.records("a.jsonl")
        self.assertEqual(records[0]["subjects"][0]["device"]["timer"], "device")
        cases = [each for each in records if each.get("outcome")]
        self.assertEqual([each["outcome"]["state"] for each in cases], ["measured"] * 2, cases)
        self.assertIn("own ", json.dumps(cases[0]))

    def test_what_it_cannot_is_skipped_with_the_reason(self):
        if self.plugin()["devices"] == 0:
            self.skipTest("no OpenCL device here")
        self.write("half.toml", SUITE.replace('"f32"', '"f16"'))
        ended = self.assay("run", "half.toml", "-p", "opencl", "--passes", "1", "-o", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("not of the type", ended.stdout)

    def test_without_a_driver_it_says_what_is_missing(self):
        here = self.plugin(OCL_ICD_VENDORS=str(self.folder))
        self.assertEqual((here["devices"], here["usable"]), (0, False))
        self.assertIn("no platform (CL_PLATFORM_NOT_FOUND_KHR)", here["reason"])
        ended = self.assay("run", "two.toml", "-p", "opencl", OCL_ICD_VENDORS=str(self.folder))
        self.assertEqual(ended.returncode, 1)
        self.assertIn("it finds no device on this machine; why: assay list plugins", ended.stderr)


if __name__ == "__main__":
    unittest.main()
