"""Understanding against speech errors: the test half with 0 to 30 % of its characters wrong, by kind of error and by region.

    python3 eval/robustness.py --jiwen target/release/jiwen [--seed 5] [--every 2] [--lists] [--jobs 2] [--resume]

Writes eval/reports/robustness.json, robustness.svg (by kind) and robustness_regions.svg; with `--lists`, without the encoder, robustness_lists.*. Needs Python 3.11, `pypinyin` and `matplotlib`.

Errors are made, not recorded. Four kinds, each at every rate:

  homophones  another character of the same sound, where the sounds that the speaker's own region mixes up are one (the pairs and regions of
              knowledge-graph/lexicon/spoken.toml); common characters more often
  deletions   the character is dropped
  insertions  one is put behind it that people say in passing (嗯啊那个就是的了呃)
  mixed       70 % homophones with the mergers of all regions (z/zh, c/ch, s/sh, n/l/r, h/f, -n/-ng), 15 % deletions, 15 % insertions

The rate is the share of Chinese characters that are hit; a character without a sound-alike stays. Openings, answers, phrases and messages get
them; numbers and Latin letters do not. Expectations stay. Nothing is put right before it is read (eval/speech measures that). Phrases and messages
are all of the test half; of its vignettes that expect a red flag each `--every`-th, in own words. Messages carry no region.
"""
import argparse, collections, concurrent.futures, functools, json, pathlib, random, re, subprocess, tempfile, tomllib

import machine

ROOT = pathlib.Path(__file__).resolve().parent
RATES = (0, .05, .10, .15, .20, .30)
KINDS = ("mixed", "homophones", "deletions", "insertions")
WITHOUT = []
EXTRA = "嗯啊那个就是的了呃"
# What a case's region may be called → the group it is reported under, and its regions in spoken.toml. The first that fits.
PLACES = [
    ("语音", "语音", []), ("客家|梅州|赣州", "粤闽客", ["客家"]), ("闽|福建|潮|汕|海南", "粤闽客", ["闽南"]), ("广西", "粤闽客", ["广西"]),
    ("粤|广东|香港", "粤闽客", ["粤"]), ("四川|重庆|贵州|云南|云贵", "西南", ["southwest"]), ("湖北", "西南", ["湖北"]), ("湖南", "湘赣", ["湖南"]),
    ("江西", "湘赣", ["江西(赣)"]), ("安徽|江淮", "吴与江淮", ["安徽"]), ("吴|上海|浙江|江苏", "吴与江淮", ["江浙吴语"]),
    ("东北|辽宁|吉林|黑龙江", "北方", ["东北", "north"]), ("山东", "北方", ["山东", "north"]), ("北京|天津|河北|河南|山西|内蒙", "北方", ["north"]),
    ("陕西|甘肃|宁夏|青海|新疆", "西北", ["northwest"]), ("", "普通话", []),
]
INITIALS = "zh ch sh b p m f d t n l g k h j q x r z c s y w".split()


def place(region):
    return next((group, ids) for words, group, ids in PLACES if re.search(words, region))


def near_sound(p):
    p = re.sub(r"^([zcs])h", r"\1", p)
    p = re.sub(r"^[nr]", "l", p)
    p = re.sub(r"^hu(?=[aeio])", "f", p)
    return re.sub(r"ng$", "n", p)


class Mergers:
    """One name for all sounds that some regions do not tell apart."""

    def __init__(self, regions):
        sounds = tomllib.loads((ROOT.parent / "knowledge-graph/lexicon/spoken.toml").read_text(encoding="utf-8"))["sounds"]
        self.same = {part: {} for part in ("initials", "finals")}
        for part, same in self.same.items():
            for pair in sounds[part]:
                if set(pair.get("regions", ())) & set(regions):
                    a, b = (self.one(same, x) for x in pair["of"])
                    same[b] = a

    @staticmethod
    def one(same, x):
        while x in same:
            x = same[x]
        return x

    def __call__(self, p):
        first = next((i for i in INITIALS if p.startswith(i)), "")
        return self.one(self.same["initials"], first), self.one(self.same["finals"], p[len(first):])


@functools.cache
def language():
    """Characters of our own training texts → how common, and their sound."""
    from pypinyin import lazy_pinyin
    texts = (p.read_text(encoding="utf-8") for p in sorted((ROOT / "training").glob("*/*.tsv")))
    count = collections.Counter(c for t in texts for c in t if "\u4e00" <= c <= "\u9fff")
    return {c: (n, lazy_pinyin(c, v_to_u=False)[0]) for c, n in count.most_common() if n >= 3}


@functools.cache
def ear(regions):
    """What names a sound to these regions, or with all mergers, and the characters of each name with how common they are."""
    name, table = near_sound if regions == "everywhere" else Mergers(regions), collections.defaultdict(list)
    for c, (n, sound) in language().items():
        table[name(sound)].append((c, n))
    return name, table


class Errors:
    """Character errors with the characters of our own training texts as the language; others stay."""

    def __init__(self, seed, kind):
        self.rng, self.kind, self.language = random.Random(seed), kind, language()

    def alike(self, c, regions):
        """Characters that sound the same to the ears of these regions, with how common they are."""
        name, table = ear("everywhere" if self.kind == "mixed" else tuple(regions))
        return [x for x in table[name(self.language[c][1])] if x[0] != c] if c in self.language else []

    def text(self, text, rate, regions):
        r, out = self.rng, []
        for c in text:
            if not "\u4e00" <= c <= "\u9fff" or r.random() >= rate:
                out.append(c)
                continue
            kind = self.kind if self.kind != "mixed" else r.choices(("homophones", "deletions", "insertions"), (.70, .15, .15))[0]
            if kind == "deletions":
                continue
            if kind == "insertions":
                out += [c, r.choice(EXTRA)]
                continue
            others = self.alike(c, regions)
            out.append(r.choices([x for x, _ in others], [n for _, n in others])[0] if others else c)
        return "".join(out) or text

    def vignette(self, v, rate, regions):
        v = json.loads(json.dumps(v))
        v["opening"] = self.text(v["opening"], rate, regions)
        for fact in v["facts"].values():
            for one in [fact, *fact.get("more", {}).values()]:
                if one.get("text"):
                    one["text"] = self.text(one["text"], rate, regions)
        return v

    def line(self, row, rate):
        regions = place(row.get("region", ""))[1]
        return self.vignette(row, rate, regions) if "opening" in row else {**row, "text": self.text(row["text"], rate, regions)}


def run(jiwen, kind, rows, extra=()):
    with tempfile.TemporaryDirectory() as folder:
        path, report = pathlib.Path(folder, "set.jsonl"), pathlib.Path(folder, "report.json")
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
        command = [jiwen, "--knowledge", ".", "eval", kind, str(path), "--report", str(report), *extra, *WITHOUT]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT.parent)
        return json.loads(report.read_text(encoding="utf-8"))


def is_flagged(row):
    return row["expect"]["red_flags"] not in (["none"], [])


def sensitivity_by_group(rows, report):
    """Hits and of how many. A visit without any flag where one was expected is always among the report's misses."""
    silent = {m["outcome"]["id"] for m in report["misses"] if not m["outcome"]["red_flags"]}
    found = collections.defaultdict(lambda: [0, 0])
    for row in rows:
        if is_flagged(row):
            one = found[place(row["region"])[0]]
            one[0] += row["id"] not in silent
            one[1] += 1
    return {group: dict(zip(("hits", "of"), one)) for group, one in sorted(found.items())}


def pick(summary, *keys):
    return {key: summary[key] for key in keys}


def phrases(jiwen, rows):
    # The name of the group in place of the region: a phrase is read without it, so it only sorts the figures.
    grouped = [{**row, "region": place(row["region"])[0]} for row in rows]
    full = run(jiwen, "phrases", grouped)
    return pick(full["summary"], "f1", "precision", "recall", "negation", "negation_inverted", "side", "by_region"), full


def departments(jiwen, rows):
    full = run(jiwen, "departments", rows)
    return pick(full["summary"], "first"), full


def vignettes(jiwen, rows):
    full = run(jiwen, "vignettes", rows, ("--answers", "text"))
    figures = pick(full["summary"], "cases", "sensitivity", "under_triage", "department", "route")
    figures["sensitivity_by_region"] = sensitivity_by_group(rows, full)
    total = [sum(one[x] for one in figures["sensitivity_by_region"].values()) for x in ("hits", "of")]
    assert total == [figures["sensitivity"][x] for x in ("hits", "of")], total
    return figures, full


# In this order, for an interrupted run is of use as far as it came.
MEASURES = {"phrases": phrases, "departments": departments, "vignettes": vignettes}


FIGURES = {"term F1 (phrases)": lambda p: p["phrases"]["f1"], "denials (phrases)": lambda p: p["phrases"]["negation"]["rate"],
           "first department (messages)": lambda p: p["departments"]["first"]["rate"], "red flags, own words": lambda p: p["vignettes"]["sensitivity"]["rate"]}


NEEDS = dict(zip(FIGURES, ("phrases", "phrases", "departments", "vignettes")))


def curves(axes, title, lines):
    for (name, points), mark in zip(lines.items(), "os^dxv+*"):
        axes.plot([100 * x for x, _ in points], [100 * y for _, y in points], marker=mark, markersize=4, label=name)
    axes.set(xlabel="characters wrong, %", ylabel="%", ylim=(0, 101), title=title)
    axes.grid(alpha=.3)


def plot(kinds, folder, named):
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "jiwen"
    import matplotlib.pyplot as plt
    save = lambda figure, name: (figure.tight_layout(), figure.savefig(folder / name, metadata={"Date": None}))
    figure, all_axes = plt.subplots(2, 2, figsize=(9, 6.5))
    for axes, (title, of) in zip(all_axes.flat, FIGURES.items()):
        # An interrupted run has no more than it has.
        known = lambda p: NEEDS[title] in p
        curves(axes, title, {kind: [(p["rate"], of(p)) for p in filter(known, points)] for kind, points in kinds.items()})
    all_axes[0, 0].legend(loc="lower left", fontsize=8)
    save(figure, f"{named}.svg")
    # No Chinese font is sure to be there.
    english = {"语音": "recognised speech", "粤闽客": "Yue, Min, Hakka", "西南": "southwest", "湘赣": "Xiang, Gan", "吴与江淮": "Wu, Jianghuai",
               "北方": "north", "西北": "northwest", "普通话": "Mandarin"}
    figure, pair = plt.subplots(1, 2, figsize=(9, 3.6))
    for axes, kind in zip(pair, ("mixed", "homophones")):
        points = kinds[kind]
        curves(axes, f"term F1 (phrases), {kind}", {english[g]: [(p["rate"], p["phrases"]["by_region"][g]) for p in points]
                                                  for g in points[0]["phrases"]["by_region"]})
    pair[0].legend(loc="lower left", fontsize=7, ncol=2)
    save(figure, f"{named}_regions.svg")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--half", default="test")
    ap.add_argument("--every", type=int, default=1)
    ap.add_argument("--lists", action="store_true", help="without the encoder: writes robustness_lists.json and its pictures")
    ap.add_argument("--jobs", type=int, default=1, help="so many runs at once")
    ap.add_argument("--plot", action="store_true", help="only draw what robustness.json has")
    ap.add_argument("--resume", action="store_true", help="keep what an interrupted run of the same command measured")
    a = ap.parse_args()
    jiwen, out = str(pathlib.Path(a.jiwen).resolve()), ROOT / "reports"
    name = "robustness_lists" if a.lists else "robustness"
    if a.lists:
        WITHOUT.extend(("--without", "encoder"))
    if a.plot:
        return plot(json.loads((out / f"{name}.json").read_text(encoding="utf-8"))["kinds"], out, name)
    read = lambda kind: [json.loads(l) for l in (ROOT / a.half / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]
    sets = {kind: read(kind) for kind in ("phrases", "vignettes", "departments")}
    sets["vignettes"] = [v for v in sets["vignettes"] if is_flagged(v)][::a.every]
    command = f"python3 eval/robustness.py --jiwen {pathlib.Path(a.jiwen).name} --seed {a.seed} --every {a.every}" + " --lists" * a.lists
    report = {**machine.stamp(command), "seed": a.seed, "half": a.half, "every": a.every, "kinds": {}}
    report["kinds"] = {kind: [{"rate": rate} for rate in RATES] for kind in KINDS}
    if a.resume and (out / f"{name}.json").exists():
        old = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        report = old if old.get("command") == command else report
    # Single texts rate by rate, patients kind by kind.
    points = [(kind, n) for n in range(len(RATES)) for kind in KINDS if RATES[n] or kind == KINDS[0]]
    tasks = [(name, *at) for name in MEASURES for at in (points if name != "vignettes" else sorted(points, key=lambda at: KINDS.index(at[0])))]
    tasks = [(name, kind, n) for name, kind, n in tasks if name not in report["kinds"][kind][n]]

    def do(task):
        name, kind, n = task
        errors = Errors(f"{a.seed} {kind} {RATES[n]} {name}", kind)
        return *task, *MEASURES[name](jiwen, [errors.line(row, RATES[n]) for row in sets[name]])

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(do, task) for task in tasks]):
            what, kind, n, figures, full = done.result()
            # Without errors all kinds are one.
            for one in KINDS if n == 0 else [kind]:
                report["kinds"][one][n][what] = figures
            report |= pick(full, "knowledge_version", "software_version")
            print(what, kind, RATES[n], flush=True)
            machine.write(out / f"{name}.json", report)
    plot(report["kinds"], out, name)


if __name__ == "__main__":
    main()
