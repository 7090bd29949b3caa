"""Which sounds a recogniser takes for which: from pairs of what was said and what it wrote to confusions.tsv.

    python3 eval/speech/fit.py pairs.tsv

`pairs.tsv` is what recognise.py writes: source, said, written, log-probability. Said and written are aligned syllable by syllable by the least
cost, where a half-equal syllable (same initial or same final) costs half. A pair of which less than half of the said syllables came back as the
same or a half-equal sound is nonsense and left out; the counts of both stand in the file. Needs Python 3.11 and pypinyin.

Columns: kind, said, written, count, share. Kinds: `all` (correct, same_sound, near_sound, other, deletion, insertion; share of the syllables
said), `initial` and `final` (of the aligned syllables in which that initial or final was said and something else written). Each real clip
counts five times, so that the robotic voice does not decide alone.
"""
import argparse, collections, pathlib, re

HERE = pathlib.Path(__file__).resolve().parent
INITIALS = "zh ch sh b p m f d t n l g k h j q x r z c s y w".split()
REAL = 5


def cut(syllable):
    first = next((i for i in INITIALS if syllable.startswith(i)), "")
    return first, syllable[len(first):]


def syllables(text):
    from pypinyin import lazy_pinyin
    text = re.sub(r"[^\u4e00-\u9fff]", "", text)
    return list(text), [cut(p) for p in lazy_pinyin(text, v_to_u=False)]


def distance(a, b):
    return (a[0] != b[0]) / 2 + (a[1] != b[1]) / 2


def align(said, heard):
    n, m = len(said), len(heard)
    cost = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i or j:
                cost[i][j] = min(
                    cost[i - 1][j] + .8 if i else 9e9, cost[i][j - 1] + .8 if j else 9e9,
                    cost[i - 1][j - 1] + distance(said[i - 1], heard[j - 1]) if i and j else 9e9)
    pairs, i, j = [], n, m
    while i or j:
        if i and j and abs(cost[i][j] - cost[i - 1][j - 1] - distance(said[i - 1], heard[j - 1])) < 1e-9:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and abs(cost[i][j] - cost[i - 1][j] - .8) < 1e-9:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("pairs")
    a = ap.parse_args()
    every, first, last, used, left = collections.Counter(), collections.Counter(), collections.Counter(), collections.Counter(), 0
    for line in pathlib.Path(a.pairs).read_text(encoding="utf-8").splitlines():
        source, said, written, _ = line.split("\t")
        (chars, one), (others, two) = syllables(said), syllables(written)
        pairs = align(one, two)
        good = sum(1 for i, j in pairs if i is not None and j is not None and distance(one[i], two[j]) < 1)
        if not one or good < len(one) / 2 or len(two) > 1.6 * len(one):
            left += 1
            continue
        used[source] += 1
        weight = REAL if source == "real" else 1
        for i, j in pairs:
            if i is None:
                every["insertion"] += weight
            elif j is None:
                every["deletion"] += weight
            elif chars[i] == others[j]:
                every["correct"] += weight
            else:
                d = distance(one[i], two[j])
                every["same_sound" if d == 0 else "near_sound" if d < 1 else "other"] += weight
                if one[i][0] != two[j][0] and one[i][1] == two[j][1]:
                    first[one[i][0], two[j][0]] += weight
                if one[i][1] != two[j][1] and one[i][0] == two[j][0]:
                    last[one[i][1], two[j][1]] += weight
    total = sum(every[k] for k in ("correct", "same_sound", "near_sound", "other", "deletion"))
    with open(HERE / "confusions.tsv", "w", encoding="utf-8") as out:
        print(f"# {used['real']} real clips and {used['espeak']} synthetic sentences; {left} left out as nonsense", file=out)
        print("kind", "said", "written", "count", "share", sep="\t", file=out)
        for kind in ("correct", "same_sound", "near_sound", "other", "deletion", "insertion"):
            print("all", kind, "", every[kind], f"{every[kind] / total:.3f}", sep="\t", file=out)
        for name, table in (("initial", first), ("final", last)):
            for (x, y), n in sorted(table.items(), key=lambda kv: (-kv[1], kv[0])):
                if n >= 2:
                    print(name, x or "-", y or "-", n, f"{n / sum(table.values()):.3f}", sep="\t", file=out)


if __name__ == "__main__":
    main()
