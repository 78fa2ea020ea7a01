# SPDX-License-Identifier: Apache-2.0
"""Holds result files against results/result.schema.json, line by line.

Arguments: the program that writes a sample file, the results folder (its published *.jsonl are
validated too). Needs python3-jsonschema. A schema that accepted everything would be found out: each
defect below must be refused.
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema


def set_at(line, path, value):
    *parents, last = path
    for key in parents:
        line = line[key]
    if value is None:
        del line[last]
    else:
        line[last] = value


DEFECTS = [  # of the first case record; None removes the key
    (["type"], "cake"),
    (["previous"], "short"),
    (["key"], None),
    (["outcome", "state"], "great"),
    (["workload", "m"], 0),
    (["workload", "a"], "f31"),
    (["workload", "kind"], "dance"),
    (["protocol", "cache"], "lukewarm"),
    (["sample", "readings_ns"], []),
    (["sample", "readings_ns"], [1.0, -1.0]),
    (["sample", "clock"], "sun"),
    (["check", "passed"], "yes"),
    (["counters", "cpu_ns"], 1.5),
]


def main():
    writer, results = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads((results / "result.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    with tempfile.TemporaryDirectory() as folder:
        sample = pathlib.Path(folder) / "sample.jsonl"
        subprocess.run([writer, sample], check=True)
        files = [sample, *sorted(results.rglob("*.jsonl"))]
        texts = {file.name: file.read_text().splitlines() for file in files}
    faults = 0
    for name, lines in texts.items():
        for number, line in enumerate(lines, 1):
            for error in validator.iter_errors(json.loads(line)):
                faults += 1
                print(f"{name}:{number}: {error.json_path}: {error.message[:300]}")
        print(f"{name}: {len(lines)} lines")
    case = json.loads(texts["sample.jsonl"][1])
    for path, value in DEFECTS:
        broken = copy.deepcopy(case)
        set_at(broken, path, value)
        if validator.is_valid(broken):
            faults += 1
            print(f"not refused: {'.'.join(path)} = {value!r}")
    kinds = {json.loads(line)["type"] for line in texts["sample.jsonl"]}
    if kinds != {"run", "case", "end"}:
        faults += 1
        print(f"the sample has only records of {kinds}")
    sys.exit(1 if faults else 0)


main()
