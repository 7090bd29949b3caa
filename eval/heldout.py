"""Held-out files of eval/training as sets for `jiwen eval`: nothing of them was learned.

    python3 eval/heldout.py answers > answers.jsonl
    python3 eval/heldout.py phrases > phrases.jsonl
    python3 eval/heldout.py slots > slots.jsonl       what one writer's patients say to a slot, as answers to its questions

Standard library only. Which files are held out is said in training/prepare.py.
"""
import csv, json, pathlib, re, sys

TRAINING = pathlib.Path(__file__).resolve().parent / "training"


def rows(folder, name):
    with open(TRAINING / folder / f"{name}.tsv", encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)


def held(constant):
    return re.search(rf'{constant} = "(\w+)"', (TRAINING / "prepare.py").read_text(encoding="utf-8")).group(1)


def answers(name):
    """`none` is an option of some questions and means "answers nothing" for the others."""
    options = {q["id"]: {o["id"] for o in q.get("option", [])} for q in bank().values()}
    for i, r in enumerate(rows("answers", name), 1):
        option = r["option"] if r["option"] in options.get(r["question"], ()) else None
        if option or r["option"] in ("none", "OFFTOPIC"):
            yield {"id": f"{name}-{i}", "question": r["question"], "text": r["text"], "option": option}


def bank():
    """Questions of the bank: their slot, and their options."""
    import tomllib
    folder = TRAINING.parent.parent / "knowledge-graph/questions"
    return {q["id"]: q for part in ("safety", "history", "screens")
            for q in tomllib.loads((folder / f"{part}.toml").read_text(encoding="utf-8"))["question"]}


def slots(prefix):
    """One row for each question of the slot: with the first option that the words mean, or none."""
    questions = bank()
    lines = (TRAINING.parent / "tune/vignettes.jsonl").read_text(encoding="utf-8").splitlines()
    patients = {v["id"]: v for v in map(json.loads, lines)}
    with open(TRAINING / "slots.tsv", encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            if not r["id"].startswith(prefix):
                continue
            meant = dict(label.split("=") for label in r["answers"].split())
            for q in questions.values():
                if q["slot"] == r["slot"] and q.get("option"):
                    option = meant[q["id"]].split(",")[0] if q["id"] in meant else None
                    yield {"id": f"{r['id']}-{q['id']}", "question": q["id"], "text": patients[r["id"]]["facts"][r["slot"]]["text"], "option": option}


def phrases(name):
    for i, r in enumerate(rows("phrases", name), 1):
        ids = lambda cell: [x for x in (cell or "").split(",") if x]
        yield {"id": f"{name}-{i}", "region": r["region"], "text": r["text"], "terms": ids(r["present"]), "negated": ids(r["absent"])}


if __name__ == "__main__":
    kind = sys.argv[1]
    for row in {"answers": lambda: answers(held("WRITER_FILE")), "phrases": lambda: phrases(held("REGION_FILE")),
                "slots": lambda: slots(held("WRITER_PATIENTS"))}[kind]():
        print(json.dumps(row, ensure_ascii=False))
