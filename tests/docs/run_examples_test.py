# SPDX-License-Identifier: Apache-2.0
"""The runner of examples sees what is wrong in a page, and forgives what differs from run to run."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import run_examples


def faults(text):
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.md"
        page.write_text(text)
        with contextlib.redirect_stdout(io.StringIO()):
            return list(run_examples.faults(page, pathlib.Path("/bin/true")))


def block(*lines):
    return "\n".join(["```console", *lines, "```"]) + "\n"


class RunExamples(unittest.TestCase):
    def test_right_output_passes(self):
        self.assertEqual(faults(block("$ echo one; echo two", "one", "two", "$ echo x", "x")), [])

    def test_other_text_is_a_fault_with_its_line(self):
        found = faults("text\n\n" + block("$ echo one", "two"))
        self.assertEqual(len(found), 1)
        self.assertIn("page.md:4:", found[0])

    def test_a_missing_and_a_superfluous_line_are_faults(self):
        self.assertEqual(len(faults(block("$ echo one", "one", "two"))), 1)
        self.assertEqual(len(faults(block("$ printf 'one\\ntwo\\n'", "one"))), 1)

    def test_numbers_and_blanks_may_differ(self):
        self.assertEqual(faults(block("$ echo 'a  12.5 GFLOP/s ---- 3'", "a 231.4   GFLOP/s --- 17")), [])
        self.assertEqual(len(faults(block("$ echo 'a 12.5 GB/s'", "a 12.5 GFLOP/s"))), 1)

    def test_dots_stand_for_anything(self):
        self.assertEqual(faults(block("$ echo one two three", "one ... three")), [])
        self.assertEqual(faults(block("$ seq 9", "1", "...", "9")), [])

    def test_a_block_marked_as_not_run_is_left_alone(self):
        self.assertEqual(faults("<!-- not run: takes an hour -->\n" + block("$ false", "yes")), [])
        self.assertEqual(len(faults("<!-- not run:  -->\n" + block("$ echo no", "yes"))), 1)

    def test_a_command_that_does_not_exist_is_a_fault_even_without_output(self):
        self.assertEqual(len(faults(block("$ no-such-program"))), 1)

    def test_a_command_may_go_on_over_lines(self):
        self.assertEqual(faults(block("$ cat <<'EOF'", "> one", "> two", "> EOF", "one", "two")), [])
        self.assertEqual(len(faults(block("$ echo one", "> echo two", "one"))), 1)

    def test_blocks_share_a_folder(self):
        self.assertEqual(faults(block("$ echo 1 > a") + "\ntext\n" + block("$ ls a", "a")), [])


if __name__ == "__main__":
    unittest.main()
