"""Understanding against speech errors: the test half with 0 to 30 % of its characters wrong.

    python3 eval/robustness.py --jiwen target/release/jiwen [--seed 5]

Writes eval/reports/robustness.json and robustness.svg. Needs Python 3.11, `pypinyin` and `matplotlib`.

Errors are made the way recognisers make them: 70 % of them put another character of the same or a near sound (z/zh, c/ch,
s/sh, n/l/r, h/f, -n/-ng are one sound; common characters more often), 15 % drop a character, 15 % put one too many. Openings,
facts and phrases all get them; numbers and Latin letters do not. Expectations stay.
"""
import argparse, collections, json, pathlib, random, re, subprocess, tempfile

ROOT = pathlib.Path(__file__).resolve().parent
RATES = (0, .05, .10, .15, .20, .30)
EXTRA = "嗯啊那个就是的了呃"


def near_sound(p):
    p = re.sub(r"^([zcs])h", r"\1", p)
    p = re.sub(r"^[nr]", "l", p)
    p = re.sub(r"^hu(?=[aeio])", "f", p)
    return re.sub(r"ng$", "n", p)


class Errors:
    """Character errors with the characters of our own training texts as the language."""

    def __init__(self, seed):
        from pypinyin import lazy_pinyin
        self.rng = random.Random(seed)
        texts = (p.read_text(encoding="utf-8") for p in sorted((ROOT / "training").glob("*/*.tsv")))
        count = collections.Counter(c for t in texts for c in t if "\u4e00" <= c <= "\u9fff")
        self.alike = collections.defaultdict(list)
        for c, n in count.most_common():
            if n >= 3:
                self.alike[near_sound(lazy_pinyin(c)[0])].append((c, n))
        self.sound = lambda c: near_sound(lazy_pinyin(c)[0])

    def text(self, text, rate):
        r, out = self.rng, []
        for c in text:
            if not "\u4e00" <= c <= "\u9fff" or r.random() >= rate:
                out.append(c)
                continue
            u = r.random()
            others = [x for x in self.alike[self.sound(c)] if x[0] != c]
            if u < .70 and others:
                out.append(r.choices([x for x, _ in others], [n for _, n in others])[0])
            elif u < .85:
                continue
            else:
                out += [c, r.choice(EXTRA)]
        return "".join(out) or text

    def vignette(self, v, rate):
        v = json.loads(json.dumps(v))
        v["opening"] = self.text(v["opening"], rate)
        for fact in v["facts"].values():
            for one in [fact, *fact.get("more", {}).values()]:
                if one.get("text"):
                    one["text"] = self.text(one["text"], rate)
        return v

    def line(self, row, rate):
        return self.vignette(row, rate) if "opening" in row else {**row, "text": self.text(row["text"], rate)}


def run(jiwen, kind, rows, extra=()):
    with tempfile.TemporaryDirectory() as folder:
        path, report = pathlib.Path(folder, "set.jsonl"), pathlib.Path(folder, "report.json")
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        subprocess.run([jiwen, "eval", kind, str(path), "--report", str(report), *extra], check=True, stdout=subprocess.DEVNULL)
        return json.loads(report.read_text(encoding="utf-8"))["summary"]


def measure(jiwen, sets, rate, seed):
    noisy = {kind: [Errors.line(e, row, rate) for row in rows] for e in [Errors(seed)] for kind, rows in sets.items()}
    phrases = run(jiwen, "phrases", noisy["phrases"])
    words = run(jiwen, "vignettes", noisy["vignettes"], ("--answers", "text"))
    taps = run(jiwen, "vignettes", noisy["vignettes"], ("--answers", "choices"))
    places = run(jiwen, "departments", noisy["departments"])
    return dict(rate=rate, phrases=phrases, vignettes_text=words, vignettes_choices=taps, departments=places)


def plot(points, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    lines = {
        "term F1 (phrases)": lambda p: p["phrases"]["f1"],
        "red flags, own words": lambda p: p["vignettes_text"]["sensitivity"]["rate"],
        "red flags, taps": lambda p: p["vignettes_choices"]["sensitivity"]["rate"],
        "department (messages)": lambda p: p["departments"]["first"]["rate"],
        "denials (phrases)": lambda p: p["phrases"]["negation"]["rate"],
    }
    figure, axes = plt.subplots(figsize=(7, 4))
    for (name, of), mark in zip(lines.items(), "os^dx"):
        axes.plot([100 * p["rate"] for p in points], [100 * of(p) for p in points], marker=mark, label=name)
    axes.set(xlabel="characters wrong, %", ylabel="%", ylim=(0, 101), title="Understanding against speech errors, test half")
    axes.grid(alpha=.3)
    axes.legend(loc="lower left", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--half", default="test")
    a = ap.parse_args()
    read = lambda kind: [json.loads(l) for l in (ROOT / a.half / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]
    sets = {kind: read(kind) for kind in ("phrases", "vignettes", "departments")}
    points = []
    for rate in RATES:
        points.append(measure(a.jiwen, sets, rate, a.seed))
        print(rate, points[-1]["phrases"].get("f1"), points[-1]["vignettes_text"]["sensitivity"], flush=True)
    out = ROOT / "reports"
    (out / "robustness.json").write_text(json.dumps(dict(seed=a.seed, half=a.half, points=points), ensure_ascii=False, indent=1) + "\n")
    plot(points, out / "robustness.svg")


if __name__ == "__main__":
    main()
