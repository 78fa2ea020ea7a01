# SPDX-License-Identifier: Apache-2.0
"""`assay new plugin`: the folder that it writes builds as it says, passes the checks and runs a suite;
and plugins that were built once, by other compilers, still work (tests/plugins/kept)."""
import pathlib
import platform
import subprocess
import unittest

from program import ProgramTest

KEPT = pathlib.Path(__file__).resolve().parents[1] / "plugins/kept"


def done(*command):
    """Runs it; its whole output is the failure when it fails."""
    ended = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=280, check=False)
    if ended.returncode != 0:
        raise AssertionError(f"{command}: exit code {ended.returncode}\n{ended.stdout}")


class Kit(ProgramTest):
    def assert_conforms(self, plugin):
        ended = self.assay("check", "plugin", plugin, seconds=280)
        self.assertEqual(ended.returncode, 0, ended.stdout)
        self.assertRegex(ended.stdout.splitlines()[-1], r"conformance 1\.0: [34]\d pass, 0 fail, ")

    def assert_runs(self, plugin):
        ended = self.assay("run", "two.toml", "--plugin", plugin, "--profile", "quick", "--passes", "1")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for row in ("16x16x16", "32x32x32"):
            self.assertIn(row, ended.stdout)

    def assert_kit_works(self, language):
        ended = self.assay("new", "plugin", "my_chip", "--language", language)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        commands = [line.split() for line in ended.stdout.splitlines() if line.startswith("  ")]
        folder = self.folder / "my_chip"
        self.assertEqual(sorted(each.name for each in folder.iterdir())[:2], ["CMakeLists.txt", "README.md"])
        for file in folder.iterdir():
            self.assertNotRegex(file.read_text(), "template_c|org.example.template")
        for command in commands[:2]:  # cmake, as it was printed
            done(*[word if not word.startswith("my_chip") else self.folder / word for word in command])
        self.assert_conforms(folder / "build/my_chip.so")
        self.assert_runs(folder / "build/my_chip.so")

    def test_a_new_plugin_in_cpp_builds_passes_the_checks_and_runs(self):
        self.assert_kit_works("c++")

    def test_a_new_plugin_in_c_builds_passes_the_checks_and_runs(self):
        self.assert_kit_works("c")

    def test_what_cannot_be_made_is_refused_and_leaves_nothing(self):
        before = sorted(self.folder.iterdir())
        for arguments, code, words in [
                (("suite", "mine"), 2, ["'suite'", "plugin can be"]),
                (("plugin", "My-Chip"), 2, ["'My-Chip' cannot be a plugin's name"]),
                (("plugin", "../up"), 2, ["'../up' cannot be"]),
                (("plugin", "mine", "--language", "rust"), 2, ["'rust'", "c++ and c"]),
                (("plugin", "mine", "-o", "two.toml"), 1, ["two.toml: exists already", "-o"]),
                (("plugin", "mine", "-o", "no/such/folder"), 1, ["no/such/folder", "cannot be made"])]:
            with self.subTest(arguments=arguments):
                self.assert_refused(self.assay("new", *arguments), code, *words)
        self.assertEqual(sorted(self.folder.iterdir()), before)

    @unittest.skipUnless(platform.machine() == "x86_64", "the kept plugins are of x86-64")
    def test_plugins_built_long_ago_by_other_compilers_still_conform_and_run(self):
        plugins = sorted(KEPT.glob("*.so"))
        self.assertGreaterEqual(len(plugins), 4)
        for plugin in plugins:
            with self.subTest(plugin=plugin.name):
                self.assert_conforms(plugin)
                self.assert_runs(plugin)


if __name__ == "__main__":
    unittest.main()
