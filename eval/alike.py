#!/usr/bin/env python3
"""What accepted phrases do to the understanding of others, with and without their being examples.

    python3 eval/alike.py target/release/jiwen [eval/tune/phrases.jsonl]

Half of the phrases are accepted (the longest clause of each that means one thing), the other half is put to the program; then the
other way round. Writes eval/reports/alike.json: term F1 by the words alone and at each cosine, and how many of the concepts that
rest on an example are right. Under `vectors`, what `jiwen eval alike` says of the cosines by themselves: for this set, whose texts the
encoder has learnt, and for the phrases of one writer that it never saw (eval/training/phrases/q3.tsv)."""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

COSINES = [2.0, 0.98, 0.96, 0.94, 0.92, 0.9, 0.88, 0.85, 0.8]
COLUMNS = ["expression", "concept", "region", "certainty", "whole_word", "author", "accepted", "taken_back", "taken_back_by"]
ROOT = pathlib.Path(__file__).resolve().parent.parent


def names():
    """Concepts by name, and the expressions that the lists have already."""
    concepts, known = {}, set()
    for path in sorted((ROOT / "knowledge-graph/terms").glob("*.csv")):
        for row in csv.DictReader(path.open()):
            if row.get("id", "").split(".")[0] in {"SYM", "HX"} and row.get("name"):
                concepts.setdefault(row["name"], row["id"])
    for name in ["lexicon", "folk"]:
        known |= {row["expression"] for row in csv.DictReader((ROOT / f"knowledge-graph/lexicon/{name}.csv").open())}
    return concepts, known


def accepted(rows, concepts, known):
    words = {}
    for row in rows:
        if len(row["terms"]) != 1 or row.get("negated") or row["terms"][0] not in concepts:
            continue
        clauses = [c for c in re.split(r"[^\w]+", row["text"]) if 4 <= len(c) <= 20 and c not in known]
        if clauses:
            words.setdefault(max(clauses, key=len), concepts[row["terms"][0]])
    return words


def run(jiwen, words, rows, cosine, scratch):
    data = pathlib.Path(scratch, "data")
    data.mkdir(exist_ok=True)
    with (data / "own_words.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for phrase, concept in sorted(words.items()):
            writer.writerow([phrase, concept, "general", "high", "0", "eval", "2026-11-27", "", ""])
    environment = {**os.environ, "JIWEN__STORE__DATA": str(data), "JIWEN__MODELS__ALIKE": str(cosine)}
    phrases, report = pathlib.Path(scratch, "phrases.jsonl"), pathlib.Path(scratch, "report.json")
    phrases.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n")
    command = [jiwen, "--knowledge", str(ROOT)]
    subprocess.run(command + ["eval", "phrases", str(phrases), "--report", str(report)], env=environment, check=True,
                   cwd=ROOT, stdout=subprocess.DEVNULL)
    said = subprocess.run(command + ["understand", str(phrases)], env=environment, check=True, cwd=ROOT,
                          capture_output=True, text=True).stdout
    return json.loads(report.read_text())["summary"], [json.loads(line) for line in said.splitlines()]


def never_seen(folder):
    """The phrases of `q3` in the form of a set."""
    rows = csv.DictReader((ROOT / "eval/training/phrases/q3.tsv").open(), delimiter="\t", quoting=csv.QUOTE_NONE)
    symptoms = lambda cell: sorted(set(re.findall(r"SYM\.\w+", cell or "")))
    lines = [json.dumps({"id": str(at), "text": row["text"], "terms": symptoms(row["present"]),
                         "negated": symptoms(row["absent"])}, ensure_ascii=False) for at, row in enumerate(rows)]
    path = pathlib.Path(folder, "q3.jsonl")
    path.write_text("\n".join(lines) + "\n")
    return path


def vectors(jiwen, path, scratch):
    report = pathlib.Path(scratch, "vectors.json")
    subprocess.run([jiwen, "--knowledge", str(ROOT), "eval", "alike", str(path), "--report", str(report)], check=True, cwd=ROOT,
                   stdout=subprocess.DEVNULL)
    rates = lambda rate: {key: round(rate[key], 4) for key in ["rate", "low", "high"]} | {"hits": rate["hits"], "of": rate["of"]}
    return [{"cosine": round(row["least"], 2), "precision": rates(row["precision"]), "recall": rates(row["recall"])}
            for row in json.loads(report.read_text())["summary"]]


def main(jiwen, path="eval/tune/phrases.jsonl"):
    rows = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines() if line.strip()]
    concepts, known = names()
    table = []
    for cosine in COSINES:
        scores, right, wrong, accepted_count = [], 0, [], 0
        for half in [0, 1]:
            words = accepted(rows[half::2], concepts, known)
            accepted_count += len(words)
            asked = rows[1 - half::2]
            with tempfile.TemporaryDirectory() as scratch:
                summary, said = run(jiwen, words, asked, cosine, scratch)
            scores.append(summary)
            for row, answer in zip(asked, said):
                meant = {concepts.get(term) for term in row["terms"]}
                for finding in answer["findings"]:
                    if finding["source"] == "alike":
                        good = finding["concept"] in meant
                        right += good
                        wrong += [] if good else [{"id": row["id"], "concept": finding["concept"],
                                                   "assertion": finding["assertion"]}]
        value = lambda one: one["rate"] if isinstance(one, dict) else one
        mean = {key: round(sum(value(one[key]) for one in scores) / 2, 4) for key in ["f1", "precision", "recall"]}
        table.append({"cosine": None if cosine > 1 else cosine, "accepted": accepted_count, **mean,
                      "from_examples": {"right": right, "wrong": len(wrong)}, "wrong": wrong})
        print(cosine, mean, f"from examples {right} right, {len(wrong)} wrong", flush=True)
    note = "cosine null: accepted phrases count as words only. Means of the two halves."
    out = ROOT / "eval/reports/alike.json"
    with tempfile.TemporaryDirectory() as scratch:
        alone = {"tune": vectors(jiwen, ROOT / path, scratch), "never_seen": vectors(jiwen, never_seen(scratch), scratch)}
    out.write_text(json.dumps({"set": path, "note": note, "rows": table, "vectors": alone}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
