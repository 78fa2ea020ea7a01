# SPDX-License-Identifier: Apache-2.0
"""Copies between host and device as roofs: on a link of a known rate, and not where there is no link."""
import json
import unittest

from program import ProgramTest

LINK = """
[[memory]]
name = "link"
access = ["to_device", "from_device"]
bytes = 1048576
"""


class Transfers(ProgramTest):
    def run_link(self, plugin):
        self.write("link.toml", LINK)
        ended = self.assay("run", "link.toml", "-p", plugin, "--profile", "quick", "--passes", "2", "-q", "-o",
                           "l.jsonl")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout, json.loads(self.assay("show", "l.jsonl", "--json").stdout)["cases"]

    def test_the_rate_is_the_links(self):
        text, cases = self.run_link("simulated:link_gbytes_per_s=20")
        self.assertIn("roofs measured: to device 20 GB/s, from device 20 GB/s", text)
        self.assertEqual([case["workload"]["direction"] for case in cases], ["to_device", "from_device"])
        for case in cases:
            self.assertAlmostEqual(case["summary"]["bandwidth_bytes_per_second"] / 20e9, 1, places=3)
            self.assertIn("pinned memory", case["summary"]["kernels"][0])
            self.assertEqual(case["check"]["elements"], 1048576)  # every byte
        self.assertEqual(self.assay("verify", "l.jsonl").returncode, 0)

    def test_where_the_host_sees_the_memory_nothing_comes_and_goes(self):
        _, cases = self.run_link("reference")
        for case in cases:
            self.assertEqual(case["outcome"]["state"], "skipped")
            self.assertIn("the host sees the device's memory itself", case["outcome"]["reason"])


if __name__ == "__main__":
    unittest.main()
