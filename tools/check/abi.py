#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the plugin ABI as it is compiled against plugins/sdk/abi.txt (rule R1 of assay/abi.h).

    abi.py [--compiler CC] [--headers FOLDER] [--kept FILE]     exit 1 and a line for each breach
    abi.py --write                                              what grew is added to the file

A line of the file is a constant and its value, a struct and its size, or a field with its offset and size.
Nothing may change or go. A struct may grow at its end, unless its comment says FROZEN, and there may be new
structs and constants: --write adds them, and refuses what is a breach.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRUCT = re.compile(r"(/\*(?:(?!\*/).)*\*/\s*)?typedef struct (\w+) \{(.*?)\n\} \2;", re.DOTALL)
CONSTANT = re.compile(r"^#define (ASSAY_\w+) +\(?(-?\w+|\"[^\"]*\")\)?(?: *(?:/\*.*)?\\?)?$", re.MULTILINE)
NOT_PROMISED = {"ASSAY_ABI_MINOR", "ASSAY_EXPORT", "ASSAY_CALL", "ASSAY_C_BEGIN", "ASSAY_C_END"}


def fields(body):
    """The names in a struct's body, in order; a function pointer's name stands after ASSAY_CALL*."""
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
    found = []
    for declaration in body.split(";"):
        if pointer := re.search(r"\(ASSAY_CALL\* ?(\w+)\)", declaration):
            found.append(pointer[1])
        elif declaration.strip():
            for part in declaration.split(","):
                found.append(re.search(r"(\w+)\s*(?:\[[^]]+\]\s*)*$", part.strip())[1])
    return found


def declared(headers):
    """(structs: name -> (fields, frozen), constants in order) of all headers."""
    structs, constants = {}, []
    for header in sorted(headers.rglob("*.h")):
        text = header.read_text()
        for comment, name, body in STRUCT.findall(text):
            structs[name] = (fields(body), "FROZEN" in comment)
        joined = text.replace("\\\n", " ")
        constants += [name for name, _ in CONSTANT.findall(joined) if name not in NOT_PROMISED]
        missed = set(re.findall(r"typedef struct (\w+) \{", text)) - set(structs)
        if missed:
            sys.exit(f"{header}: cannot read {', '.join(sorted(missed))}")
    return structs, constants


def program(headers, structs, constants):
    """C that prints the lines."""
    text = ["#include <stddef.h>", "#include <stdio.h>"]
    text += [f'#include "{each.relative_to(headers)}"' for each in sorted(headers.rglob("*.h"))]
    text += ['#define NUMBER(x) printf("%s %lld\\n", #x, (long long)(x));',
             '#define FIELD(s, f) printf("%s.%s %zu %zu\\n", #s, #f, offsetof(s, f), sizeof(((s*)0)->f));',
             "int main(void) {"]
    for name in constants:
        if name == "ASSAY_ENTRY_SYMBOL":
            text.append('printf("ASSAY_ENTRY_SYMBOL %s\\n", ASSAY_ENTRY_SYMBOL);')
        elif not name.startswith("ASSAY_EXT_") and not name.endswith("_ID"):
            text.append(f"NUMBER({name})")
        else:
            text.append(f'printf("{name} %s\\n", {name});')
    for name, (names, frozen) in structs.items():
        text.append(f'printf("{name}{" FROZEN" if frozen else ""} %zu\\n", sizeof({name}));')
        text += [f"FIELD({name}, {field})" for field in names]
    return "\n".join(text + ["return 0;", "}", ""])


def compiled(compiler, headers):
    """The lines as the compiler sees them: first words -> last numbers."""
    structs, constants = declared(headers)
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "layout.c"
        source.write_text(program(headers, structs, constants))
        subprocess.run([compiler, "-std=c99", "-DASSAY_TARGET_MINOR=0", f"-I{headers}", source, "-o",
                        source.with_suffix("")], check=True)
        printed = subprocess.run([source.with_suffix("")], check=True, text=True, stdout=subprocess.PIPE)
    return printed.stdout.splitlines()


def parsed(lines):
    """name -> (the rest of its line); of a struct the size alone."""
    return {words[0]: words[1:] for words in (line.split(" ", 1) for line in lines if line)}


def breaches(kept, now):
    """What the ABI promised and no longer holds, a line each."""
    found = []
    for name, old in kept.items():
        new = now.get(name)
        if new is None:
            found.append(f"{name} is gone")
        elif new != old and not grew(name, old[0], new[0]):
            found.append(f"{name} was {old[0]}, is {new[0]}")
    for name in now.keys() - kept.keys():
        struct = name.split(".")[0]
        if "." in name and struct in kept:
            if int(now[name][0].split()[0]) < int(kept[struct][0].split()[-1]):
                found.append(f"{name} is new, and not at the end of what was there")
    return sorted(found)


def grew(name, old, new):
    """Only a struct that is not frozen may have another size, a larger one."""
    is_struct = "." not in name and name.startswith("assay_")
    return is_struct and "FROZEN" not in old + new and int(new) > int(old)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("--headers", type=pathlib.Path, default=ROOT / "plugins/sdk/include")
    parser.add_argument("--kept", type=pathlib.Path, default=ROOT / "plugins/sdk/abi.txt")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    lines = compiled(given.compiler, given.headers)
    kept = parsed(given.kept.read_text().splitlines()) if given.kept.exists() else {}
    found = breaches(kept, parsed(lines))
    for breach in found:
        print(f"{given.kept}: {breach}")
    if given.write and not found:
        given.kept.write_text("\n".join(lines) + "\n")
    elif not found and parsed(lines).keys() != kept.keys():
        found = sorted(parsed(lines).keys() - kept.keys())
        print(f"{given.kept}: not yet in it: {', '.join(found)}; tools/check/abi.py --write")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
