# SPDX-License-Identifier: Apache-2.0
"""tools/bundle: a folder that runs where it lies, with its own libraries and none of this machine's."""
import os
import pathlib
import re
import subprocess
import unittest

from program import ProgramTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OF_THE_MACHINE = re.compile(r"linux-vdso|/ld-linux|lib(c|m|dl|rt|pthread|resolv)\.so")


@unittest.skipUnless(pathlib.Path(os.environ["ASSAY_BUILD"]).resolve() == ROOT / "build", "bundles are of build/")
class Bundle(ProgramTest):
    def bundle(self, *arguments):
        return subprocess.run([ROOT / "tools/bundle", *arguments], text=True, capture_output=True, timeout=280,
                              cwd=self.folder, check=False)

    def test_a_bundle_is_small_and_runs_a_suite_with_its_own_libraries_alone(self):
        ended = self.bundle("assay-bundle")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"^assay-bundle: \d+ MiB, .*reference.*, needs glibc 2\.\d+\n$")
        folder = self.folder / "assay-bundle"
        files = [each for each in folder.rglob("*") if each.is_file()]
        self.assertLessEqual(sum(each.stat().st_size for each in files), 60 << 20)
        (self.folder / "elsewhere").mkdir()
        moved = folder.rename(self.folder / "elsewhere/assay")
        clean = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin"}
        needed = subprocess.run(["ldd", moved / "bin/assay"], text=True, capture_output=True, env=clean, check=True)
        for line in needed.stdout.splitlines():
            self.assertRegex(line, f"{re.escape(str(moved))}|{OF_THE_MACHINE.pattern}")
        ran = subprocess.run([moved / "bin/assay", "run", self.folder / "two.toml", "-p", "onednn", "--profile", "quick",
                              "--passes", "1", "-q"], text=True, capture_output=True, env=clean, cwd=self.folder, check=False)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("gemm f32 32x32x32", ran.stdout)
        self.assertTrue(list((moved / "licences").glob("lib*")))

    def test_what_cannot_be_bundled_is_refused_and_leaves_nothing(self):
        (self.folder / "there").mkdir()
        for arguments, word in [(("there",), "there: exists already"), (("fresh", "nvdla"), "nvdla: no such plugin")]:
            with self.subTest(arguments=arguments):
                ended = self.bundle(*arguments)
                self.assertEqual((ended.returncode, ended.stdout), (1, ""))
                self.assertIn(word, ended.stderr)
        self.assertEqual(sorted(each.name for each in self.folder.iterdir()), ["there", "two.toml"])


if __name__ == "__main__":
    unittest.main()
