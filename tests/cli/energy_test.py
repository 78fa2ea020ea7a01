# SPDX-License-Identifier: Apache-2.0
"""Energy beside the readings: of a plugin's own counter (faulty's has 10 W, always), of the host's (a folder that is
made up), and none with a reason when a counter is at fault."""
import json
import os
import pathlib
import threading
import time
import unittest

from program import BROKEN, PLUGINS, ProgramTest

FAKES = pathlib.Path(os.environ["ASSAY_BUILD"]) / "tests/fakes"


class Counter(threading.Thread):
    """A file of /sys/class/powercap that grows by 40 J a second."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.zone = folder / "sys/class/powercap/intel-rapl:0"
        self.zone.mkdir(parents=True)
        (self.zone / "name").write_text("package-0\n")
        (self.zone / "max_energy_range_uj").write_text("1000000000000\n")
        self.ended = threading.Event()
        self.write()

    def write(self):
        new = self.zone / "new"
        new.write_text(f"{int(time.monotonic() * 40e6)}\n")
        new.rename(self.zone / "energy_uj")

    def run(self):
        while not self.ended.wait(0.001):
            self.write()


class Energy(ProgramTest):
    def summaries(self, *arguments, **variables):
        ended = self.assay("run", "two.toml", "--profile", "quick", "--passes", "1", "-q", "-o", "a.jsonl", *arguments,
                           **variables)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        shown = self.assay("show", "a.jsonl", "--json")
        return ended.stdout, [case["summary"] for case in json.loads(shown.stdout)["cases"]]

    def test_a_plugins_own_counter(self):
        text, rows = self.summaries("--plugin", BROKEN / "faulty.so")
        self.assertIn("power", text)
        self.assertRegex(text, r"idle: \S+ W \(.*\), before the first case")
        for row in rows:
            self.assertTrue(5 < row["energy"]["idle_watts"] < 20, row)
            self.assertTrue(5 < row["energy"]["watts"] < 20, row)  # 10; the clock is read apart from the counter
            self.assertGreater(row["energy"]["operations_per_joule"], 0)

    def test_the_hosts_counters_for_a_cpu(self):
        counter = Counter(self.folder / "root")
        counter.start()
        self.addCleanup(counter.ended.set)
        _, rows = self.summaries("--plugin", "openblas", ASSAY_SENSORS_ROOT=str(self.folder / "root"))
        for row in rows:
            if "energy" in row:  # a machine too busy to write the file stands still, and says so
                self.assertIn("powercap of", row["energy"]["sensors"])
                self.assertGreater(row["energy"]["watts"], 0)
            else:
                self.assertIn("no energy: ", "".join(row["warnings"]))

    def test_a_counter_at_fault_is_no_energy_with_the_reason(self):
        Counter(self.folder / "root")  # written once: it stands still
        text, rows = self.summaries("--plugin", "openblas", ASSAY_SENSORS_ROOT=str(self.folder / "root"))
        self.assertIn("no energy", text)
        for row in rows:
            self.assertNotIn("energy", row)
            self.assertRegex("".join(row["warnings"]), r"no energy: powercap of \S+ package-0 stood still")

    def test_a_simulated_clock_has_no_energy(self):
        _, rows = self.summaries("--plugin", "simulated")
        for row in rows:
            self.assertNotIn("energy", row)


@unittest.skipUnless((PLUGINS / "cuda.so").exists(), "the cuda plugin was not built")
class Nvml(ProgramTest):
    """The cuda plugin on a pretended device (cuda_fake) with a pretended NVML: 300 W, 1755 MHz."""

    def rows(self, counter, folder="nvml"):
        self.write("one.toml", '[[gemm]]\nm = 64\nn = 64\nk = 64\n')
        ended = self.assay("run", "one.toml", "--profile", "quick", "--passes", "1", "-q", "-o", "a.jsonl", "--force",
                           "-p", FAKES / "cuda_fake.so", LD_LIBRARY_PATH=str(FAKES / folder),
                           ASSAY_NVML_FAKE=counter)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        shown = json.loads(self.assay("show", "a.jsonl", "--json").stdout)
        return ended.stdout, [case["summary"] for case in shown["cases"]]

    def test_energy_and_clock_beside_the_readings(self):
        text, rows = self.rows("counts")
        self.assertIn("% peak at it", text)
        for row in rows:
            self.assertAlmostEqual(row["clock_hz"] / 1755e6, 1)
            # The pretended device states its peak at 1980 MHz.
            self.assertAlmostEqual(row["peak_at_clock_fraction"] / row["peak_fraction"], 1980 / 1755)
            if "energy" in row:  # a machine too busy to watch the counter finds it too coarse, and says so
                self.assertIn("nvml energy", row["energy"]["sensors"])
                self.assertTrue(150 < row["energy"]["watts"] < 600, row)  # the clock is read apart from it
            else:
                self.assertIn("no energy: nvml energy", "".join(row["warnings"]))

    def test_each_fault_of_the_counter_is_no_energy_with_its_reason(self):
        for counter, reason in [("stuck", "stood still"), ("reset", "went back|jumped|changes every"),
                                ("jumps", "jumped")]:
            with self.subTest(counter):
                _, rows = self.rows(counter)
                for row in rows:
                    self.assertNotIn("energy", row)
                    self.assertRegex("".join(row["warnings"]), f"no energy: nvml energy ({reason})")

    def test_without_nvml_the_row_says_so(self):
        for folder, reason in [("none", r"nvml \(no library libnvidia-ml.so.1\)"), ("nvml_bare", r"nvml \(libnvidia")]:
            with self.subTest(folder):
                _, rows = self.rows("counts", folder)
                for row in rows:
                    self.assertNotIn("energy", row)
                    self.assertNotIn("clock_hz", row)
                    self.assertNotIn("peak_at_clock_fraction", row)
                    self.assertRegex("".join(row["warnings"]), reason)


if __name__ == "__main__":
    unittest.main()
