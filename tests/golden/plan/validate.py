#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the golden plans and the example boards against the schemas of the plugin contract.

Usage: validate.py SOURCE_DIR. Exits with 77, "skipped", where python3-jsonschema is not installed.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def main(source):
    failed = checked = 0
    for schema_name, folder in (("plan", "tests/golden/plan"), ("board", "packaging/boards")):
        schema = load(source / "plugin-api/schema" / f"{schema_name}.json")
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for path in sorted((source / folder).glob("*.json")):
            checked += 1
            for error in validator.iter_errors(load(path)):
                failed += 1
                print(f"{path}: {error.json_path}: {error.message}")
        if validator.is_valid({}):
            failed += 1
            print(f"{schema_name}.json accepts an empty object")
    jsonschema.Draft202012Validator.check_schema(load(source / "plugin-api/schema/stats.json"))
    if checked < 6:
        failed += 1
        print(f"only {checked} documents found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
