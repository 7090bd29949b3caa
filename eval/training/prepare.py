"""Reads the hand-written phrases, the word lists and the tuning vignettes and writes one data.json for train.py.

    python prepare.py --repo REPO --out data.json

REPO: a checkout, with knowledge-graph, prompts, eval/tune and eval/training/{phrases,answers}. eval/test is never opened.

data.json
  concepts   ids with at least --min-count labels (present, absent or other), kinds SYM HX MED QUAL TRIG REL TIME
  options    "none", then "QUESTION#option" in the order of the question bank
  questions  id -> ask, again, options (indexes), about
  findings   rows {text, present, absent, other, src, split}
  answers    rows {q, text, any: [option indexes], mode: any|all, src, split}
  split      heldout_region (the region file), heldout (6 % by hash of the text, and one writer's answers), dev (4 %:
             thresholds, temperatures), train
"""
import argparse, collections, csv, hashlib, json, pathlib, re, tomllib

KINDS = ("SYM.", "HX.", "MED.", "QUAL.", "TRIG.", "REL.", "TIME.")
# Of these nothing is ever learned: phrases of one region by one writer, answers by one writer.
REGION_FILE = "q3"
WRITER_FILE = "b3"
# And the patients of one writer: what they say first and to each question.
WRITER_PATIENTS = "ex"


# Question#option whose answers are also answers to another question, with the option they mean there.
BORROWED = {
    "Q-FEVER#over38": "Q-SCREEN/start#fever", "Q-FEVER#felt": "Q-SCREEN/start#fever", "Q-FEVER#chills": "Q-SCREEN/start#fever",
    "Q-TRAUMA#fall": "Q-SCREEN/start#fall", "Q-TRAUMA#high": "Q-SCREEN/start#fall", "Q-TRAUMA#hit": "Q-SCREEN/start#fall",
    "Q-TRAUMA#strain": "Q-SCREEN/start#fall", "Q-SCREEN/leg#none": "Q-SCREEN/start#none", "Q-SCREEN/back#none": "Q-SCREEN/start#none",
    "Q-SCREEN/neck#none": "Q-SCREEN/start#none", "Q-SCREEN/limb#none": "Q-SCREEN/start#none", "Q-SCREEN/chest#none": "Q-SCREEN/start#none",
    "Q-SCREEN/leg#unsure": "Q-SCREEN/start#unsure", "Q-SCREEN/back#unsure": "Q-SCREEN/start#unsure",
    "Q-COLDPALE#cold": "Q-COLDPALE/sudden#no", "Q-COLDPALE#sudden": "Q-COLDPALE/sudden#yes", "Q-COLDPALE#unsure": "Q-COLDPALE/sudden#unsure",
    "Q-GAIT#sway": "Q-SCREEN/leg#gait Q-SCREEN/back#gait Q-SCREEN/limb#gait", "Q-GAIT#cotton": "Q-SCREEN/leg#gait Q-SCREEN/back#gait Q-SCREEN/limb#gait",
    "Q-GAIT#held": "Q-SCREEN/leg#gait Q-SCREEN/back#gait Q-SCREEN/limb#gait", "Q-TEMPLE#yes": "Q-SCREEN/neck#temple",
    "Q-WEAK#one_leg": "Q-SCREEN/limb#weak", "Q-WEAK#both_legs": "Q-SCREEN/limb#weak", "Q-TOEHEEL#heel": "Q-SCREEN/limb#weak",
    "Q-FOOTSKIN#yes": "Q-SCREEN/limb#cold", "Q-ONSET#today": "Q-DUR#today",
}
# Symptoms whose phrases are also answers to a list's item.
BORROWED_PHRASES = {"SYM.MASS": "Q-SCREEN/limb#lump"}


def split_of(text):
    """6 % held out, 4 % dev, by sha256 of the bare text: the same text is never on two sides."""
    bare = re.sub(r"\W", "", text)
    h = int.from_bytes(hashlib.sha256(bare.encode()).digest()[:4], "big") / 2**32
    return "heldout" if h < .06 else "dev" if h < .1 else "train"


def tsv(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def comma(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def ids(cell):
    return [c for c in re.split(r"[,\s;|+]+", cell or "") if c]


def plain(label):
    return re.sub(r"[\s\-—]", "", re.sub(r"[((].*?[))]", "", str(label)))


class Bank:
    """The question bank: ids, options, what each sets, labels."""

    def __init__(self, main):
        self.q, self.text, self.slots = {}, {}, collections.defaultdict(list)
        for part in ("safety", "history", "screens"):
            for q in tomllib.load(open(main / f"knowledge-graph/questions/{part}.toml", "rb"))["question"]:
                self.q[q["id"]] = q
                self.slots[q["slot"]].append(q["id"])
            self.text.update(tomllib.load(open(main / f"prompts/questions/{part}.toml", "rb")))
        self.names, self.index = ["none"], {}
        for qid, q in self.q.items():
            for o in q.get("option", []):
                self.index[qid, o["id"]] = len(self.names)
                self.names.append(f"{qid}#{o['id']}")

    def options(self, qid):
        return self.q[qid].get("option", [])

    def flagged(self, qid, flag):
        return [o["id"] for o in self.options(qid) if o.get(flag)]

    def label_map(self, qid):
        """label, its halves and the id -> option id; a half that two options share is dropped."""
        labels, halves = {}, collections.defaultdict(set)
        for oid, label in self.text.get(qid, {}).get("labels", {}).items():
            if (qid, oid) not in self.index:
                continue
            labels[plain(label)] = labels[str(label)] = labels[oid] = oid
            for half in re.split(r"[、/或,]", str(label)):
                halves[plain(half)].add(oid)
        for half, oids in halves.items():
            if half and len(oids) == 1:
                labels.setdefault(half, next(iter(oids)))
        return labels

    def by_meaning(self, qid, meaning, present=(), absent=()):
        """Option ids of a meaning: ([ids], mode); None when it is none of the question's. [] stands for 'none of these'."""
        meaning = str(meaning).strip()
        opts = self.options(qid)
        labels = self.label_map(qid)
        if meaning == "off_topic":
            return [], "any"
        if meaning == "unsure":
            found = self.flagged(qid, "unsure")
            return (found, "any") if found else None
        if meaning == "refuse":
            return self.flagged(qid, "refused"), "any"
        if meaning in ("yes", "no"):
            def sets(o, sign):
                for s in o.get("sets", []):
                    bare = re.sub(r"\[.*", "", s)
                    if sign == "+" and not bare.startswith(("!", "?", "@")):
                        yield bare
                    if sign == "-" and bare.startswith("!"):
                        yield bare[1:]
            content = [o for o in opts if not o.get("unsure") and not o.get("refused")]
            if meaning == "yes":
                if present:
                    hit = [o["id"] for o in content if set(sets(o, "+")) & set(present)]
                    if hit:
                        return hit, "any"
                if any(o["id"] == "yes" for o in content):
                    return ["yes"], "any"
                hit = [o["id"] for o in content if any(sets(o, "+"))]
                return (hit, "any") if hit else None
            for oid in ("no", "none"):
                if any(o["id"] == oid for o in content):
                    return [oid], "any"
            hit = [o["id"] for o in content if any(sets(o, "-")) and not any(sets(o, "+"))]
            return (hit, "any") if hit else None
        for key in (meaning, plain(meaning)):
            if key in labels:
                return [labels[key]], "any"
        parts = [labels.get(plain(p)) for p in re.split(r"[,,]", meaning)]
        if len(parts) > 1 and all(parts):
            return list(dict.fromkeys(parts)), "all"
        return None


def names_to_ids(main):
    names = {}
    for path in sorted((main / "knowledge-graph/terms").glob("*.csv")):
        for row in comma(path):
            if "id" in row and "name" in row:
                names.setdefault(row["name"], row["id"])
                for half in row["name"].split("/"):
                    names.setdefault(half, row["id"])
    return names


def vignettes(main):
    """The tuning patients by id."""
    lines = open(main / "eval/tune/vignettes.jsonl", encoding="utf-8")
    return {v["id"]: v for v in map(json.loads, lines)}


def finding_rows(main, names):
    out = []
    def add(text, present, absent, other, src, split=None):
        keep = lambda xs: sorted({x for x in xs if x.startswith(KINDS)})
        if text.strip():
            out.append(dict(text=text.strip(), present=keep(present), absent=keep(absent), other=keep(other), src=src,
                            split=split or split_of(text)))
    for path in sorted((main / "eval/training/phrases").glob("*.tsv")):
        name = path.stem
        for r in tsv(path):
            add(r["text"], ids(r["present"]), ids(r["absent"]), ids(r["other"]), name,
                "heldout_region" if name == REGION_FILE else None)
    for line in open(main / "eval/tune/phrases.jsonl", encoding="utf-8"):
        p = json.loads(line)
        to = lambda xs: [names.get(x, x) for x in xs]
        add(p["text"], to(p["terms"]), to(p["negated"]), [], "tune_phrases")
    patients = vignettes(main)
    for r in tsv(main / "eval/training/openings.tsv"):
        held = "heldout" if r["id"].startswith(WRITER_PATIENTS) else None
        add(patients[r["id"]]["opening"], ids(r["present"]), ids(r["absent"]), ids(r["other"]), "openings", held)
    for name in ("lexicon", "folk"):
        for r in comma(main / f"knowledge-graph/lexicon/{name}.csv"):
            if r["certainty"] != "low":
                add(r["expression"], ids(r["concept"]), [], [], name, "train")
    for text, cid in names.items():
        add(text, [cid], [], [], "name", "train")
    return out


def answer_rows(main, bank):
    out, seen = [], {}
    dropped = collections.Counter()
    def add(qid, text, meaning, src, present=(), absent=(), split=None):
        if qid not in bank.q or not bank.options(qid):
            dropped[src, "no such question or no options"] += 1
            return
        got = meaning if isinstance(meaning, tuple) else bank.by_meaning(qid, meaning, present, absent)
        if got is None:
            dropped[src, "no such option"] += 1
            return
        oids, mode = got
        opts = [bank.index[qid, o] for o in oids] or [0]
        key = (qid, text.strip())
        if key in seen and src not in ("answers", "answers_writer", "slots", "slots_writer", "said2"):
            return
        seen[key] = opts
        out.append(dict(q=qid, text=text.strip(), any=opts, mode=mode, src=src, split=split or split_of(text)))
    for path in sorted((main / "eval/training/answers").glob("*.tsv")):
        writer = path.stem == WRITER_FILE
        for r in tsv(path):
            if "meaning" in r:
                add(r["question"], r["text"], r["meaning"], "answers", ids(r["present"]), ids(r["absent"]))
            elif r["option"] == "OFFTOPIC" or r["option"] == "none" and (r["question"], "none") not in bank.index:
                add(r["question"], r["text"], ([], "any"), "answers_writer" if writer else "answers", split="heldout" if writer else None)
            elif (r["question"], r["option"]) in bank.index:
                add(r["question"], r["text"], ([r["option"]], "any"), "answers_writer" if writer else "answers",
                    split="heldout" if writer else None)
            else:
                dropped[path.stem, "no such option"] += 1
    for line in open(main / "eval/tune/vignettes.jsonl", encoding="utf-8"):
        v = json.loads(line)
        for slot, fact in v["facts"].items():
            todo = [(q, f) for q, f in fact.get("more", {}).items()]
            if "choice" in fact:
                mains = [q for q in bank.slots.get(slot, []) if not bank.q[q].get("parent")]
                todo += [(mains, fact)]
            for qs, f in todo:
                choice = f.get("choice")
                if choice is None or not f.get("text"):
                    continue
                for q in qs if isinstance(qs, list) else [qs]:
                    if q not in bank.q or (isinstance(qs, list) and q in fact.get("more", {})):
                        continue
                    if isinstance(choice, list):
                        each = [bank.by_meaning(q, c) for c in choice]
                        got = ([o for e in each for o in e[0]], "all") if each and all(each) else None
                    else:
                        got = bank.by_meaning(q, choice) if choice not in ("yes", "no", "unsure") or \
                            choice in bank.label_map(q) else None
                    if got and got[0]:
                        add(q, f["text"], got, "vignettes")
                        break
                else:
                    dropped["vignettes", "choice is none of the question's"] += 1
    # What patients say about a slot, and which of its questions that answers; the others it does not.
    patients = vignettes(main)
    told = [(r["slot"], patients[r["id"]]["facts"][r["slot"]]["text"], r["answers"],
             "slots_writer" if r["id"].startswith(WRITER_PATIENTS) else "slots") for r in tsv(main / "eval/training/slots.tsv")]
    for name, src in (("said", "slots"), ("said2", "said2")):
        told += [(r["slot"], r["text"], r["answers"], src) for r in tsv(main / f"eval/training/{name}.tsv")]
    for slot, text, answers, src in told:
        labels = dict(label.split("=") for label in answers.split() if label != "-")
        for q in bank.slots[slot]:
            meant = labels[q].split(",") if q in labels else []
            if all((q, o) in bank.index for o in meant):
                add(q, text, (meant, "all"), src, split="heldout" if src == "slots_writer" else None)
    # A list or a later question whose items are other questions' options: what was said there.
    for r in list(out):
        options = [bank.names[o] for o in r["any"] if o]
        for target in BORROWED.get(options[0], "").split() if len(options) == 1 and r["src"] in ("answers", "slots", "said2") else ():
            qid, oid = target.split("#")
            add(qid, r["text"], ([oid], "any"), "answers", split=r["split"])
    for path in sorted((main / "eval/training/phrases").glob("*.tsv")):
        for r in tsv(path):
            for concept in set(ids(r["present"])) & set(BORROWED_PHRASES) if path.stem != REGION_FILE else ():
                qid, oid = BORROWED_PHRASES[concept].split("#")
                add(qid, r["text"], ([oid], "any"), "answers")
    for r in comma(main / "knowledge-graph/lexicon/answers.csv"):
        if (r["question"], r["option"]) in bank.index:
            add(r["question"], r["expression"], ([r["option"]], "any"), "answer_words", split="train")
    for qid, q in bank.q.items():
        for label, oid in bank.label_map(qid).items():
            if re.search(r"[\u4e00-\u9fff]", label):
                add(qid, label, ([oid], "any"), "labels", split="train")
    return out, dropped


def compose(main):
    """Body part + sensation -> concept, for made-up phrases."""
    k = main / "knowledge-graph/lexicon"
    parts, sens = collections.defaultdict(list), collections.defaultdict(list)
    for r in comma(k / "parts.csv"):
        parts[r["site"]].append(r["expression"])
    for r in comma(k / "sensations.csv"):
        if r["certainty"] != "low":
            sens[r["sensation"]].append([r["expression"], ids(r["quality"])])
    table = [[r["site"], r["sensation"], r["concept"]] for r in comma(k / "compose.csv")
             if r["concept"].startswith(KINDS) and not r["side"] and r["site"] in parts and r["sensation"] in sens]
    return dict(parts=parts, sensations=sens, table=table)


def sound_alikes(texts):
    """Character -> characters of the same or a near sound (flat/retroflex, n/l, h/f, an/ang, en/eng, in/ing), by frequency."""
    from pypinyin import lazy_pinyin
    freq = collections.Counter(c for t in texts for c in t if "\u4e00" <= c <= "\u9fff")
    def key(c):
        p = lazy_pinyin(c)[0]
        p = re.sub(r"^([zcs])h", r"\1", p)
        p = re.sub(r"^n", "l", p)
        p = re.sub(r"^hu(?=[aeio])", "f", p)
        p = re.sub(r"^r", "l", p)
        return re.sub(r"ng$", "n", p)
    group = collections.defaultdict(list)
    for c, n in freq.items():
        if n >= 3:
            group[key(c)].append(c)
    return {c: "".join(sorted((d for d in g if d != c), key=lambda d: -freq[d])[:12]) for g in group.values() for c in g
            if len(g) > 1}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--repo", type=pathlib.Path, required=True)
    ap.add_argument("--out", type=pathlib.Path, required=True)
    ap.add_argument("--min-count", type=int, default=8)
    a = ap.parse_args()
    names = names_to_ids(a.repo)
    bank = Bank(a.repo)
    findings = finding_rows(a.repo, names)
    answers, dropped = answer_rows(a.repo, bank)
    count = collections.Counter()
    for r in findings:
        if r["src"] != "name":
            count.update(r["present"] + r["absent"] + r["other"])
    concepts = sorted(c for c, n in count.items() if n >= a.min_count)

    # What the held-out half would give away: word-list rows that are a held-out text, or (answers, whose words were
    # collected from the same rows) a piece of one. They are trained on only in the final run.
    held = {re.sub(r"\W", "", r["text"]) for r in findings if r["split"].startswith("heldout")}
    for r in findings:
        if r["src"] in ("lexicon", "folk", "name") and re.sub(r"\W", "", r["text"]) in held:
            r["split"] = "final_only"
    by_q = collections.defaultdict(list)
    for r in answers:
        if r["split"] != "train" and r["src"] == "answers":
            by_q[r["q"]].append(r["text"])
    for r in answers:
        if r["src"] == "answer_words" and len(r["text"]) >= 3 and any(r["text"] in t for t in by_q[r["q"]]):
            r["split"] = "final_only"
    held_pairs = {re.sub(r"\W", "", r["text"]) for r in answers if r["split"] in ("heldout", "dev")}
    for r in answers:
        if r["src"] == "answer_words" and len(r["text"]) > 4 and re.sub(r"\W", "", r["text"]) in held_pairs:
            r["split"] = "final_only"

    questions = {qid: dict(ask=bank.text[qid]["ask"], again=bank.text[qid].get("again", ""), slot=q["slot"],
                           kind=q["kind"], safety=bool(q.get("safety")), about=q.get("about", []),
                           sets=sorted({re.sub(r"^[!?]|\[.*", "", s) for o in q.get("option", []) for s in o.get("sets", [])}),
                           negative=[bank.index[qid, o["id"]] for o in q.get("option", []) if o.get("sets")
                                     and all(s.startswith("!") for s in o["sets"])],
                           unsure=[bank.index[qid, o] for o in bank.flagged(qid, "unsure")],
                           options=[bank.index[qid, o["id"]] for o in q.get("option", [])])
                 for qid, q in bank.q.items() if q.get("option")}
    # The label of each option, for the first vector of its output.
    labels = {bank.index[qid, oid]: str(label) for qid in questions
              for oid, label in bank.text[qid].get("labels", {}).items() if (qid, oid) in bank.index}
    data = dict(concepts=concepts, options=bank.names, option_labels=labels, questions=questions, findings=findings,
                answers=answers, compose=compose(a.repo), name={v: k for k, v in names.items()},
                sound_alikes=sound_alikes([r["text"] for r in findings] + [r["text"] for r in answers]))
    a.out.write_text(json.dumps(data, ensure_ascii=False))
    print("concepts", len(concepts), "options", len(bank.names), "questions", len(questions))
    for kind in ("findings", "answers"):
        print(kind, sorted(collections.Counter((r["src"], r["split"]) for r in data[kind]).items()))
    print("dropped", dict(dropped), "sound-alike chars", len(data["sound_alikes"]), "compose", len(data["compose"]["table"]))


main()
