# SPDX-License-Identifier: Apache-2.0
"""The program installed to a prefix, and moved: it finds its plugins and suites, and plugins build on it."""
import os
import pathlib
import subprocess
import tempfile
import unittest

import program

BUILD = pathlib.Path(os.environ["ASSAY_BUILD"])


def done(*command, **options):
    """Runs it; its whole output is the failure when it fails."""
    ended = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=280, check=False, **options)
    if ended.returncode != 0:
        raise AssertionError(f"{command}: exit code {ended.returncode}\n{ended.stdout}")
    return ended.stdout


class Installing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        done("cmake", "--install", BUILD, "--prefix", cls.folder / "first")
        (cls.folder / "first").rename(cls.folder / "moved")
        cls.prefix = cls.folder / "moved"
        cls.environment = {name: value for name, value in os.environ.items()
                           if not name.startswith(("ASSAY_", "XDG_"))}
        cls.environment.update(HOME=holder.name, TERM="dumb")

    def assay(self, *arguments):
        return done(self.prefix / "bin/assay", *arguments, cwd=self.folder, env=self.environment)

    def test_it_finds_its_plugins_and_suites(self):
        plugins = self.assay("list", "plugins")
        for path in program.PLUGINS.glob("*.so"):
            self.assertIn(path.stem, plugins)
        self.assertNotIn(str(program.PLUGINS), plugins)
        suites = self.assay("list", "suites")
        self.assertIn("quick", suites)
        self.assertIn("gemm/square", suites)

    def test_a_new_plugin_builds_against_it_and_runs_a_suite(self):
        self.assay("new", "plugin", "mine")
        build = self.folder / "mine/build"
        done("cmake", "-S", self.folder / "mine", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}")
        done("cmake", "--build", build)
        printed = self.assay("run", "gemm/square", "--plugin", build / "mine.so", "--filter",
                             "m=256", "--profile", "quick", "--passes", "2", "-o", "mine.jsonl")
        self.assertIn("square/gemm f32 256x256x256", printed)
        self.assertIn("2/2", printed)
        self.assertIn('"status":"complete"', (self.folder / "mine.jsonl").read_text())


if __name__ == "__main__":
    unittest.main()
