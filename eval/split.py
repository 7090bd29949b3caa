#!/usr/bin/env python3
"""Splits a reviewed JSONL set into its tune and test halves by a hash of the id, so that a case never changes sides.

usage: split.py SET.jsonl NAME   writes eval/tune/NAME.jsonl and eval/test/NAME.jsonl
"""
import hashlib
import json
import pathlib
import sys

source, name = pathlib.Path(sys.argv[1]), sys.argv[2]
here = pathlib.Path(__file__).parent
halves = {"tune": [], "test": []}
for line in source.read_text(encoding="utf-8").splitlines():
    if line.strip():
        case = json.loads(line)
        odd = hashlib.sha256(case["id"].encode()).digest()[0] & 1
        halves["test" if odd else "tune"].append(json.dumps(case, ensure_ascii=False))
for half, lines in halves.items():
    (here / half).mkdir(exist_ok=True)
    (here / half / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(half, len(lines))
