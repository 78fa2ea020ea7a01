# SPDX-License-Identifier: Apache-2.0
"""`assay` with the cuda plugin: without a driver, and with a device that is pretended
(tests/plugins/cuda_fake)."""
import json
import os
import pathlib
import unittest

from program import PLUGINS, ProgramTest

FAKE = pathlib.Path(os.environ["ASSAY_BUILD"]) / "tests/fakes/cuda_fake.so"

SUITE = """
title = "Products"

[[gemm]]
name = "product"
m = 16
n = 48
k = 32
activation = ["relu", "silu"]
dtype = ["f32", "f8e5m2"]
"""


@unittest.skipUnless((PLUGINS / "cuda.so").exists(), "the cuda plugin was not built")
class Cuda(ProgramTest):
    def bad_checks(self, plugin):
        ended = self.assay("check", "plugin", str(plugin), "--json", seconds=280)
        results = json.loads(ended.stdout)["results"]
        return [each for each in results if each["ending"] in ("fail", "crashed", "hanging")]

    def plugin(self):
        listed = json.loads(self.assay("list", "plugins", "--json").stdout)
        return next(each for each in listed if each["name"] == "cuda")

    def test_it_keeps_the_rules_of_the_abi(self):
        self.assertEqual(self.bad_checks(PLUGINS / "cuda.so"), [])

    def test_its_sources_keep_them_on_a_pretended_device(self):
        self.assertEqual(self.bad_checks(FAKE), [])

    def test_without_a_device_it_says_why(self):
        here = self.plugin()
        if here["devices"] > 0:
            self.skipTest("there is a device here")
        self.assertFalse(here["usable"])
        self.assertRegex(here["reason"], r"driver.*\(cudaError\w+\); ")
        ended = self.assay("list", "devices")
        self.assertRegex(ended.stderr, r"assay: cuda: no device here: .*\(cudaError\w+\); .*\n")
        self.write("products.toml", SUITE)
        ended = self.assay("run", "products.toml", "-p", "cuda")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("it finds no device on this machine; why: assay list plugins", ended.stderr)

    def test_a_suite_runs_on_a_pretended_device(self):
        self.write("products.toml", SUITE)
        ended = self.assay("run", "products.toml", "-p", str(FAKE), "--profile", "quick",
                           "--passes", "1", "-o", "a.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout)
        records = self.records("a.jsonl")
        self.assertEqual(records[0]["subjects"][0]["device"]["arch"], "sm_90")
        states = [each["outcome"]["state"] for each in records if each.get("outcome")]
        self.assertEqual(sorted(states), ["measured"] * 2 + ["skipped"] * 2)
        self.assertIn("cuBLASLt algorithm ", json.dumps(records))
        self.assertIn("cuBLASLt does not multiply these types", ended.stdout)


if __name__ == "__main__":
    unittest.main()
