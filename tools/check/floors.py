#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a file reaches where it may not: floors, doors, what plugins see, first lines.

- Floors (core/FLOORS): a file includes its own folder and lower floors only.
- Doors: a foreign library is included in its one place only.
- Plugins see plugins/sdk and their own folder only; `reference` and `simulated` also core/base,
  `simulated` also plugins/reference.
- One noun, one file: no two headers of the core define types of one name.
- Every source file begins with its SPDX line and a comment that says what it is; a .cpp may leave
  that to the header of its name.
"""
import pathlib
import re
import sys

C_COMMENT = ("//", "/*", "*")
COMMENT = {".c": C_COMMENT, ".h": C_COMMENT, ".cpp": C_COMMENT, ".hpp": C_COMMENT,
           ".cu": C_COMMENT, ".in": C_COMMENT, ".py": ("#", '"""')}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

# Pattern of the included name -> folders and files it may be included from.
DOORS = [
    (r"boost/", ["core/host/"]),
    (r"toml\+\+/|toml\.hpp", ["core/suite/", "core/graph/"]),
    (r"onnx", ["core/graph/"]),
    (r"nlohmann/", ["core/base/json.hpp", "core/base/json.cpp"]),
    (r"benchmark/", ["core/measure/", "tests/contest/"]),
    (r"openssl/", ["core/verify/ed25519.cpp"]),
    (r"CLI/", ["tools/assay/command_line.cpp"]),
    (r"catch2/", ["tests/"]),
    (r"oneapi/|dnnl", ["plugins/onednn/", "tests/overhead/"]),
    (r"(openblas|cblas|lapacke)\w*\.h|openblas/", ["plugins/openblas/"]),
    (r"cuda|cublas|cudnn|nvml", ["plugins/cuda/"]),
    (r"CL/|clblast", ["plugins/opencl/"]),
]
# What a plugin may include beyond the SDK and its own folder.
PLUGIN_SEES = {
    "reference": ["core/base/"],
    "simulated": ["core/base/", "plugins/reference/"],
}


def read_floors(root):
    """{folder: height}, lowest first; 'plugins/sdk' and 'tools/assay' are folders, 'base' is core/base."""
    lines = (root / "core/FLOORS").read_text().splitlines()
    rows = [row for row in (line.split("#")[0].split() for line in lines) if row]
    return {name: height for height, row in enumerate(rows) for name in row}


def floor_of(path):
    """The floor that a repository path belongs to, or None."""
    parts = path.split("/")
    if path.startswith("assay/"):
        return "plugins/sdk"
    if parts[0] == "core" and len(parts) > 2:
        return parts[1]
    if parts[:2] in (["plugins", "sdk"], ["tools", "assay"]):
        return "/".join(parts[:2])
    return None


def floor_fault(path, included, heights):
    home, target = floor_of(path), floor_of(included)
    if home is None or target is None or home == target:
        return None
    for name in (home, target):
        if name not in heights:
            return f"{name} is not in core/FLOORS"
    if heights[target] < heights[home]:
        return None
    return f"{home} may not include {target}"


def door_fault(path, included):
    for pattern, homes in DOORS:
        # Our own headers and those of the same folder ("cuda_device.hpp") are no foreign library.
        if re.match(pattern, included) and not included.startswith(("core/", "plugins/", "tests/")):
            if not path.startswith(tuple(homes)):
                return f"<{included}> belongs to {' or '.join(homes)} only"
    return None


def plugin_fault(path, included):
    parts = path.split("/")
    if parts[0] != "plugins" or len(parts) < 3 or parts[1] == "sdk":
        return None
    ours = included.startswith(("core/", "plugins/", "tools/", "tests/"))
    allowed = [f"plugins/{parts[1]}/", *PLUGIN_SEES.get(parts[1], [])]
    if ours and not included.startswith(tuple(allowed)):
        return f"a plugin may not include {included}: it sees plugins/sdk and {', '.join(allowed)}"
    if included.startswith("..") or "/../" in included:
        return f"{included} leaves the folder"
    return None


def first_lines_fault(text, file):
    lines = text.splitlines()
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    if not lines or "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
        return "does not begin with the SPDX line"
    if any(file.with_suffix(suffix) != file and file.with_suffix(suffix).exists()
           for suffix in (".hpp", ".h")):
        return None
    if len(lines) < 2 or not lines[1].lstrip().startswith(COMMENT[file.suffix]):
        return "does not say in its second line what it is"
    return None


def faults(path, root, heights):
    text = (root / path).read_text(encoding="utf-8")
    if fault := first_lines_fault(text, root / path):
        yield f"{path}:1: {fault}"
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            for fault in (floor_fault(path, match[1], heights), door_fault(path, match[1]),
                          plugin_fault(path, match[1])):
                if fault:
                    yield f"{path}:{number}: {fault}"


TYPE = re.compile(r"(?:class|struct|enum class|enum) (\w+)(?: final)?(?: :[^:].*)? \{")


def noun_faults(root, paths):
    """Types of one name in two headers of the core: to a linker they are one (one noun, one file)."""
    home = {}
    for path in paths:
        if not path.startswith(("core/", "tools/")) or not path.endswith(".hpp"):
            continue
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
            if match := TYPE.match(line):
                if match[1] in home:
                    yield f"{path}:{number}: {match[1]} is the name of a type in {home[match[1]]} too"
                home.setdefault(match[1], path)


def sources(root):
    for folder in ("core", "plugins", "tools"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in COMMENT and path.is_file():
                if path.suffix != ".in" or path.name.endswith((".hpp.in", ".cpp.in")):
                    yield path.relative_to(root).as_posix()


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else __file__).resolve()
    root = root if arguments else root.parents[2]
    heights = read_floors(root)
    checked = list(sources(root))
    found = [fault for path in checked for fault in faults(path, root, heights)]
    found += noun_faults(root, checked)
    for fault in found:
        print(fault)
    print(f"{len(checked)} files, {len(found)} faults")
    return 1 if found or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
