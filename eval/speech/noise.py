"""Puts what a recogniser might have written beside each text of an evaluation set.

    python3 eval/speech/noise.py SET.jsonl --rate 0.15 [--draws 4] [--seed 5] --out NOISY.jsonl

Errors follow confusions.tsv (fit.py): how often a wrong character has the same sound, a near one or quite another, how often one is dropped or
added, and which initials and finals are taken for each other. The dialects' mergers that the table has too few cases of (z/zh, c/ch, s/sh, n/l,
r/l, h/f, -n/-ng) are mixed in as a third of the near sounds. A wrong character is drawn by how common it is in Chinese at large (jieba's
dictionary), so errors look like ordinary Chinese. `--rate` is the expected share of Chinese characters that are wrong, dropped or followed by one
too many; digits and letters stay. Each text gets its own rate around it (a gamma variable of shape 4), for some speakers are heard
worse. The recogniser's confidence is made up: exp(-(0.2 + 1.2 x the text's own error rate + a normal variable of 0.1)), which is where the five
real clips lie; nothing finer may be read from it. A text keeps its draws in every rate's file as far as chance allows; the seed fixes all.

A vignette gets `spoken`: text -> draws, for every text that its patient may say; phrases and messages get `spoken`: draws. Needs Python
3.11, pypinyin and jieba.
"""
import argparse, collections, functools, json, math, pathlib, random, re

HERE = pathlib.Path(__file__).resolve().parent
INITIALS = "zh ch sh b p m f d t n l g k h j q x r z c s y w".split()
MERGERS = {"initial": [("z", "zh"), ("c", "ch"), ("s", "sh"), ("n", "l"), ("r", "l"), ("h", "f")],
           "final": [("an", "ang"), ("en", "eng"), ("in", "ing"), ("uan", "uang")]}
FILLERS = "嗯啊那个就是的了呃"
# What the simulated patient says besides what the set has for them.
ALWAYS = ("不太清楚", "都没有")
HAN = re.compile(r"[\u4e00-\u9fff]")


def cut(syllable):
    first = next((i for i in INITIALS if syllable.startswith(i)), "")
    return first, syllable[len(first):]


@functools.lru_cache(None)
def sound(c):
    from pypinyin import lazy_pinyin
    return cut(lazy_pinyin(c, v_to_u=False)[0])


class Recogniser:
    def __init__(self, rate, seed):
        import jieba
        self.rate, self.rng = rate, random.Random(f"{seed} {rate}")
        common = collections.Counter()
        for line in (pathlib.Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
            word, n, _ = line.split(" ")
            for c in word:
                if HAN.match(c):
                    common[c] += int(n)
        self.by_sound = collections.defaultdict(list)
        for c, n in common.most_common(4500):
            self.by_sound[sound(c)].append((c, n))
        self.common = common.most_common(1500)
        self.kinds, self.near = {}, {"initial": collections.defaultdict(list), "final": collections.defaultdict(list)}
        table = collections.Counter()
        for line in (HERE / "confusions.tsv").read_text(encoding="utf-8").splitlines()[2:]:
            kind, said, written, count, _ = line.split("\t")
            if kind == "all":
                self.kinds[said] = int(count)
            else:
                table[kind, said.strip("-"), written.strip("-")] += int(count)
        for kind, pairs in MERGERS.items():
            mass = sum(n for (k, _, _), n in table.items() if k == kind) / 2 / (2 * len(pairs))
            for x, y in pairs:
                table[kind, x, y] += mass
                table[kind, y, x] += mass
        for (kind, said, written), n in table.items():
            self.near[kind][said].append((written, n))
        del self.kinds["correct"]

    def pick(self, pairs):
        return self.rng.choices([x for x, _ in pairs], [n for _, n in pairs])[0]

    def like(self, c, where):
        others = [(x, n) for x, n in self.by_sound[where] if x != c]
        return self.pick(others) if others else None

    def near_sound(self, c):
        first, last = sound(c)
        ways = [((x, last), n) for x, n in self.near["initial"][first]] + [((first, y), n) for y, n in self.near["final"][last]]
        ways = [(where, n) for where, n in ways if self.by_sound[where]]
        return self.like(c, self.pick(ways)) if ways else None

    def write(self, text):
        r, out, wrong, chars = self.rng, [], 0, 0
        rate = min(.7, self.rate * r.gammavariate(4, .25))
        for c in text:
            if not HAN.match(c):
                out.append(c)
                continue
            chars += 1
            if r.random() >= rate:
                out.append(c)
                continue
            wrong += 1
            kind = self.pick(list(self.kinds.items()))
            if kind == "deletion":
                continue
            if kind == "insertion":
                out += [c, r.choice(FILLERS)]
                continue
            other = {"same_sound": lambda: self.like(c, sound(c)), "near_sound": lambda: self.near_sound(c), "other": lambda: self.pick(self.common)}[kind]()
            out.append(other or self.like(c, sound(c)) or self.pick(self.common))
        sure = math.exp(-max(.02, .2 + 1.2 * wrong / max(1, chars) + r.gauss(0, .1)))
        return {"text": "".join(out) or "嗯", "confidence": round(sure, 2)}


def texts(row):
    if "opening" not in row:
        return [row["text"]]
    found = [row["opening"], *ALWAYS]
    for fact in row["facts"].values():
        for one in [fact, *fact.get("more", {}).values()]:
            found.append(one.get("text") or "")
            choice = one.get("choice")
            found += choice if isinstance(choice, list) else [choice]
    return [t for t in dict.fromkeys(str(x) for x in found if x) if HAN.search(t)]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("set")
    ap.add_argument("--rate", type=float, required=True)
    ap.add_argument("--draws", type=int, default=4)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    one, edits, chars = Recogniser(a.rate, a.seed), 0, 0
    with open(a.out, "w", encoding="utf-8") as out:
        for line in pathlib.Path(a.set).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            drawn = {t: [one.write(t) for _ in range(a.draws)] for t in texts(row)}
            for text, draws in drawn.items():
                edits += sum(distance(text, d["text"]) for d in draws[:1])
                chars += len(text)
            row["spoken"] = drawn if "opening" in row else drawn.get(row["text"], [])
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{a.out}: character error rate {edits / chars:.3f}")


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        corner, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            corner, row[j + 1] = row[j + 1], min(corner + (x != y), row[j] + 1, row[j + 1] + 1)
    return row[-1]


if __name__ == "__main__":
    main()
