"""Writes eval/reports/understanding.md from witnesses.json, robustness.json and peers.json beside it. Standard library only."""
import json, pathlib

REPORTS = pathlib.Path(__file__).resolve().parent / "reports"
SKILLS = {
    "all": "with all", "lexicon": "without the lexicon (whole expressions)", "frames": "without frames (words that mean something together)",
    "composition": "without composition (body part + sensation)", "sound": "without sound (phonetic matching and repair)",
    "answers": "without the rules for answers", "encoder": "without the encoder", "arbiter": "without the arbiter (`weigh_lists`)",
    "contest": "without contesting answers (`judge`)", "all lists": "encoder alone (all lists and rules of reading left out)",
    **{f"lists - {skill}": f"without the encoder and {what}" for skill, what in (("lexicon", "the lexicon"), ("frames", "frames"), ("composition", "composition"),
                                                                              ("sound", "sound"), ("answers", "the rules for answers"))},
}
KINDS = {"mixed": "mixed", "homophones": "regional homophones", "deletions": "deletions", "insertions": "insertions"}


def load(name):
    path = REPORTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def rate(r):
    return f"{100 * r['rate']:.1f} % ({r['hits']}/{r['of']})" if r and r["of"] else "–"


def interval(r):
    return f"{100 * r['rate']:.1f} % ({r['hits']}/{r['of']}; {100 * r['low']:.0f}–{100 * r['high']:.0f})" if r["of"] else "–"


def where(found):
    return f"`{found['command']}`, commit {found['commit']}, {found['date']}, {found['machine']}; load average {found['load'][0]}"


def rows(out, head, lines):
    out += ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(line) + " |" for line in lines] + [""]


def witnesses(out):
    found = load("witnesses")
    if not found:
        return
    runs = found["runs"]
    out += ["## What each skill is worth, by leaving it out", "",
            f"{where(found)} at the start. Software {found['software_version']}, knowledge {found['knowledge_version']}. Test half; hits and cases in brackets; "
            "a dash was not measured. A skill may do well alone and be worth little beside the others: what is left out here, another may still catch. So "
            "there are two series: one with the encoder, one where it is left out, too.", ""]
    of = lambda run, name, key: runs[run].get(name, {}).get(key)
    f1 = lambda x: "–" if x is None else f"{x:.3f}"
    out += ["### Phrases and messages", ""]
    rows(out, ["", "term F1", "precision", "recall", "denials", "denied taken as present", "side", "first department, messages", "F1, recognised speech (语音)",
               "F1, spoken at 15 %"],
         [[SKILLS[r], f1(of(r, "phrases", "f1")), *(rate(of(r, "phrases", k)) for k in ("precision", "recall", "negation", "negation_inverted", "side")),
           rate(of(r, "messages", "first")), f1((of(r, "phrases", "by_region") or {}).get("语音")), f1(of(r, "spoken_phrases", "f1"))] for r in runs if "phrases" in runs[r]])
    out += ["### Whole patients in their own words", ""]
    keys = ("sensitivity", "specificity", "under_triage", "over_triage", "hazardous", "department", "route", "negation")
    rows(out, ["", "red-flag sensitivity", "specificity", "under-triage", "over-triage", "hazardous misses", "department", "route", "denials", "term F1",
               "questions, median"],
         [[SKILLS[r], *(rate(of(r, "own_words", k)) for k in keys), f1(of(r, "own_words", "term_f1")), str((of(r, "own_words", "questions") or ["–"])[0])] for r in runs if "own_words" in runs[r]])
    out += ["### Answers of a writer never seen", ""]
    keys = ("right", "right_or_asked_again", "safety_right", "sign_taken_as_denial")
    rows(out, ["", "option meant", "or asked again", "safety questions: option meant", "sign taken as denial"],
         [[SKILLS[r], *(rate(of(r, "answers", k)) for k in keys)] for r in runs if "answers" in runs[r]])


def earlier(out, found):
    """The run of an earlier version: one kind, taps besides, all vignettes."""
    out += ["### With the encoder, a mixture of errors, an earlier version of the program", "", f"Seed {found['seed']}, all of the test half.", "", "![earlier version](robustness.svg)", ""]
    rows(out, ["characters", "term F1", "denials", "first department", "red-flag sensitivity, own words", "red-flag sensitivity, taps"],
         [[f"{100 * p['rate']:.0f} %", f"{p['phrases']['f1']:.3f}", rate(p["phrases"]["negation"]), rate(p["departments"]["first"]),
           interval(p["vignettes_text"]["sensitivity"]), interval(p["vignettes_choices"]["sensitivity"])] for p in found["points"]])


def robustness(out):
    for name, how in (("robustness", "with the encoder"), ("robustness_lists", "without the encoder")):
        found = load(name)
        if found and "points" in found:
            earlier(out, found)
        elif found:
            by_kind(out, found, name, how)


def by_kind(out, found, name, how):
    first = found["kinds"]["mixed"][0]
    patients = first.get("vignettes", {"cases": 0, "sensitivity_by_region": {}})
    share = "all" if found["every"] == 1 else f"one in {found['every']}"
    out += [f"## Against speech errors, {how}", "",
            f"{where(found)} at the start. Software {found['software_version']}, knowledge {found['knowledge_version']}. Seed {found['seed']}; test half: "
            "all phrases and messages"
            f", and {patients['cases']} patients in own words, each with a red flag ({share} of those). "
            "Errors are made, not recorded: see the head of `../robustness.py`. Nothing is put right before it is read.", "",
            f"![by kind]({name}.svg)", "", f"![by region]({name}_regions.svg)", ""]
    lines = []
    for kind, points in found["kinds"].items():
        for p in points:
            if p["rate"] == 0 and kind != "mixed":
                continue
            said, message, told = p.get("phrases"), p.get("departments"), p.get("vignettes")
            lines.append(["–" if p["rate"] == 0 else KINDS[kind], f"{100 * p['rate']:.0f} %",
                          *([f"{said['f1']:.3f}", rate(said["negation"]), rate(said["negation_inverted"])] if said else ["–"] * 3),
                          rate(message["first"]) if message else "–",
                          *([interval(told["sensitivity"]), rate(told["under_triage"])] if told else ["–"] * 2)])
    rows(out, ["errors", "characters", "term F1", "denials", "denied taken as present", "first department", "red-flag sensitivity", "under-triage"], lines)
    for title, of in (("Term F1 of phrases by region", lambda p, g: f"{p['phrases']['by_region'][g]:.3f}" if g in p.get("phrases", {}).get("by_region", {}) else "–"),
                      ("Red-flag sensitivity by region", lambda p, g: "{hits}/{of}".format(**p["vignettes"]["sensitivity_by_region"][g])
                       if g in p.get("vignettes", {}).get("sensitivity_by_region", {}) else "–")):
        groups = sorted({*first.get("phrases", {"by_region": {}})["by_region"], *patients["sensitivity_by_region"]})
        out += [f"### {title}", ""]
        at = lambda kind, r: next(p for p in found["kinds"][kind] if p["rate"] == r)
        columns = [("mixed", 0)] + [(kind, r) for kind in ("mixed", "homophones") for r in (.05, .10, .15, .20, .30)]
        rows(out, ["region", *("no errors" if r == 0 else f"{KINDS[k]}, {100 * r:.0f} %" for k, r in columns)],
             [[g, *(of(at(k, r), g) for k, r in columns)] for g in groups])
    out += ["Messages carry no region, and no region has enough denials for a rate of its own.", ""]


def peers(out):
    found = load("peers")
    if not found:
        return
    out += ["## Beside others", "", "How each was run, with versions: [../peers/README.md](../peers/README.md). The same 323 phrases of the test half, the same scorer "
            "(checked against `jiwen eval phrases` hit by hit). What has a threshold got it on the tune half.", ""]
    lines = []

    def line(name, s):
        lines.append([name, f"{s['f1']:.3f}", rate(s["precision"]), rate(s["recall"]), rate(s["negation"]), rate(s["negation_inverted"])])

    for key, name in (("jiwen", "**jiwen**, lists and encoder"), ("lists", "(a) jiwen, word lists alone")):
        if key in found:
            line(name, found[key])
    names = {"names": "nearest concept name", "expressions": "nearest name or lexicon expression"}
    for kind, s in found.get("zero_shot", {}).get("by_vocabulary", {}).items():
        line(f"(b) base encoder without training, {names[kind]}", s)
    for kind, s in found.get("nlpjs", {}).get("by_features", {}).items():
        line(f"(c) nlp.js, its {kind}, {s['training_texts']:,} texts", s)
    for kind, s in found.get("segmenter_and_lists", {}).get("by_segmenter", {}).items():
        line(f"(d) {kind} + the same lists, text-book matching", s)
    rows(out, ["", "term F1", "precision", "recall", "denials", "denied taken as present"], lines)
    for key in sorted(k for k in found if k.startswith("encoder_speed")):
        s = found[key]
        out += [f"### (f) One sentence of 36 to 44 characters through the encoder, {s['threads']} thread{'s' * (s['threads'] > 1)}", "",
                f"{where(s)} at the end. {s['sentences']} sentences, {s['tokens_median']} tokens in the middle; {s['build']}; best of {len(s['rounds'])} rounds, load "
                f"average at its start {s['best_round']['load']}. int8 of onnxruntime keeps the vectors to a cosine of {s['least_cosine_int8_to_f32']}.", ""]
        rows(out, ["", "p50", "p95", "jiwen takes, p50", "jiwen takes, p95"],
             [[name, f"{x['p50_ms']:.2f} ms", f"{x['p95_ms']:.2f} ms",
               *(f"{s['jiwen_divided_by'][f'{name}, {p}']:.2f} ×" if name != "jiwen" else "" for p in ("p50_ms", "p95_ms"))]
              for name, x in s["best_round"].items() if isinstance(x, dict)])
    if "processor_time" in found:
        processor_time(out, found["processor_time"])
    s = found.get("segmenter_speed")
    if s:
        out += ["### (e) Segmentation", "", f"{where(s)} at the end. {s['texts']:,} texts, {s['characters']:,} characters, one thread; load average at the best round's start "
                f"{s['best_round']['load']}.", ""]
        rows(out, ["", "characters a second"], [[n, f"{x['characters_per_second']:,}"] for n, x in s["best_round"].items() if isinstance(x, dict)])
        out += [f"jieba-rs is {s['jieba_rs_times_as_fast']} times as fast.", ""]


def processor_time(out, s):
    out += ["### (e), (f) Processor time, one thread", "", f"{where(s)} at the end. {s['build']}. The mean of {s['sentences']} sentences of 36 to 44 characters and of "
            f"{s['characters']:,} characters. The machine was busy with other things, which waiting times would show; processor time shows it little.", ""]
    rows(out, ["encoder", "a sentence", "jiwen takes"], [[n, f"{x:.2f} ms", f"{s['jiwen_divided_by'][n]:.2f} ×" if n != "jiwen" else ""]
                                                       for n, x in s["milliseconds_per_sentence"].items()])
    rows(out, ["segmenter", "characters a second"], [[n, f"{x:,}"] for n, x in s["characters_per_second"].items()])
    out += [f"jieba-rs is {s['jieba_rs_times_as_fast']} times as fast.", ""]


def main():
    out = ["# Understanding: what it is made of, what it stands, and what others do", "",
           "Written by `python3 eval/understanding.py` from the JSON files here. What the figures mean: [../README.md](../README.md).", ""]
    witnesses(out)
    robustness(out)
    peers(out)
    (REPORTS / "understanding.md").write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()
