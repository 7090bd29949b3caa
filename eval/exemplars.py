#!/usr/bin/env python3
"""Term F1 over folders of hand-written phrases (TSV: text, present, absent, other, side, duration_days, region, style).

    python3 eval/exemplars.py target/release/jiwen FOLDER

`traps.tsv` was read while the word lists were written and is left out."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

LEFT_OUT = {"answers", "traps"}
NOTE = ("Only symptoms (SYM.*) are scored. The files were not read while the lists were written, except `traps`, which "
        "is therefore left out. The specification's word list alone, by longest match, reaches 0.31 on phrases of others.")


def symptoms(cell):
    return sorted({c for c in (cell or "").replace(",", " ").replace(";", " ").replace("|", " ").split()
                   if c.startswith("SYM.")})


def main(jiwen, folder):
    files = []
    for path in sorted(pathlib.Path(folder).glob("*.tsv")):
        if path.stem in LEFT_OUT:
            continue
        rows = list(csv.DictReader(path.open(), delimiter="\t", quoting=csv.QUOTE_NONE))
        lines = [json.dumps({"id": str(i), "region": row.get("region") or "", "text": row["text"],
                             "terms": symptoms(row["present"]), "negated": symptoms(row["absent"]), "side": None},
                            ensure_ascii=False) for i, row in enumerate(rows) if row.get("text")]
        with tempfile.TemporaryDirectory() as scratch:
            phrases, report = pathlib.Path(scratch, "phrases.jsonl"), pathlib.Path(scratch, "report.json")
            phrases.write_text("\n".join(lines) + "\n")
            subprocess.run([jiwen, "--knowledge", ".", "eval", "phrases", phrases, "--report", report], check=True,
                           stdout=subprocess.DEVNULL)
            summary = json.loads(report.read_text())["summary"]
        files.append({"file": path.stem, "cases": summary["cases"], "f1": summary["f1"],
                      "precision": summary["precision"], "recall": summary["recall"]})
        print(f"{path.stem:<16} {summary['cases']:>6} phrases  F1 {summary['f1']:.3f}")
    out = pathlib.Path("eval/reports/exemplars.json")
    out.write_text(json.dumps({"files": files, "note": NOTE}, indent=2, ensure_ascii=False) + "\n")


main(sys.argv[1], sys.argv[2])
