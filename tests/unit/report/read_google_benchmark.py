# SPDX-License-Identifier: Apache-2.0
"""Google Benchmark's own compare.py reads what run_google_benchmark() writes.

Argument: the program that writes two files, the second 25 % slower. compare.py is that of Debian's
libbenchmark-tools; where it is missing this exits 77, which CTest reports as skipped.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

COMPARE = pathlib.Path("/usr/share/benchmark/compare.py")


def main():
    if not COMPARE.exists():
        print(f"skipped: no {COMPARE} (Debian package libbenchmark-tools)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        files = [str(pathlib.Path(folder) / name) for name in ("a.json", "b.json")]
        subprocess.run([sys.argv[1], *files], check=True)
        command = [sys.executable, str(COMPARE), "--no-color", "benchmarks", *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    if done.returncode != 0:
        sys.exit(f"compare.py ended with {done.returncode}")
    for name in ("gemm f32 512x512x512", "gemm f32 128x128x128"):
        # name, change of real time, change of CPU time, times
        found = re.search(re.escape(name) + r"\s+\+0\.25\d+\s+\+0\.25\d+", done.stdout)
        utest = re.search(re.escape(name) + r"_pvalue", done.stdout)
        if not found or not utest:
            sys.exit(f"compare.py does not say that {name} is 25 % slower")


main()
