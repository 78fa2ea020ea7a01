# SPDX-License-Identifier: Apache-2.0
"""The slower plugin is slower by 6 %, and --ab says so: on the simulated clock, so exactly."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest


class Slower(unittest.TestCase):
    def test_six_calls_of_a_hundred_done_twice_are_six_per_cent(self):
        program, not_slower, slower, target = (
            os.environ[name] for name in ("ASSAY_PROGRAM", "ASSAY_NOT_SLOWER", "ASSAY_SLOWER", "ASSAY_SIMULATED"))
        with tempfile.TemporaryDirectory() as folder:
            suite = pathlib.Path(folder, "one.toml")
            suite.write_text("[[gemm]]\nname = 'one'\nm = 8\nn = 8\nk = 8\n")
            file = pathlib.Path(folder, "ab.jsonl")
            # 2 ms of 1 us calls: about 1,890 in a batch, of which 113 or 114 are done twice.
            options = "median_ns=1000"
            subprocess.run([program, "run", suite, "--ab", f"{not_slower}:{options}", f"{slower}:{options}",
                            "--profile", "quick", "--passes", "3", "-q", "-o", file],
                           env={**os.environ, "ASSAY_SLOWER_TARGET": target},
                           stdout=subprocess.DEVNULL, check=True)
            compared = subprocess.run([program, "compare", file, "--json"], stdout=subprocess.PIPE,
                                      check=True)
        case, = json.loads(compared.stdout)["cases"]
        self.assertEqual(case["verdict"], "SLOWER")
        self.assertAlmostEqual(case["difference"]["time_ratio"], 1.06, delta=0.001)


if __name__ == "__main__":
    unittest.main()
