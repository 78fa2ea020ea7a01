# SPDX-License-Identifier: Apache-2.0
"""`assay list`, and `assay run --dry-run`: nothing is measured."""
import json
import shutil
import time
import unittest

from program import BROKEN, PLUGINS, ProgramTest


class Listing(ProgramTest):
    def test_cases_are_the_expansion_of_the_suite(self):
        ended = self.assay("list", "cases", "two.toml", "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        cases = json.loads(ended.stdout)
        self.assertEqual([case["flop"] for case in cases], [2 * 16**3, 2 * 32**3])

    def test_a_filter_selects_cases(self):
        ended = self.assay("list", "cases", "two.toml", "--filter", "m>16", "--json")
        self.assertEqual([case["flop"] for case in json.loads(ended.stdout)], [2 * 32**3])

    def test_a_filter_that_leaves_nothing(self):
        self.assert_refused(self.assay("list", "cases", "two.toml", "--filter", "m>99"), 1)

    def test_suites_are_found_by_name(self):
        names = [suite["name"] for suite in json.loads(self.assay("list", "suites", "--json").stdout)]
        self.assertIn("quick", names)
        self.assertIn("gemm/square", names)

    def test_suite_folders_of_flag_and_variable_come_first(self):
        (self.folder / "mine").mkdir()
        self.write("mine/quick.toml", (self.folder / "two.toml").read_text())
        by_flag = self.assay("list", "cases", "quick", "--suite-path", "mine", "--json")
        by_variable = self.assay("list", "cases", "quick", "--json", ASSAY_SUITE_PATH="mine")
        self.assertEqual(len(json.loads(by_flag.stdout)), 2)
        self.assertEqual(by_flag.stdout, by_variable.stdout)

    def test_a_broken_suite_is_a_row_with_its_reason(self):
        (self.folder / "mine").mkdir()
        self.write("mine/bad.toml", "[[gemm]]\nmm = 1\n")
        ended = self.assay("list", "suites", "--suite-path", "mine")
        self.assertEqual(ended.returncode, 0)
        self.assertRegex(ended.stdout, r"bad .*bad\.toml:2")

    def test_of_which_suite(self):
        self.assert_refused(self.assay("list", "cases"), 2, "assay list cases SUITE")

    def test_plugins_and_devices_are_listed(self):
        plugins = json.loads(self.assay("list", "plugins", "--json").stdout)
        by_name = {plugin["name"]: plugin for plugin in plugins}
        self.assertTrue(by_name["simulated"]["usable"])
        devices = json.loads(self.assay("list", "devices", "--json").stdout)
        self.assertEqual({"simulated"}, {device["device"]["kind"] for device in devices
                                         if device["plugin"] == "simulated"})

    def test_a_broken_plugin_is_a_row_with_its_reason(self):
        self.write("text.so", "I am no plugin\n")
        ended = self.assay("list", "plugins", "--plugin-path", ".", "--json")
        self.assertEqual(ended.returncode, 0)
        rows = {plugin["name"]: plugin for plugin in json.loads(ended.stdout)}
        self.assertFalse(rows["text"]["usable"])
        self.assertIn("not a shared library", rows["text"]["reason"])
        self.assertTrue(rows["reference"]["usable"])

    def test_the_plugin_path_variable_is_respected(self):
        self.write("text.so", "I am no plugin\n")
        ended = self.assay("list", "plugins", "--json", ASSAY_PLUGIN_PATH=str(self.folder))
        self.assertIn("text", [plugin["name"] for plugin in json.loads(ended.stdout)])


class ProbeCache(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "mine").mkdir()
        self.environment["ASSAY_PLUGIN_PATH"] = "mine"
        (self.folder / "mine/mine.so").write_bytes((PLUGINS / "simulated.so").read_bytes())
        self.cache = self.folder / ".cache/assay/probe.json"

    def devices(self, **variables):
        ended = self.assay("list", "plugins", "--json", **variables)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return {plugin["name"]: plugin for plugin in json.loads(ended.stdout)}["mine"]["devices"]

    def test_an_answer_is_remembered(self):
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="2"), 2)
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="3"), 2)

    def test_another_file_under_the_name_is_asked_again(self):
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="2"), 2)
        time.sleep(0.01)
        (self.folder / "mine/mine.so").touch()
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="3"), 3)

    def test_variables_that_choose_devices_are_asked_again(self):
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="2"), 2)
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="3", CUDA_VISIBLE_DEVICES="0"), 3)

    def test_fresh_asks_again(self):
        self.assertEqual(self.devices(ASSAY_SIMULATED_DEVICES="2"), 2)
        ended = self.assay("list", "plugins", "--json", "--fresh", ASSAY_SIMULATED_DEVICES="3")
        self.assertIn('"devices": 3', ended.stdout)

    def test_a_damaged_cache_is_ignored_and_rewritten(self):
        for damage in (b"", b"{", b"\xff\x00", b"[]", b'{"schema":"assay/probe-cache/1","entries":[]}'):
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            self.cache.write_bytes(damage)
            self.assertEqual(self.devices(), 1)
            self.assertEqual(json.loads(self.cache.read_text())["schema"], "assay/probe-cache/1")

    def test_entries_of_another_shape_are_asked_again(self):
        self.devices()
        cache = json.loads(self.cache.read_text())
        for name in cache["entries"]:
            cache["entries"][name] = {"devices": [{"index": "one"}]}
        self.cache.write_text(json.dumps(cache))
        self.assertEqual(self.devices(), 1)

    def test_a_home_that_cannot_be_written_is_no_error(self):
        self.assertEqual(self.devices(XDG_CACHE_HOME="/proc"), 1)


class DryRun(ProgramTest):
    def test_it_says_what_would_run_and_writes_nothing(self):
        before = sorted(self.folder.iterdir())
        ended = self.assay("run", "two.toml", "-p", "simulated", "-p", "reference", "--passes", "3",
                           "--dry-run", "--json")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        preview = json.loads(ended.stdout)
        self.assertEqual((preview["cases"], preview["passes"]), (2, 3))
        self.assertEqual(preview["subjects"], ["simulated", "reference"])
        self.assertGreater(preview["expected_seconds"], 0)
        self.assertEqual(before, sorted(self.folder.iterdir()))

    def test_a_plugin_is_chosen_and_named_when_none_is_given(self):
        ended = self.assay("run", "two.toml", "--dry-run")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("no --plugin given, running", ended.stderr)
        self.assertNotIn("simulated", ended.stdout)

    def test_the_plugin_that_is_chosen_has_a_device(self):
        folder = self.folder / "plugins"
        folder.mkdir()
        shutil.copy(BROKEN / "no_device.so", folder / "a1.so")
        shutil.copy(BROKEN / "missing_symbol.so", folder / "a2.so")
        shutil.copy(PLUGINS / "template.so", folder / "a3.so")
        ended = self.assay("run", "two.toml", "--dry-run", "--plugin-path", str(folder))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("no --plugin given, running a3", ended.stderr)


if __name__ == "__main__":
    unittest.main()
