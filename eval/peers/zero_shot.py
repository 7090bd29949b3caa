"""Peer (b): the base encoder as it comes, without our training and heads: a clause is what its nearest expression means.

    python3 eval/peers/zero_shot.py --base FOLDER

FOLDER holds multilingual-e5-small for Chinese (config.json, tokenizer.json, model.safetensors; how it was made: eval/training/base). Needs what
bert.py needs. Each text is cut at its punctuation; a clause takes the concepts of the nearest concept name (`names`), or of the nearest name or
whole expression of the lexicon (`expressions`), by cosine, from a threshold on that is chosen on the tune half. It knows no denial: all it finds is
present. `query: ` stands before each text, as the base was trained. Measured only; the product ships no such weights.
"""
import argparse, pathlib

import numpy as np

import bert, score


def vectors(one, text, texts):
    rows = np.stack([bert.mean(one, text.ids("query: " + t)) for t in texts])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def vocabulary():
    names = {r["name"]: [r["id"]] for kind in score.TERMS for r in score.table(f"terms/{kind}.csv")}
    names = {n: ids for n, ids in names.items() if ids[0].split(".")[0] in ("SYM", "HX")}
    lists = {r["expression"]: score.concepts(r["concept"]) for name in ("folk", "lexicon") for r in score.table(f"lexicon/{name}.csv")}
    told = {e: ids for e, ids in lists.items() if any(i.split(".")[0] in ("SYM", "HX") for i in ids)}
    return {"names": names, "expressions": told | names}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--base", required=True)
    folder = pathlib.Path(ap.parse_args().base)
    one, text = bert.session(bert.graph(folder)), bert.Text(folder)
    halves, figures = {half: score.phrases(half) for half in ("tune", "test")}, {}
    clauses = sorted({c for rows in halves.values() for r in rows for c in score.PAUSE.split(r["text"]) if c})
    said = vectors(one, text, clauses)
    for kind, table in vocabulary().items():
        known = list(table)
        cosines = said @ vectors(one, text, known).T
        nearest = {c: (known[i], float(row[i])) for c, row in zip(clauses, cosines) for i in [int(row.argmax())]}

        def found(rows, least):
            take = lambda c: table[nearest[c][0]] if nearest[c][1] >= least else []
            return {r["id"]: ({i for c in score.PAUSE.split(r["text"]) if c for i in take(c)}, set()) for r in rows}

        least = score.best(lambda t: found(halves["tune"], t), halves["tune"], [x / 200 for x in range(140, 200)])
        figures[kind] = {**score.score(found(halves["test"], least), halves["test"]), "threshold": least, "expressions": len(known)}
        print(kind, round(figures[kind]["f1"], 3), "threshold", least, flush=True)
    import importlib.metadata as versions
    names = ("onnxruntime", "onnx", "tokenizers", "numpy")
    score.keep("zero_shot", {"by_vocabulary": figures, "base": folder.name, "versions": {n: versions.version(n) for n in names}},
               f"python3 eval/peers/zero_shot.py --base {folder.name}")


if __name__ == "__main__":
    main()
