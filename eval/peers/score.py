"""The scorer of `jiwen eval phrases` for anybody's findings, and what the peers share. Standard library only.

A peer hands over, for each phrase id, the concepts it finds present and those it finds denied. `check` scores what `jiwen understand` prints and
compares with what `jiwen eval phrases` says of the same phrases: they must agree to the last hit, or nothing is reported.
"""
import csv, json, math, pathlib, re, subprocess, sys, tempfile

EVAL = pathlib.Path(__file__).resolve().parent.parent
ROOT = EVAL.parent
GRAPH = ROOT / "knowledge-graph"
REPORT = EVAL / "reports/peers.json"
TERMS = "findings sites laterality qualities factors times history drugs modifiers".split()
sys.path.insert(0, str(EVAL))
import machine  # noqa: E402

PAUSE = re.compile(r"[,!?;:\s\u3001\u3002\u2026\uff01\uff0c\uff1a\uff1b\uff1f]+")


def table(path):
    with open(GRAPH / path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def phrases(half):
    return [json.loads(line) for line in (EVAL / half / "phrases.jsonl").read_text(encoding="utf-8").splitlines()]


def normal(name):
    return re.sub(r"\s", "", name).replace("痛", "疼")


class Names:
    """Concepts by id, name, pieces of a name, and lexicon expressions with one symptom (src/eval/names.rs)."""

    def __init__(self):
        terms = sorted((row["id"], row["name"]) for kind in TERMS for row in table(f"terms/{kind}.csv"))
        self.by_name = {}
        for id, name in terms:
            self.by_name[id] = id
            self.by_name[normal(name)] = id
        for id, name in terms:
            for part in re.split(r"[()/\uff08\uff09]", name):
                if len(part) > 1:
                    self.by_name.setdefault(normal(part), id)
        for row in table("lexicon/lexicon.csv"):
            symptoms = [c for c in concepts(row["concept"]) if c.startswith("SYM.")]
            if len(symptoms) == 1:
                self.by_name.setdefault(normal(row["expression"]), symptoms[0])

    def concept(self, name):
        return self.by_name.get(normal(name))


def concepts(cell):
    return [c for c in re.split(r"[+,;|\s]+", cell or "") if c]


def rate(hits, of):
    """A share with its 95 % Wilson interval."""
    if not of:
        return {"hits": 0, "of": 0, "rate": 0.0, "low": 0.0, "high": 0.0}
    z, p = 1.959963984540054, hits / of
    middle, width = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return {"hits": hits, "of": of, "rate": p, "low": (middle - width) / (1 + z * z / of), "high": (middle + width) / (1 + z * z / of)}


def score(found, rows, names=None):
    """`found`: id → (present, absent), sets of concept ids. Figures as `jiwen eval phrases` writes them."""
    names = names or Names()
    hits = got = wanted = denied = inverted = denials = 0
    for row in rows:
        present, absent = found[row["id"]]
        expected = {names.concept(t) for t in row["terms"]} - {None}
        said = {c for c in present if c.startswith("SYM.") or c in expected}
        hits, got, wanted = hits + len(said & expected), got + len(said), wanted + len(expected)
        for id in filter(None, map(names.concept, row["negated"])):
            denials, denied, inverted = denials + 1, denied + (id in absent), inverted + (id in present)
    precision, recall = rate(hits, got), rate(hits, wanted)
    p, r = precision["rate"], recall["rate"]
    return {"cases": len(rows), "f1": 2 * p * r / (p + r) if p + r else 0.0, "precision": precision, "recall": recall,
            "negation": rate(denied, denials), "negation_inverted": rate(inverted, denials)}


def best(predict, rows, steps):
    """The threshold with the best F1 on these phrases (the tune half)."""
    names = Names()
    return max(steps, key=lambda t: score(predict(t), rows, names)["f1"])


def jiwen_eval(jiwen, half, extra=()):
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [jiwen, "--knowledge", str(ROOT), "eval", "phrases", str(EVAL / half / "phrases.jsonl"), "--report", report.name, *extra]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        full = json.loads(pathlib.Path(report.name).read_text(encoding="utf-8"))
    return {key: full["summary"][key] for key in ("cases", "f1", "precision", "recall", "negation", "negation_inverted")}, full["knowledge_version"]


def check(jiwen, half="test"):
    """This scorer and the program's agree on the program's own findings."""
    rows = phrases(half)
    lines = "".join(json.dumps({"id": r["id"], "text": r["text"]}, ensure_ascii=False) + "\n" for r in rows)
    told = subprocess.run([jiwen, "--knowledge", str(ROOT), "understand"], input=lines, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    found = {}
    for line in map(json.loads, told.splitlines()):
        # The last word on a concept stands.
        last = {f["concept"]: f["assertion"] for f in line["findings"]}
        of = lambda assertion: {c for c, a in last.items() if a == assertion}
        found[line["id"]] = of("present"), of("absent")
    ours, theirs = score(found, rows), jiwen_eval(jiwen, half)[0]
    counts = lambda s: {k: (v["hits"], v["of"]) for k, v in s.items() if isinstance(v, dict)}
    return counts(ours), counts(theirs)


def keep(section, figures, command):
    report = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else {}
    report[section] = {**machine.stamp(command), **figures}
    machine.write(REPORT, report)


if __name__ == "__main__":
    ours, theirs = check(*sys.argv[1:3])
    print("scorer:", ours, "\njiwen: ", theirs)
    sys.exit(0 if ours == theirs else "the scorers differ")
