"""Peer (c): nlp.js trained on the training phrases. Writes what nlpjs.mjs needs, runs it, scores it.

    python3 eval/peers/nlpjs.py --node-modules FOLDER/node_modules [--iterations 40]

Standard library only; Node 20 and the packages named in nlpjs.mjs. It learns from all of eval/training/phrases but the held-out writer, the
whole expressions of the lexicon and the names of the concepts, as the encoder did; what decides (the least score that counts) is
chosen on the tune half. Each text is cut at its punctuation and each clause labelled by itself.
"""
import argparse, collections, csv, json, os, pathlib, subprocess, tempfile

import score

HELD_OUT = "q3"


def training(kinds, least):
    rows = []
    for path in sorted((score.EVAL / "training/phrases").glob("*.tsv")):
        if path.stem == HELD_OUT:
            continue
        with open(path, encoding="utf-8", newline="") as f:
            for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
                labels = ["+" + c for c in score.concepts(r["present"])] + ["-" + c for c in score.concepts(r["absent"])]
                rows.append({"text": r["text"], "labels": labels})
    for name in ("lexicon", "folk"):
        rows += [{"text": r["expression"], "labels": ["+" + c for c in score.concepts(r["concept"])]} for r in score.table(f"lexicon/{name}.csv")]
    rows += [{"text": r["name"], "labels": ["+" + r["id"]]} for kind in score.TERMS for r in score.table(f"terms/{kind}.csv")]
    # What is never scored only costs time.
    said = collections.Counter(label for row in rows for label in row["labels"])
    counts = lambda label: said[label] >= least and label[1:].split(".")[0] in kinds
    rows = [{**row, "labels": [label for label in row["labels"] if counts(label)]} for row in rows]
    return [row for row in rows if row["labels"]]


def clauses(rows):
    return [clause for row in rows for clause in score.PAUSE.split(row["text"]) if clause]


def found(rows, said, least):
    """Phrase id → (present, denied) from the scores of its clauses."""
    by_id = {}
    for row in rows:
        labels = {}
        for clause in filter(None, score.PAUSE.split(row["text"])):
            for label, value in said[clause].items():
                labels[label] = max(value, labels.get(label, 0))
        counts = {label for label, value in labels.items() if value >= least}
        present = {c[1:] for c in counts if c[0] == "+" and labels[c] >= labels.get("-" + c[1:], 0)}
        by_id[row["id"]] = present, {c[1:] for c in counts if c[0] == "-"} - present
    return by_id


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--node-modules", required=True)
    ap.add_argument("--iterations", default="40")
    ap.add_argument("--kinds", default="SYM,HX,MED,QUAL,TRIG,REL", help="kinds of concepts that are learned")
    ap.add_argument("--least", type=int, default=3, help="texts that a label needs")
    ap.add_argument("--features", default="stems,segments")
    a = ap.parse_args()
    modules = pathlib.Path(a.node_modules).resolve()
    version = lambda name: json.loads((modules / name / "package.json").read_text())["version"]
    tune, test, rows = score.phrases("tune"), score.phrases("test"), training(a.kinds.split(","), a.least)
    texts, names, figures = sorted(set(clauses(tune) + clauses(test))), score.Names(), {}
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: str(pathlib.Path(folder, name))
        pathlib.Path(at("train.json")).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        pathlib.Path(at("clauses.json")).write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        for kind in a.features.split(","):
            command = ["node", str(pathlib.Path(__file__).with_name("nlpjs.mjs")), at("train.json"), at("clauses.json"), at("out.json"), kind, a.iterations]
            subprocess.run(command, check=True, env={**os.environ, "NODE_PATH": str(modules)})
            out = json.loads(pathlib.Path(at("out.json")).read_text(encoding="utf-8"))
            said = dict(zip(texts, out["predictions"]))
            least = score.best(lambda t: found(tune, said, t), tune, [x / 40 for x in range(2, 40)])
            figures[kind] = {**score.score(found(test, said, least), test, names), "threshold": least, "training_texts": len(rows),
                             "iterations": out["status"]["iterations"], "error": out["status"]["error"], "labels": len({label for row in rows for label in row["labels"]}), "seconds_to_train": round(out["seconds"])}
            print(kind, round(figures[kind]["f1"], 3), "threshold", least, flush=True)
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    versions = {"node": node, **{name: version(name) for name in ("node-nlp", "@nlpjs/neural", "@nlpjs/lang-zh")}}
    score.keep("nlpjs", {"by_features": figures, "versions": versions}, f"python3 eval/peers/nlpjs.py --node-modules FOLDER --iterations {a.iterations} --kinds {a.kinds} --least {a.least} --features {a.features}")


if __name__ == "__main__":
    main()
