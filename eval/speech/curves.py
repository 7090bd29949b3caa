"""What speech errors cost, and what putting right and asking back win back: curves over 0 to 30 % wrong characters.

    python3 eval/speech/curves.py --jiwen target/release/jiwen [--half tune|test] [--every 1] [--rates 0.05,0.15]

Plays the sets with the noisy draws of noise.py against four machines: the recogniser's text as it is (raw), put right (repaired), put right and
confirmed (asked), and the same with a patient who says yes to 3 % of wrong confirmations (asked_3). Rate 0 is the typed text. Writes
eval/reports/speech_HALF.json (summaries only, never a list of misses) and speech_HALF.svg. `--every N` takes each N-th vignette. Needs Python
3.11, pypinyin, jieba and matplotlib.
"""
import argparse, json, pathlib, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
EVAL = HERE.parent
RATES = (.05, .10, .15, .20, .30)
MACHINES = {"raw": ("--speech", "raw"), "repaired": ("--speech", "repaired"), "asked": ("--speech", "asked"),
            "asked_3": ("--speech", "asked", "--mistaken", "0.03")}
KINDS = ("phrases", "departments", "vignettes")
FIGURES = {
    "term F1, phrases": ("phrases", lambda s: s["f1"]),
    "department, messages": ("departments", lambda s: s["first"]["rate"]),
    "red flags, visits": ("vignettes", lambda s: s["sensitivity"]["rate"]),
    "not under-triaged, visits": ("vignettes", lambda s: 1 - s["under_triage"]["rate"]),
    "term F1, visits": ("vignettes", lambda s: s["term_f1"]),
    "department, visits": ("vignettes", lambda s: s["department"]["rate"]),
}


def run(jiwen, kind, path, extra):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        subprocess.run([jiwen, "eval", kind, str(path), "--report", str(report), *extra], check=True, stdout=subprocess.DEVNULL)
        return json.loads(report.read_text(encoding="utf-8"))["summary"]


def table(points, figure):
    """Each rate with every machine and what share of the loss it wins back; none where less than one point was lost."""
    kind, of = FIGURES[figure]
    clean, rows = of(points[0]["typed"][kind]), []
    for point in points[1:]:
        row = {m: round(of(point[m][kind]), 4) for m in MACHINES}
        lost = clean - row["raw"]
        won = {m: round((row[m] - row["raw"]) / lost, 3) if lost > .01 else None for m in MACHINES if m != "raw"}
        rows.append({"rate": point["rate"], "typed": round(clean, 4), **row, "won_back": won})
    return rows


def plot(points, path, half):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(2, 3, figsize=(12, 7), sharex=True)
    for (name, (kind, of)), ax in zip(FIGURES.items(), axes.flat):
        for machine, mark in zip(MACHINES, "xos^"):
            ys = [100 * of(p.get(machine, p.get("typed"))[kind]) for p in points]
            ax.plot([100 * p["rate"] for p in points], ys, marker=mark, label=machine)
        ax.set(title=name, ylabel="%", xlabel="characters wrong, %")
        ax.grid(alpha=.3)
    axes.flat[0].legend(fontsize=8)
    figure.suptitle(f"Speech errors, {half} half")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    ap.add_argument("--half", default="tune")
    ap.add_argument("--every", type=int, default=1)
    ap.add_argument("--rates", default=",".join(map(str, RATES)))
    ap.add_argument("--kinds", default=",".join(KINDS))
    ap.add_argument("--reader", default="lists and encoder", help="what read the words, for the report")
    ap.add_argument("--out", default=str(EVAL / "reports"))
    a = ap.parse_args()
    kinds = a.kinds.split(",")
    points = []
    with tempfile.TemporaryDirectory() as folder:
        sets = {}
        for kind in kinds:
            lines = (EVAL / a.half / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
            sets[kind] = pathlib.Path(folder, f"{kind}.jsonl")
            sets[kind].write_text("\n".join(lines[::a.every] if kind == "vignettes" else lines) + "\n", encoding="utf-8")
        points.append({"rate": 0, "typed": {k: run(a.jiwen, k, sets[k], ()) for k in kinds}})
        for rate in map(float, a.rates.split(",")):
            point = {"rate": rate, **{m: {} for m in MACHINES}}
            for kind in kinds:
                noisy = pathlib.Path(folder, f"{kind}_{rate}.jsonl")
                subprocess.run([sys.executable, str(HERE / "noise.py"), str(sets[kind]), "--rate", str(rate), "--out", str(noisy)], check=True)
                for machine, extra in MACHINES.items():
                    point[machine][kind] = run(a.jiwen, kind, noisy, extra)
            points.append(point)
            for name, (kind, of) in FIGURES.items():
                if kind in kinds:
                    print(f"{rate:.2f} {name:28} typed {of(points[0]['typed'][kind]):.3f}", *(f"{m} {of(point[m][kind]):.3f}" for m in MACHINES), flush=True)
    report = {"half": a.half, "every": a.every, "reader": a.reader, "figures": {f: table(points, f) for f, (k, _) in FIGURES.items() if k in kinds}, "points": points}
    out = pathlib.Path(a.out)
    (out / f"speech_{a.half}.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if len(kinds) == len(KINDS):
        plot(points, out / f"speech_{a.half}.svg", a.half)


if __name__ == "__main__":
    main()
