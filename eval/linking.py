#!/usr/bin/env python3
"""How often `jiwen kg find` names the concept that a phrase means: at the first place, among five, among ten.

    python3 eval/linking.py target/release/jiwen [eval/tune/phrases.jsonl]

Phrases that mean one thing only. Writes eval/reports/linking.json."""
import csv
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main(jiwen, path="eval/tune/phrases.jsonl"):
    concepts = {}
    for file in sorted((ROOT / "knowledge-graph/terms").glob("*.csv")):
        for row in csv.DictReader(file.open()):
            if row.get("name"):
                concepts.setdefault(row["name"], row["id"])
    rows = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines() if line.strip()]
    rows = [row for row in rows if len(row["terms"]) == 1 and not row.get("negated") and row["terms"][0] in concepts]
    command = [jiwen, "--knowledge", str(ROOT), "--json", "kg", "find", "--most", "10", *[row["text"] for row in rows]]
    said = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    places = []
    for row, line in zip(rows, said.splitlines()):
        found = [one["id"] for one in json.loads(line)["found"]]
        meant = concepts[row["terms"][0]]
        places.append(found.index(meant) if meant in found else 10)
    summary = {"set": path, "phrases": len(rows), **{f"among_{most}": round(sum(at < most for at in places) / len(rows), 4)
                                                     for most in [1, 5, 10]}}
    print(summary)
    (ROOT / "eval/reports/linking.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
