# SPDX-License-Identifier: Apache-2.0
"""Every command, given result files and suites that chance or a stranger has changed: it answers or refuses in one
line, never dies and never hangs; `verify` takes no file whose protected part was changed.

ASSAY_HOSTILE_FILES says how many of each kind (30), ASSAY_HOSTILE_SEED which. The readers alone are tried with far
more files by tests/unit/hostile.
"""
import hashlib
import os
import random
import subprocess
import unittest

from program import PROGRAM, ProgramTest

FILES = int(os.environ.get("ASSAY_HOSTILE_FILES", "30"))
SEED = int(os.environ.get("ASSAY_HOSTILE_SEED", "1"))
# done, done with failures, refused, interrupted: what a command may end with.
ANSWERS = {0, 1, 2, 3}
STUMBLING = [b"-1", b"1e999", b"nan", b"9223372036854775808", b'""', b"null", b"[[[[[[[[", b"\\u001b[2J", b"\x1b[31m",
             b"=cmd()", b"../../etc/passwd", b"\xff\xfe", b"\n"]


def mutated(data, chance):
    """One to three accidents: bits flipped, pieces cut, doubled or swapped, the end lost, a word replaced."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at, size = chance.randrange(len(data) or 1), 1 << chance.randrange(10)
        what = chance.randrange(6)
        if what == 0 and data:
            data[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            del data[at:at + size]
        elif what == 2:
            data[at:at] = data[at:at + size]
        elif what == 3:
            to = chance.randrange(len(data) or 1)
            data[at:at + size], data[to:to + size] = data[to:to + size], data[at:at + size]
        elif what == 4 and chance.randrange(4) == 0:
            del data[at:]
        else:
            data[at:at + chance.randrange(6)] = chance.choice(STUMBLING)
    return bytes(data)


def rechained(data):
    """With a chain of hashes that fits again, so that the records and not the chain are what is read."""
    previous, lines = b"0" * 64, []
    for line in data.split(b"\n"):
        begin = line.find(b'"previous":"')
        end = line.find(b'"', begin + 12)
        if begin >= 0 and end >= 0:
            line = line[:begin + 12] + previous + line[end:]
        previous = hashlib.sha256(line).hexdigest().encode()
        lines.append(line)
    return b"\n".join(lines)


class Hostile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_two("a.jsonl").returncode, 0)
        self.sound = (self.folder / "a.jsonl").read_bytes()

    def command(self, where, *words):
        """Its answer; a death or a hang fails, with the file kept out of the way of the next."""
        try:
            ended = subprocess.run([PROGRAM, *words], cwd=self.folder, env=self.environment,
                                   capture_output=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            self.fail(f"{where}: {' '.join(words)} hangs")
        self.assertIn(ended.returncode, ANSWERS, f"{where}: {' '.join(words)}: {ended.stderr[-300:]}")
        # What a stranger wrote moves no cursor. (JSON escapes it, and `show --json` is JSON.)
        for stream in (ended.stdout, ended.stderr):
            self.assertNotIn(b"\x1b", stream, f"{where}: {' '.join(words)}")
        if ended.returncode == 1:
            self.assertTrue(ended.stderr.startswith(b"assay: "), f"{where}: {' '.join(words)}: {ended.stderr[-300:]}")
        return ended

    def test_mutated_result_files(self):
        protected = self.sound[:self.sound[:-1].rindex(b"\n")]
        taken = 0
        for number in range(FILES):
            chance = random.Random(f"{SEED}-{number}")
            changed = mutated(self.sound, chance)
            forged = number % 2 == 1
            self.write("b.jsonl", rechained(changed) if forged else changed)
            where = f"file {number} of seed {SEED}"
            for words in (["show"], ["show", "--json"], ["show", "--csv"], ["show", "--markdown"],
                          ["show", "--google-benchmark"], ["history", "a.jsonl"], ["compare", "a.jsonl"]):
                self.command(where, *words, "b.jsonl")
            self.command(where, "compare", "b.jsonl", "a.jsonl")
            verdict = self.command(where, "verify", "b.jsonl")
            if not forged and not changed.startswith(protected):
                self.assertEqual(verdict.returncode, 3, f"{where} is sound to verify: {verdict.stdout}")
            taken += verdict.returncode == 0
            if number % 10 == 0:  # it runs something, or goes on with it
                self.command(where, "run", "two.toml", "-p", "simulated", "--profile", "quick", "--passes", "2", "-q",
                             "--resume", "-o", "b.jsonl")
        self.assertLess(taken, FILES)

    def test_mutated_suites(self):
        shipped = PROGRAM.parents[1] / "share/assay/suites"
        seeds = [(shipped / f"{name}.toml").read_bytes()
                 for name in ("gemm/square", "gemm/dtypes", "gemm/data", "operators/vision", "roofs")]
        for number in range(FILES):
            chance = random.Random(f"{SEED}-suite-{number}")
            self.write("b.toml", mutated(chance.choice(seeds), chance))
            where = f"suite {number} of seed {SEED}"
            self.command(where, "list", "cases", "b.toml")
            self.command(where, "run", "b.toml", "-p", "simulated", "--dry-run")
            self.command(where, "run", "b.toml", "-p", "simulated", "--dry-run", "--json", "--filter", "m>=8")

    def test_mutated_models(self):
        model = (PROGRAM.parents[1] / "share/assay/suites/models/resnet_50.toml").read_bytes()
        for number in range(FILES // 4):
            self.write("b.toml", mutated(model, random.Random(f"{SEED}-model-{number}")))
            self.command(f"model {number} of seed {SEED}", "export", "b.toml", "--twin", "-o", "b.onnx", "--force")


if __name__ == "__main__":
    unittest.main()
