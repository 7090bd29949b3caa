"""Which characters follow which in what patients say: writes knowledge-graph/lexicon/spoken_language.csv.

    python3 eval/speech/language.py

Counts of three characters in a row, from eval/training (phrases and answers, without the held-out files), from the patients and messages of
the tune half (its phrases and the whole test half are not read) and, with a small weight, from the words of general Chinese in jieba's
dictionary, so that good Chinese from outside the clinic is not strange to it. Of one and two characters not how often they were said is counted but
after how many different ones (Kneser and Ney, 1995). A character that is not Chinese is a boundary, `^`; a number in digits is `#`. Needs
Python 3.11, pypinyin and jieba.

One row a context of up to two characters: `context,next`, where next lists each following character with its count: 腰疼,得31了12.
"""
import argparse, collections, csv, json, pathlib, re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PHRASES = "general north southwest wu_xiang_gan yue_min_hakka p1 p2 p3 p4 p5 p6 q1 q2 q4 q5 q6 qn r1 r2".split()
ANSWERS = "first a1 a2 a3 a4 a5 a6 a7 b1 b2 b4 b5 b6 b7 b8 b9".split()
# Share of general Chinese beside the clinic's own words.
GENERAL = .2


def units(text):
    """Boundaries, digits and Chinese characters."""
    text = re.sub(r"[0-9]+", "#", text)
    text = re.sub(r"[^\u3400-\u9fff#]+", "^", text)
    return re.sub(r"\^+", "^", "^" + text + "^")


def texts():
    read = lambda path: csv.reader(open(path, encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
    for name in PHRASES:
        for row in list(read(ROOT / "eval/training/phrases" / f"{name}.tsv"))[1:]:
            if "asr" not in row:
                yield row[0]
    seen = set()
    for name in ANSWERS:
        rows = list(read(ROOT / "eval/training/answers" / f"{name}.tsv"))
        at = rows[0].index("text")
        for row in rows[1:]:
            # A text that answers several questions is one thing said.
            if len(row) > at and (name, row[at]) not in seen:
                seen.add((name, row[at]))
                yield row[at]


def patients():
    for name in ("said", "said2"):
        rows = csv.reader(open(ROOT / f"eval/training/{name}.tsv", encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
        yield from (row[1] for row in list(rows)[1:])
    read = lambda name: map(json.loads, open(ROOT / f"eval/tune/{name}.jsonl", encoding="utf-8"))
    for patient in read("vignettes"):
        yield patient["opening"]
        for fact in patient["facts"].values():
            for one in [fact, *fact.get("more", {}).values()]:
                if one.get("text"):
                    yield one["text"]
    yield from (message["text"] for message in read("departments"))


# Same-sounding characters that are both right in the same places.
FREE = set("的得地他她它在再那哪做作坐象像了啦呢哩里嘞咧哦噢喔呀啊吗嘛吧系是也夜又有右")


def clean(lines):
    """Leaves out texts that were written with a recogniser's errors on purpose: where another character of the same sound is much more usual."""
    from pypinyin import lazy_pinyin
    sound = lambda c: re.sub(r"^([zcs])h", r"\1", re.sub(r"^[nr]", "l", re.sub(r"ng$", "n", lazy_pinyin(c)[0])))
    seen = collections.Counter(line[i - 1:i + 2] for line in lines for i in range(1, len(line) - 1))
    alike = collections.defaultdict(set)
    for c in {c for line in lines for c in line if c not in "^#" and c not in FREE}:
        alike[sound(c)].add(c)
    of = {c: others - {c} for others in alike.values() for c in others}
    def wrong(line):
        for i in range(1, len(line) - 1):
            a, c, b = line[i - 1:i + 2]
            here = seen[a + c + b]
            if any(seen[a + d + b] >= max(4, 3 * here - 2) for d in of.get(c, ())):
                return True
        return False
    kept = [line for line in lines if not wrong(line)]
    print(f"{len(lines) - len(kept)} of {len(lines)} texts left out as misheard")
    return kept


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--out", default=str(ROOT / "knowledge-graph/lexicon/spoken_language.csv"))
    a = ap.parse_args()
    counts = collections.defaultdict(collections.Counter)
    total = 0
    for line in clean([units(text) for text in dict.fromkeys([*texts(), *patients()])]):
        total += len(line)
        for at in range(1, len(line)):
            for back in range(3):
                if at - back >= 0:
                    counts[line[at - back:at]][line[at]] += 1
    import jieba
    words = []
    for line in (pathlib.Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        if re.fullmatch(r"[\u4e00-\u9fff]{1,6}", word):
            words.append((word, int(frequency)))
    scale = GENERAL * total / sum(f for _, f in words)
    for word, frequency in words:
        weight = frequency * scale
        if weight < .5:
            continue
        for at in range(len(word)):
            for back in range(min(at, 2) + 1):
                counts[word[at - back:at]][word[at]] += weight
            if at == 0:
                counts["^"][word[0]] += weight * .3
    # What stands after one character, and at all, counts by how many contexts it was met in.
    for length in (1, 0):
        shorter = collections.defaultdict(collections.Counter)
        for context, following in counts.items():
            if len(context) == length + 1:
                for c, n in following.items():
                    shorter[context[1:]][c] += min(n, 1)
        # Before the boundary stands nothing.
        counts.update({context: following for context, following in shorter.items() if context != "^"})
    rows = 0
    with open(a.out, "w", encoding="utf-8") as out:
        out.write("context,next\n")
        for context in sorted(counts):
            kept = [(c, round(n)) for c, n in counts[context].most_common() if n >= .5]
            # Characters of a single occurrence by themselves are noise.
            if context == "":
                kept = [(c, n) for c, n in kept if n >= 2]
            if kept:
                rows += 1
                out.write(f"{context}," + "".join(f"{c}{n}" for c, n in kept) + "\n")
    print(f"{total} characters, {rows} contexts, {pathlib.Path(a.out).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
