#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the real program on simulated devices whose true ratio is known, compares the files it wrote, and
counts how often the 95 % interval holds the truth. Exits 3 when that share is out of its band.
docs/acceptance.md.   end_to_end.py PROGRAM [--pairs 300]"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

RATIOS = (1.0, 1.013, 0.96, 1.25)  # chosen: equal, below and above the margin, faster
SIZES = (4, 5, 6, 7, 8, 9)  # 6^3 = 216 shapes, each with noise of its own
NOISE = "noise=normal,sigma=0.01,process_sigma=0.01,launch_ns=0"

SUITE = f"""
title = "Many small shapes"

[[gemm]]
name = "many"
m = {list(SIZES)}
n = {list(SIZES)}
k = {list(SIZES)}
"""


def assay(program, folder, *arguments):
    """Standard output of one command; a failure ends the test with what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    ended = subprocess.run([program, *map(str, arguments)], cwd=folder, env={**environment, "HOME": str(folder)},
                           text=True, capture_output=True, check=False)
    if ended.returncode != 0:
        sys.exit(f"assay {' '.join(map(str, arguments))}: exit {ended.returncode}\n{ended.stderr}")
    return ended.stdout


def device(seed, slower):
    # 0.0005 GFLOP/s: 128 flop and more take 0.26 ms and more, so that a reading is a few calls.
    return f"simulated:seed={seed},gflops={0.0005 / slower!r},{NOISE}"


def intervals(program, folder, seed, ratio, two_files):
    """[(low, high)] of one comparison, a pair of devices measured in one run or in two."""
    run = ("run", "many.toml", "--profile", "quick", "--passes", 10, "-q", "--seed", seed)
    plugins = ("-p", device(2 * seed, 1)), ("-p", device(2 * seed + 1, ratio))
    if two_files:
        for name, plugin in zip("ab", plugins):
            assay(program, folder, *run, *plugin, "-o", f"{name}{seed}.jsonl")
        files = (f"a{seed}.jsonl", f"b{seed}.jsonl")
    else:
        assay(program, folder, *run, *plugins[0], *plugins[1], "-o", f"both{seed}.jsonl")
        files = (f"both{seed}.jsonl",)
    found = json.loads(assay(program, folder, "compare", *files, "--session-sd", "0", "--json"))
    return [(case["difference"]["low95"], case["difference"]["high95"]) for case in found["cases"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=2000, help="at least so many pairs of cases")
    options = parser.parse_args()
    program = options.program.resolve()
    covered = pairs = 0
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "many.toml").write_text(SUITE)
        for seed in range(1, 1000):
            ratio, two_files = RATIOS[seed % len(RATIOS)], seed % 2 == 0
            found = intervals(program, folder, seed, ratio, two_files)
            inside = sum(low <= ratio <= high for low, high in found)
            print(f"seed {seed}, true ratio {ratio}, {'two files' if two_files else 'one file'}: "
                  f"{inside} of {len(found)} intervals hold it", flush=True)
            covered, pairs = covered + inside, pairs + len(found)
            if pairs >= options.pairs:
                break
    share, error = covered / pairs, (0.05 * 0.95 / pairs) ** 0.5
    # research/statistics 2.1: 94 to 96 % of a full run; a quick one has 4.6 standard errors.
    width = 0.01 if pairs >= 2000 else 4.6 * error
    good = abs(share - 0.95) <= width
    print(f"{covered} of {pairs} intervals hold the truth: {100 * share:.2f} %, "
          f"accepted {100 * (0.95 - width):.1f} … {min(100.0, 100 * (0.95 + width)):.1f} %: "
          f"{'ok' if good else 'FAIL'}")
    return 0 if good else 3


if __name__ == "__main__":
    sys.exit(main())
