#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every relative link in a Markdown page of the repository leads to a file that is there.

    links.py [ROOT]

Prints FILE:LINE for each that does not, and exits 1.
"""
import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def pages(root):
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"], text=True,
                            stdout=subprocess.PIPE, check=False).stdout.split()
    return [root / page for page in listed] or sorted(root.glob("**/*.md"))


def dead(page):
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        for target in LINK.findall(line):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page}:{number}: no such file: {target}"


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else __file__).resolve()
    root = root if arguments else root.parents[2]
    found = [fault for page in pages(root) for fault in dead(page)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
