#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the ```console blocks of a page and compares what they print with what the page says.

    run_examples.py PROGRAM PAGE

All blocks of a page share one empty folder, with PROGRAM's folder first in PATH, and `suites/` and
`results/` of the repository in it. Commands begin with `$ `, their further lines with `> `; what follows, up to the next command, is
their output (stdout and stderr together). The comparison is loose, for times differ from run to run: numbers equal
any number, runs of blanks and of dashes equal each other, `...` stands for any text, and a line that
is only `...` for any number of lines. A block after `<!-- not run: REASON -->` is left alone.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = "```"
NOT_RUN = re.compile(r"<!-- not run: .+ -->")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:e[+-]?\d+)?")


def examples(text):
    """(line number, command, expected lines) of every command that is to be run."""
    lines = text.splitlines()
    found, last_text, i = [], "", 0
    while i < len(lines):
        if lines[i].startswith(FENCE):
            end = next((j for j in range(i + 1, len(lines)) if lines[j].startswith(FENCE)), len(lines))
            if lines[i] == FENCE + "console" and not NOT_RUN.fullmatch(last_text.strip()):
                found += commands(lines[i + 1:end], i + 2)
            last_text, i = "", end
        elif lines[i].strip():
            last_text = lines[i]
        i += 1
    return found


def commands(block, first_line):
    found = []
    for number, line in enumerate(block, first_line):
        if line.startswith("$ "):
            found.append((number, line[2:], []))
        elif found and line.startswith("> ") and not found[-1][2]:
            number, command, output = found[-1]
            found[-1] = (number, command + "\n" + line[2:], output)
        elif found:
            found[-1][2].append(line)
    return found


def pattern(lines):
    """A regular expression for the expected lines."""
    parts = []
    for line in lines:
        line = line.rstrip()
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
            continue
        pieces = []
        for piece in re.split(r"(\.\.\.)", line):
            pieces.append(".*" if piece == "..." else loose(piece))
        parts.append("".join(pieces) + r"[ \t]*\n")
    return re.compile("".join(parts) + r"(?:[ \t]*\n)*")


def loose(text):
    out = []
    for token in re.split(r"(\d+(?:[.,]\d+)*(?:e[+-]?\d+)?|\s+|[-─]{3,})", text):
        if NUMBER.fullmatch(token):
            out.append(NUMBER.pattern)
        elif token.isspace():
            out.append(r"\s*")
        elif re.fullmatch(r"[-─]{3,}", token):
            out.append(r"[-─]+")
        else:
            out.append(re.escape(token))
    return "".join(out)


def run(command, folder, environment):
    ended = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=500, check=False)
    return ended.stdout if not ended.stdout or ended.stdout.endswith("\n") else ended.stdout + "\n"


def faults(page, program):
    root = pathlib.Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        for shared in ("suites", "results"):
            os.symlink(root / shared, pathlib.Path(folder) / shared)
        environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}",
                       "HOME": folder, "TERM": "dumb"}
        for number, command, expected in examples(page.read_text(encoding="utf-8")):
            printed = run(command, folder, environment)
            print(f"{page.name}:{number}: $ {command}")
            if expected and not pattern(expected).fullmatch(printed):
                yield f"{page}:{number}: `{command}` printed:\n{printed}instead of:\n" + "\n".join(expected)
            elif "command not found" in printed:
                yield f"{page}:{number}: `{command}`: {printed}"


def main(arguments):
    program, page = (pathlib.Path(argument).resolve() for argument in arguments)
    found = list(faults(page, program))
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
