# SPDX-License-Identifier: Apache-2.0
"""Runs the built program in an empty folder; what the tests of this folder share."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

PROGRAM = pathlib.Path(os.environ["ASSAY_PROGRAM"]).resolve()
PLUGINS = PROGRAM.parents[1] / "lib/assay"
BROKEN = pathlib.Path(os.environ["ASSAY_BROKEN"])
SLOWNESS = int(os.environ.get("ASSAY_TEST_SLOWNESS", "1"))  # of the preset tsan: waits are so much longer

# Two small cases; with the simulated plugin their numbers are exact.
SUITE = """
title = "Two"

[[gemm]]
name = "two"
m = [16, 32]
n = [16, 32]
k = [16, 32]
zip = ["m", "n", "k"]
"""


class ProgramTest(unittest.TestCase):
    """Each test has an empty folder of its own, a home of its own, and two.toml in it."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("ASSAY_", "XDG_"))}
        self.environment.update(HOME=holder.name, TERM="dumb")
        self.write("two.toml", SUITE)

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def assay(self, *arguments, seconds=120, **variables):
        """Runs it to its end, `seconds` (times SLOWNESS) at most. Gives .returncode, .stdout, .stderr."""
        environment = {**self.environment, **variables}
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=environment,
                              text=True, capture_output=True, timeout=seconds * SLOWNESS, check=False)

    def start(self, *arguments):
        """Starts it, to be interrupted; killed at the end of the test at the latest."""
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder,
                                   env=self.environment, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def run_two(self, output, *arguments, plugin="simulated"):
        """Runs two.toml on the simulated plugin, two passes."""
        return self.assay("run", "two.toml", "--plugin", plugin, "--profile", "quick", "--passes",
                          "2", "-o", output, *arguments)

    def records(self, name):
        """The lines of a result file that are whole, as dictionaries."""
        lines = (self.folder / name).read_text().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def assert_refused(self, ended, code, *words):
        """Exit `code`, nothing on stdout, exactly one line on stderr that holds all `words`."""
        self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertEqual(ended.stdout, "")
        self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)
        self.assertTrue(ended.stderr.startswith("assay: "), ended.stderr)
        for word in words:
            self.assertIn(word, ended.stderr)


def wait_for(condition, seconds=60):
    """Waits until condition() gives something, and gives that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def children_of(pid):
    """The running children of a process."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        state, parent = text[text.rindex(")") + 2:].split()[:2]
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def kill_hard(pid):
    os.kill(pid, signal.SIGKILL)
