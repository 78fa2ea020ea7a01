# SPDX-License-Identifier: Apache-2.0
"""Plants one breach of each rule in a small tree and sees the checker report it, and only it."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(sys.argv.pop(1)).resolve()
FLOORS = "plugins/sdk\nbase\nstat machine\nsuite\nhost compare\ntools/assay\n"
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// What it is.\n"


class Floors(unittest.TestCase):
    def check(self, files):
        """The checker's exit code and output over a tree of `files`: {path: lines after the head}."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in {"core/FLOORS": FLOORS, **files}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                whole = text if path == "core/FLOORS" or text.startswith("!") else HEAD + text
                (root / path).write_text(whole.lstrip("!"))
            ended = subprocess.run([sys.executable, CHECKER, folder], text=True,
                                   capture_output=True, check=False)
            return ended.returncode, ended.stdout

    def assert_fault(self, path, text, words):
        code, output = self.check({path: text})
        self.assertEqual(code, 1, output)
        self.assertIn(words, output)
        self.assertIn("1 faults", output)

    def assert_clean(self, files):
        code, output = self.check(files)
        self.assertEqual(code, 0, output)

    def test_a_higher_floor(self):
        self.assert_fault("core/stat/a.cpp", '#include "core/host/plugin.hpp"\n',
                          "core/stat/a.cpp:3: stat may not include host")

    def test_two_types_of_one_name(self):
        code, output = self.check({"core/base/a.hpp": "struct Probe {\n};\n",
                                   "core/host/b.hpp": "class Probe : public Base {\n};\n",
                                   "core/host/c.hpp": "class Probe;\n"})
        self.assertEqual(code, 1, output)
        self.assertIn("core/host/b.hpp:3: Probe is the name of a type in core/base/a.hpp too", output)
        self.assertIn("1 faults", output)

    def test_a_room_on_the_same_floor(self):
        self.assert_fault("core/compare/a.hpp", '#include "core/host/plugin.hpp"\n',
                          "compare may not include host")

    def test_the_program_from_the_core(self):
        self.assert_fault("core/host/a.cpp", '#  include "tools/assay/paths.hpp"\n',
                          "host may not include tools/assay")

    def test_a_folder_without_a_floor(self):
        self.assert_fault("core/attic/a.cpp", '#include "core/base/a.hpp"\n',
                          "attic is not in core/FLOORS")

    def test_a_foreign_library_through_the_wrong_door(self):
        for include, home in (("<boost/dll.hpp>", "core/host/"), ("<toml++/toml.h>", "core/suite/"),
                              ("<nlohmann/json.hpp>", "core/base/json.hpp"),
                              ("<benchmark/benchmark.h>", "core/measure/"),
                              ("<CLI/CLI.hpp>", "tools/assay/command_line.cpp"),
                              ("<oneapi/dnnl/dnnl.hpp>", "plugins/onednn/"),
                              ("<cblas.h>", "plugins/openblas/"), ("<nvml.h>", "plugins/cuda/")):
            self.assert_fault("core/machine/a.cpp", f"#include {include}\n", home)

    def test_a_plugin_that_sees_the_core(self):
        self.assert_fault("plugins/onednn/a.cpp", '#include "core/base/error.hpp"\n',
                          "a plugin may not include core/base/error.hpp")

    def test_a_plugin_that_sees_another(self):
        self.assert_fault("plugins/onednn/a.cpp", '#include "plugins/reference/gemm.hpp"\n',
                          "a plugin may not include plugins/reference")

    def test_the_reference_shares_no_code_with_the_truth(self):
        self.assert_fault("plugins/reference/a.cpp", '#include "core/suite/a.hpp"\n',
                          "a plugin may not include core/suite/a.hpp")

    def test_first_lines(self):
        self.assert_fault("core/base/a.cpp", "!#pragma once\n", "SPDX line")
        self.assert_fault("core/base/b.cpp", "!// SPDX-License-Identifier: Apache-2.0\n#pragma once\n// x\n",
                          "second line")

    def test_what_is_allowed(self):
        self.assert_clean({
            "core/host/a.cpp": '#include <boost/dll.hpp>\n#include "core/suite/a.hpp"\n'
                               '#include "core/host/b.hpp"\n#include "assay/abi.h"\n#include <vector>\n',
            "core/suite/a.cpp": '#include <toml++/toml.h>\n#include <fmt/format.h>\n',
            "plugins/simulated/a.cpp": '#include "core/base/random.hpp"\n'
                                       '#include "plugins/reference/gemm.hpp"\n#include "assay/sdk.hpp"\n',
            "plugins/onednn/a.cpp": '#include <oneapi/dnnl/dnnl.hpp>\n#include "plugins/onednn/b.hpp"\n',
            "tools/assay/command_line.cpp": '#include <CLI/CLI.hpp>\n#include "core/host/a.hpp"\n'})

    def test_an_empty_tree_does_not_pass(self):
        code, _ = self.check({})
        self.assertEqual(code, 1)


if __name__ == "__main__":
    unittest.main()
